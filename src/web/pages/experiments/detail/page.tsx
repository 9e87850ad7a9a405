import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ExperimentResults } from '../../../../contract/experiments.ts';
import { useExperimentResults } from '../../../data/experiments.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { Actions } from './actions.tsx';
import { ArmsTable } from './arms-table.tsx';
import { Decisions } from './decisions.tsx';
import { Facts } from './facts.tsx';
import { Guards } from './guards.tsx';
import { LooksChart } from './looks-chart.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { SampleRatioPanel } from './sample-ratio.tsx';
import { VerdictPanel } from './verdict-panel.tsx';

function Results({ results }: { results: ExperimentResults }) {
  const { experiment } = results;
  return (
    <>
      <PageTitle title={experiment.name}>
        <div className="flex flex-wrap items-center gap-2">
          <StatusBadge experiment={experiment} />
          <Actions experiment={experiment} />
        </div>
      </PageTitle>
      <div className="flex flex-col gap-3">
        <VerdictPanel results={results} />
        <ArmsTable results={results} />
        <LooksChart results={results} />
        <div className="grid gap-3 lg:grid-cols-2">
          <Guards results={results} />
          <SampleRatioPanel sampleRatio={results.sampleRatio} />
        </div>
        <MetricsTable results={results} />
        <Facts experiment={experiment} />
        <Decisions experiment={experiment} />
      </div>
    </>
  );
}

/** One experiment: what is tried, what is known, what was decided. */
export function ExperimentPage() {
  const t = useTranslations('experiments');
  const { id } = useParams({ from: '/experiments/$id' });
  const results = useExperimentResults(id);
  return (
    <>
      <Link
        to="/experiments"
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('back')}
      </Link>
      {results.data === undefined && <PageTitle title={t('one')} />}
      <QueryView query={results} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <Results results={reply} />}
      </QueryView>
    </>
  );
}
