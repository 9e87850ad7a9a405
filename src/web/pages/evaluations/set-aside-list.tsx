import { Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRetryEvaluation, useSetAside } from '../../data/evaluation.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

type Item = NonNullable<ReturnType<typeof useSetAside>['data']>['items'][number];

function Items({ items }: { items: readonly Item[] }) {
  const t = useTranslations('evaluations.setAside');
  const format = useFormat();
  const retry = useRetryEvaluation();
  return (
    <>
      {retry.error !== null && <ErrorPanel error={retry.error} />}
      <DataTable
        label={t('title')}
        rows={items}
        rowKey={(item) => item.interactionId}
        columns={[
          { id: 'when', header: t('when'), cell: (item) => <Time iso={item.setAsideAt} /> },
          {
            id: 'interaction',
            header: t('interaction'),
            cell: (item) => (
              <Link
                to="/interactions/$id"
                params={{ id: item.interactionId }}
                className="font-mono text-accent hover:underline"
              >
                {item.interactionId.slice(-12)}
              </Link>
            ),
          },
          {
            id: 'reason',
            header: t('reason'),
            cell: (item) => <span className="wrap-anywhere">{item.reason}</span>,
          },
          {
            id: 'attempts',
            header: t('attempts'),
            isNumber: true,
            cell: (item) => format.count(item.attempts),
          },
          {
            id: 'retry',
            header: <span className="sr-only">{t('retry')}</span>,
            cell: (item) => (
              <Button disabled={retry.isPending} onClick={() => retry.mutate(item.interactionId)}>
                <RotateCw aria-hidden="true" className="size-3.5" />
                {t('retry')}
              </Button>
            ),
          },
        ]}
      />
    </>
  );
}

/** What could not be evaluated, why, and another try. */
export function SetAsideList() {
  const t = useTranslations('evaluations.setAside');
  const list = useSetAside();
  return (
    <Section title={t('title')} flush>
      <QueryView query={list} skeleton={<SkeletonRows rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <Items items={items} />
          )
        }
      </QueryView>
    </Section>
  );
}
