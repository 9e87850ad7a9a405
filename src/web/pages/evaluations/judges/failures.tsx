import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { JudgeFailure } from '../../../../contract/judges.ts';
import { useJudgeFailures, useRetryJudging } from '../../../data/judges.ts';
import { Button } from '../../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';

function Reason({ reason, rawReply }: JudgeFailure) {
  const t = useTranslations('judges.failed');
  return (
    <>
      <span className="wrap-anywhere">{reason}</span>
      {rawReply !== null && (
        <details className="mt-1 text-2xs text-muted">
          <summary>{t('raw')}</summary>
          <pre className="mt-1 max-w-xl whitespace-pre-wrap wrap-anywhere">{rawReply}</pre>
        </details>
      )}
    </>
  );
}

/** Judgings without a verdict, with what the judge wrote; shown only when there are some. */
export function Failures() {
  const t = useTranslations('judges.failed');
  const failures = useJudgeFailures();
  const retry = useRetryJudging();
  const columns: readonly DataColumn<JudgeFailure>[] = [
    { id: 'when', header: t('when'), cell: (row) => <Time iso={row.setAsideAt} as="ago" /> },
    { id: 'rubric', header: t('rubric'), cell: (row) => row.rubric },
    {
      id: 'interaction',
      header: t('interaction'),
      cell: (row) => (
        <Link
          to="/interactions/$id"
          params={{ id: row.interactionId }}
          className="font-mono text-accent hover:underline"
        >
          {row.interactionId.slice(-8)}
        </Link>
      ),
    },
    { id: 'reason', header: t('reason'), cell: (row) => <Reason {...row} /> },
  ];
  return (
    <QueryView query={failures} skeleton={<SkeletonRows rows={2} />}>
      {({ items }) =>
        items.length === 0 ? null : (
          <Section
            title={t('title')}
            note={t('note')}
            flush
            actions={
              <Button look="quiet" disabled={retry.isPending} onClick={() => retry.mutate()}>
                {t('retry')}
              </Button>
            }
          >
            {retry.error !== null && <ErrorPanel error={retry.error} />}
            <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />
          </Section>
        )
      }
    </QueryView>
  );
}
