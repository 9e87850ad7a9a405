import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../../contract/alerts.ts';
import type { Monitor, MonitorPoints } from '../../../../contract/monitors.ts';
import { TrendChart, type TrendStretch } from '../../../charts/index.ts';
import { useMonitorPoints } from '../../../data/monitors.ts';
import { useScope } from '../../../frame/scope.ts';
import { useRangeChoice } from '../../../frame/use-range-choice.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMonitorWords } from '../use-monitor-words.ts';
import { useQuantity } from '../use-quantity.ts';
import { useSeriesInput } from '../use-series-input.ts';

interface Props {
  readonly monitor: Monitor;
  readonly alerts: readonly Alert[];
}

function Drawn({ monitor, alerts, series }: Props & { readonly series: MonitorPoints }) {
  const t = useTranslations('monitors.detail');
  const { range, anchor } = useScope();
  const { chooseSpan } = useRangeChoice();
  const format = useFormat();
  const words = useMonitorWords();
  const stretches = useMemo(
    () =>
      alerts.map(
        ({ startedAt, endedAt, severity }): TrendStretch => ({
          tone: severity === 'critical' ? 'bad' : 'warn',
          from: Date.parse(startedAt),
          to: endedAt === null ? anchor : Date.parse(endedAt),
        }),
      ),
    [alerts, anchor],
  );
  const name = words.metric(monitor.metric);
  const input = useSeriesInput({ name, series, from: range.from, to: range.to, stretches });
  const label = t('chartLabel', {
    name,
    from: format.timeShort(range.from),
    to: format.timeShort(range.to),
    n: alerts.length,
  });
  return (
    <TrendChart
      input={input}
      label={label}
      empty={t('chartEmpty')}
      className="h-64"
      onBrush={chooseSpan}
    />
  );
}

/** What the monitor saw in the chosen time, where it fires, and its alerts. */
export function SeriesChart({ monitor, alerts }: Props) {
  const t = useTranslations('monitors.detail');
  const { range } = useScope();
  const quantity = useQuantity();
  const points = useMonitorPoints(monitor.id, { from: range.from, to: range.to });
  const note =
    points.data === undefined
      ? undefined
      : t('chartNote', { step: quantity.minutes(points.data.stepMinutes) });
  return (
    <Section title={t('chart')} note={note}>
      <QueryView query={points} skeleton={<Skeleton className="h-64" />}>
        {(series) => <Drawn monitor={monitor} alerts={alerts} series={series} />}
      </QueryView>
    </Section>
  );
}
