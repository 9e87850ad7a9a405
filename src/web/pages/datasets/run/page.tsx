import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RunDetail } from '../../../../contract/dataset-runs.ts';
import { useRun } from '../../../data/dataset-runs.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { RunStatusBadge } from '../run-status-badge.tsx';
import { CompareChoice } from './compare-choice.tsx';
import { Figures } from './figures.tsx';
import { Metrics } from './metrics.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import { Results } from './results.tsx';
import { RunActions } from './run-actions.tsx';

function RunView({ run }: { run: RunDetail }) {
  return (
    <>
      <PageTitle title={run.name}>
        <div className="flex flex-wrap items-center gap-2">
          <RunStatusBadge run={run} />
          <CompareChoice run={run} />
          <RunActions run={run} />
        </div>
      </PageTitle>
      <div className="flex flex-col gap-3">
        {run.status !== 'done' && <ProgressPanel run={run} />}
        <Figures run={run} />
        <Metrics run={run} />
        <Results run={run} />
      </div>
    </>
  );
}

/** One run: how far it is, how good the answers are, and each of them. */
export function RunPage() {
  const t = useTranslations('datasets');
  const { id } = useParams({ from: '/runs/$id' });
  const run = useRun(id);
  return (
    <>
      <Link
        to="/datasets"
        search={(before) => ({ ...before, view: 'runs' as const })}
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('backToRuns')}
      </Link>
      {run.data === undefined && <PageTitle title={t('oneRun')} />}
      <QueryView query={run} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <RunView run={reply} />}
      </QueryView>
    </>
  );
}
