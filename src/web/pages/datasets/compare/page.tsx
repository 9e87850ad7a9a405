import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RunComparison } from '../../../../contract/dataset-runs.ts';
import { useComparison } from '../../../data/dataset-runs.ts';
import { PageTitle } from '../../../ui/page-title.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { CompareChoice } from '../run/compare-choice.tsx';
import { ComparedItems } from './compared-items.tsx';
import { Differences } from './differences.tsx';
import { Verdict } from './verdict.tsx';

function Comparison({ comparison }: { comparison: RunComparison }) {
  const t = useTranslations('datasets.compare');
  const navigate = useNavigate();
  const { metric } = useSearch({ from: '/runs/$id/compare' });
  const { run, baseline, differences } = comparison;
  const scores = differences.filter(({ n }) => n > 0);
  const chosen = scores.find((one) => one.metric === metric) ?? scores[0];
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2 text-[0.8125rem]">
        <span className="font-medium wrap-anywhere">{run.name}</span>
        <span className="text-muted">{t('against')}</span>
        <CompareChoice run={run} chosen={baseline.id} />
      </div>
      <div className="flex flex-col gap-3">
        <Verdict comparison={comparison} />
        <Differences
          comparison={comparison}
          chosen={chosen?.metric}
          onChoose={(name) =>
            void navigate({
              to: '/runs/$id/compare',
              params: { id: run.id },
              search: (before) => ({ ...before, metric: name }),
            })
          }
        />
        {chosen !== undefined && (
          <ComparedItems
            key={chosen.metric}
            id={run.id}
            baseline={baseline.id}
            difference={chosen}
          />
        )}
      </div>
    </>
  );
}

/** Two runs beside each other, item by item. */
export function ComparePage() {
  const t = useTranslations('datasets');
  const { id } = useParams({ from: '/runs/$id/compare' });
  const { baseline } = useSearch({ from: '/runs/$id/compare' });
  const comparison = useComparison(id, baseline);
  return (
    <>
      <Link
        to="/runs/$id"
        params={{ id }}
        className="mb-1 inline-flex items-center gap-1 text-xs text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-3.5" />
        {t('backToRun')}
      </Link>
      <PageTitle title={t('compare.title')} />
      <QueryView query={comparison} skeleton={<Skeleton className="h-72" />}>
        {(reply) => <Comparison comparison={reply} />}
      </QueryView>
    </>
  );
}
