import { useTranslations } from 'use-intl';
import type { LimitUse } from '../../../../contract/limits.ts';
import { useLimitStatus } from '../../../data/limits.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import { Meter } from '../../../ui/meter.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { useSubjectName } from './use-subject-name.ts';

function Used({ use }: { use: LimitUse }) {
  const format = useFormat();
  const label = `${format.count(Math.ceil(use.used))} / ${format.count(use.limit)}`;
  return <Meter label={label} share={use.usedShare} />;
}

/** Who is nearest to a limit now. */
export function LimitUses() {
  const t = useTranslations('settings.limits');
  const status = useLimitStatus();
  const nameOf = useSubjectName();
  return (
    <QueryView query={status} skeleton={<SkeletonRows rows={2} />}>
      {({ items, store }) => (
        <Section title={t('use')} note={t(`stores.${store}`)} flush>
          {items.length === 0 ? (
            <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noUse')}</p>
          ) : (
            <DataTable
              label={t('use')}
              rows={items}
              rowKey={(use) => `${use.limitId} ${use.subject}`}
              columns={[
                {
                  id: 'subject',
                  header: t('subject'),
                  cell: (use) => (
                    <>
                      {t(`scopes.${use.scope}`)}
                      <span className="block text-2xs text-muted wrap-anywhere">
                        {nameOf(use.scope, use.subject)}
                      </span>
                    </>
                  ),
                },
                {
                  id: 'metric',
                  header: t('metric'),
                  cell: (use) => (
                    <span className="block min-w-28">{t(`metrics.${use.metric}`)}</span>
                  ),
                },
                { id: 'used', header: t('used'), cell: (use) => <Used use={use} /> },
              ]}
            />
          )}
        </Section>
      )}
    </QueryView>
  );
}
