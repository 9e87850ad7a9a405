import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useSummary } from '../../data/analytics.ts';
import { useInteractions } from '../../data/interactions.ts';
import { useScope } from '../../frame/scope.ts';
import { GettingStarted } from '../../ui/getting-started.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { MarkersPanel } from '../markers/markers-panel.tsx';
import { CompareSwitch } from './compare-switch.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { OpenAlerts } from './open-alerts.tsx';
import { RecentErrors } from './recent-errors.tsx';
import { StatTiles } from './stat-tiles.tsx';
import { Trends } from './trends.tsx';

/** While the project is empty, the first call brings the page to life by itself. */
function useWaitForFirst(isEmpty: boolean): void {
  const { added, refresh } = useScope();
  useEffect(() => {
    if (isEmpty && added > 0) refresh();
  }, [isEmpty, added, refresh]);
}

/** How the project is doing, at a glance. */
export function OverviewPage() {
  const t = useTranslations('overview');
  const summary = useSummary();
  const newest = useInteractions({}, 1);
  const isEmpty = summary.data?.current.requests === 0 && newest.data?.pages[0]?.items.length === 0;
  useWaitForFirst(isEmpty);
  return (
    <>
      <PageTitle title={t('title')}>{!isEmpty && <CompareSwitch />}</PageTitle>
      {isEmpty ? (
        <div className="flex flex-col gap-3">
          <GettingStarted title={t('empty')} />
          <div className="max-w-3xl">
            <LedgerPanel />
          </div>
        </div>
      ) : (
        <div className="flex flex-col gap-3">
          <OpenAlerts />
          <StatTiles query={summary} />
          <Trends />
          <MarkersPanel />
          <RecentErrors />
          <LedgerPanel />
        </div>
      )}
    </>
  );
}
