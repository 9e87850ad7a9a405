import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { CostGrouping, CostInterval } from '../../../contract/costs.ts';
import { useCosts } from '../../data/costs.ts';
import { GettingStarted } from '../../ui/getting-started.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Budgets } from './budgets.tsx';
import { CostTiles } from './cost-tiles.tsx';
import { CostTrend } from './cost-trend.tsx';
import { Groups } from './groups.tsx';
import { Prices } from './prices.tsx';
import { Suggestions } from './suggestions.tsx';

function useChoices() {
  const navigate = useNavigate();
  const { groupBy = 'model', interval = 'day' } = useSearch({ from: '/costs' });
  return {
    groupBy,
    interval,
    choose: (change: { groupBy?: CostGrouping; interval?: CostInterval }): void =>
      void navigate({ to: '/costs', search: (before) => ({ ...before, ...change }) }),
  };
}

/** What is spent, on what, where it goes, and what would cost less. */
export function CostsPage() {
  const t = useTranslations('costs');
  const { groupBy, interval, choose } = useChoices();
  const costs = useCosts(groupBy, interval);
  return (
    <>
      <PageTitle title={t('title')} />
      <div className="mb-3 flex flex-wrap gap-x-6 gap-y-2">
        <Segmented
          label={t('groupBy')}
          value={groupBy}
          onChoose={(chosen) => choose({ groupBy: chosen })}
          options={CostGrouping.options.map((value) => ({ value, label: t(`groups.${value}`) }))}
        />
        <Segmented
          label={t('interval')}
          value={interval}
          onChoose={(chosen) => choose({ interval: chosen })}
          options={CostInterval.options.map((value) => ({
            value,
            label: t(`intervals.${value}`),
          }))}
        />
      </div>
      <div className="flex flex-col gap-3">
        <QueryView query={costs} skeleton={<Skeleton className="h-72" />}>
          {(reply) =>
            reply.totals.requests === 0 ? (
              <GettingStarted title={t('empty')} />
            ) : (
              <>
                <CostTiles reply={reply} />
                <CostTrend reply={reply} />
                <Groups reply={reply} />
              </>
            )
          }
        </QueryView>
        <Budgets />
        <Suggestions />
        <Prices />
      </div>
    </>
  );
}
