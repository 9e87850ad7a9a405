import { useTranslations } from 'use-intl';
import { PageTitle } from '../../ui/page-title.tsx';
import { RunNow } from './run-now.tsx';
import { ScoresTable } from './scores-table.tsx';
import { SetAsideList } from './set-aside-list.tsx';
import { StatusPanel } from './status-panel.tsx';

/** How interactions are judged, what waits, and what came out. */
export function EvaluationsPage() {
  const t = useTranslations('evaluations');
  return (
    <>
      <PageTitle title={t('title')}>
        <RunNow />
      </PageTitle>
      <div className="flex flex-col gap-3">
        <StatusPanel />
        <ScoresTable />
        <SetAsideList />
      </div>
    </>
  );
}
