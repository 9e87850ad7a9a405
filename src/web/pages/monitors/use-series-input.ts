import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { MonitorPoints } from '../../../contract/monitors.ts';
import type { TrendInput, TrendLine, TrendStretch } from '../../charts/index.ts';
import { axisUnit } from '../../time-range.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';
import { useQuantity } from './use-quantity.ts';

const LINE_TONES: Record<MonitorPoints['lines'][number]['kind'], TrendLine['tone']> = {
  fire: 'bad',
  resolve: 'good',
  baseline: 'edge',
};
/** Sums are amounts from zero on; of the others what matters is how they move. */
const FROM_ZERO: readonly MonitorPoints['unit'][] = ['usd', 'tokens', 'calls', 'records'];

const COUNTS: readonly MonitorPoints['unit'][] = ['tokens', 'calls', 'records'];

interface Asked {
  readonly name: string;
  readonly series: MonitorPoints;
  readonly from: string;
  readonly to: string;
  readonly stretches: readonly TrendStretch[];
}

/** A monitor's series as a chart: the values with their intervals, its lines, and stretches that are set apart. */
export function useSeriesInput({ name, series, from, to, stretches }: Asked): TrendInput {
  const t = useTranslations('monitors.lines');
  const format = useFormat();
  const quantity = useQuantity();
  const print = useSmallPrint();
  return useMemo(() => {
    const { unit, points, lines } = series;
    const show = (value: number | null): string => quantity.show(unit, value);
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const bucket = axisUnit(end - start);
    return {
      series: [
        {
          name,
          tone: 'accent',
          kind: 'line',
          points: points.map(({ at, current }) => ({
            at: Date.parse(at),
            value: current.value,
            low: current.low,
            high: current.high,
            note: print(current, show),
          })),
        },
      ],
      lines: lines.map(({ kind, value }) => ({ name: t(kind), tone: LINE_TONES[kind], value })),
      stretches,
      from: start,
      to: end,
      show,
      showAxis: (value, most) => quantity.showAxis(unit, value, most),
      showTime: (at) => format.bucket(at, bucket),
      showTimeFull: (at) => format.timeFull(new Date(at).toISOString()),
      isFraction: unit === 'share' || unit === 'score',
      isWhole: COUNTS.includes(unit),
      isClose: !FROM_ZERO.includes(unit),
    };
  }, [name, series, from, to, stretches, t, format, quantity, print]);
}
