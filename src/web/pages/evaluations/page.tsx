import { useParams } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { NotFound } from '../../frame/not-found.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { RunNow } from './run-now.tsx';
import { isEvaluationTab } from './tab-names.ts';
import { TabContent, TabLinks } from './tabs.tsx';

/** How interactions are judged, what waits, and what came out. */
export function EvaluationsPage() {
  const t = useTranslations('evaluations');
  const { tab = 'scores' } = useParams({ strict: false });
  if (!isEvaluationTab(tab)) return <NotFound />;
  return (
    <>
      <PageTitle title={t('title')}>
        <RunNow />
      </PageTitle>
      <TabLinks />
      <div className="flex flex-col gap-3">
        <TabContent tab={tab} />
      </div>
    </>
  );
}
