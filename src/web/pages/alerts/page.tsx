import { useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../contract/alerts.ts';
import { useAlerts } from '../../data/alerts.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { AlertFilters } from './alert-filters.tsx';
import { AlertTabs } from './alert-tabs.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { OpenAlertsPanel } from './open-alerts-panel.tsx';

const STATE_RANK: Record<Alert['state'], number> = {
  firing: 0,
  pending: 1,
  acknowledged: 2,
  silenced: 3,
  resolved: 4,
};
const SEVERITY_RANK: Record<Alert['severity'], number> = { critical: 0, warning: 1, info: 2 };

function byNeed(a: Alert, b: Alert): number {
  return (
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]
  );
}

const MOST_OPEN = 200;

/** What is wrong now, and what was. */
export function AlertsPage() {
  const t = useTranslations('alerts');
  const { search, state, severity, monitor } = useSearch({ from: '/alerts' });
  const filter = { search, severity, monitor };
  const open = useAlerts({ ...filter, state: state ?? 'open' }, MOST_OPEN);
  const isFiltered = [search, state, severity, monitor].some((one) => one !== undefined);
  return (
    <>
      <PageTitle title={t('title')} />
      <AlertTabs />
      <AlertFilters />
      <div className="flex flex-col gap-3">
        {state !== 'resolved' && (
          <QueryView query={open} skeleton={<SkeletonRows rows={3} />}>
            {({ items }) => (
              <OpenAlertsPanel
                alerts={items.toSorted(byNeed)}
                isFiltered={isFiltered}
                note={t('openCount', { n: items.length })}
              />
            )}
          </QueryView>
        )}
        {(state === undefined || state === 'resolved') && <HistoryPanel filter={filter} />}
      </div>
    </>
  );
}
