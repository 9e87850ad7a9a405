import { useTranslations } from 'use-intl';
import { TrendChart } from '../../charts/index.ts';
import { useTrends, useTrendsBefore } from '../../data/analytics.ts';
import { useRangeChoice } from '../../frame/use-range-choice.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useMarks } from '../markers/use-marks.ts';
import { useCompares } from './compare-switch.tsx';
import { useTrendCharts } from './trend-charts.ts';

const GRID = 'grid gap-3 md:grid-cols-2 xl:grid-cols-3';

function TrendsSkeleton() {
  return (
    <div className={GRID}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-56" />
      ))}
    </div>
  );
}

/** How the six numbers moved; dragging over a chart sets the range. */
export function Trends() {
  const t = useTranslations('overview');
  const trends = useTrends();
  const { chooseSpan } = useRangeChoice();
  const before = useTrendsBefore(useCompares());
  const charts = useTrendCharts(trends.data, { before, marks: useMarks() });
  return (
    <QueryView query={trends} skeleton={<TrendsSkeleton />}>
      {() => (
        <>
          <div className={GRID}>
            {charts.map((chart) => (
              <Section key={chart.name} title={chart.title} note={chart.note}>
                <TrendChart
                  input={chart.input}
                  label={chart.label}
                  empty={t('noData')}
                  onBrush={chooseSpan}
                />
              </Section>
            ))}
          </div>
          <p className="text-2xs text-muted">{t('assumption')}</p>
        </>
      )}
    </QueryView>
  );
}
