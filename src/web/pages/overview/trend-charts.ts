import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Totals, TrendsReply } from '../../../contract/analytics.ts';
import type { Estimate } from '../../../contract/common.ts';
import type { ChartMark, TrendInput, TrendSeries } from '../../charts/index.ts';
import { useScope } from '../../frame/scope.ts';
import { axisUnit, type TimeRange } from '../../time-range.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { type Format, useFormat } from '../../use-format.ts';

type ChartName = 'quality' | 'flagRate' | 'cost' | 'volume' | 'errorRate' | 'latency';
type SeriesName =
  | 'quality'
  | 'flagRate'
  | 'cost'
  | 'success'
  | 'errors'
  | 'errorRate'
  | 'p95'
  | 'p50';
type Unit = 'score' | 'share' | 'usd' | 'count' | 'duration';

interface SeriesSpec {
  readonly name: SeriesName;
  readonly kind: TrendSeries['kind'];
  readonly tone: TrendSeries['tone'];
  readonly of: (totals: Totals) => Estimate | number | null;
}

interface ChartSpec {
  readonly name: ChartName;
  readonly unit: Unit;
  readonly series: readonly SeriesSpec[];
}

const CHARTS: readonly ChartSpec[] = [
  {
    name: 'quality',
    unit: 'score',
    series: [{ name: 'quality', kind: 'line', tone: 'accent', of: (totals) => totals.quality }],
  },
  {
    name: 'flagRate',
    unit: 'share',
    series: [{ name: 'flagRate', kind: 'line', tone: 'accent', of: (totals) => totals.flagRate }],
  },
  {
    name: 'cost',
    unit: 'usd',
    series: [{ name: 'cost', kind: 'bar', tone: 'accent', of: (totals) => totals.costUsd }],
  },
  {
    name: 'volume',
    unit: 'count',
    series: [
      {
        name: 'success',
        kind: 'bar',
        tone: 'accent',
        of: (totals) => totals.requests - totals.errors,
      },
      { name: 'errors', kind: 'bar', tone: 'bad', of: (totals) => totals.errors },
    ],
  },
  {
    name: 'errorRate',
    unit: 'share',
    series: [{ name: 'errorRate', kind: 'line', tone: 'accent', of: (totals) => totals.errorRate }],
  },
  {
    name: 'latency',
    unit: 'duration',
    series: [
      {
        name: 'p95',
        kind: 'line',
        tone: 'accent',
        of: ({ latencyPercentiles }) => latencyPercentiles.p95,
      },
      {
        name: 'p50',
        kind: 'line',
        tone: 'edge',
        of: ({ latencyPercentiles }) => latencyPercentiles.p50,
      },
    ],
  },
];

const FRACTIONS: ReadonlySet<Unit> = new Set(['score', 'share']);

export interface TrendChartFacts {
  readonly name: ChartName;
  readonly title: string;
  readonly note: string;
  readonly label: string;
  readonly input: TrendInput;
}

interface Showing {
  readonly show: (value: number | null) => string;
  readonly showAxis: (value: number, most: number) => string;
}

function showing(unit: Unit, format: Format): Showing {
  switch (unit) {
    case 'score':
      return { show: format.score, showAxis: format.score };
    case 'share':
      return {
        show: (value) => format.percent(value),
        showAxis: (value) => format.percent(value, value > 0 && value < 0.01 ? 1 : 0),
      };
    case 'usd':
      return { show: format.usd, showAxis: format.usdAxis };
    case 'count':
      return { show: format.count, showAxis: format.compact };
    case 'duration':
      return { show: format.duration, showAxis: format.durationAxis };
  }
}

/** What of the input depends on the range alone: where the axis ends and how times are written. */
function timeAxis(range: TimeRange, reply: TrendsReply, format: Format) {
  const first = reply.points[0];
  const from = Date.parse(range.from);
  const to = Date.parse(range.to);
  const unit = axisUnit(to - from);
  return {
    from: first === undefined ? from : Math.min(from, Date.parse(first.at)),
    to,
    showTime: (at: number) => format.bucket(at, unit),
    showTimeFull: (at: number) => format.timeFull(new Date(at).toISOString()),
  };
}

function useSeries() {
  const t = useTranslations('overview.series');
  const print = useSmallPrint();
  return useMemo(
    () =>
      (spec: SeriesSpec, points: TrendsReply['points'], show: Showing['show']): TrendSeries => ({
        name: t(spec.name),
        kind: spec.kind,
        tone: spec.tone,
        points: points.map((totals) => {
          const at = Date.parse(totals.at);
          const found = spec.of(totals);
          if (found === null || typeof found === 'number') return { at, value: found };
          const { value, low, high } = found;
          return { at, value, low, high, note: print(found, show) };
        }),
      }),
    [t, print],
  );
}

/** The trends of the period before, and by how much it lies back. */
export interface TrendsBefore {
  readonly reply: TrendsReply;
  readonly shiftMs: number;
}

/** What the first series of a chart was in the period before, laid under the present one. */
function useSeriesBefore() {
  const t = useTranslations('comparison');
  const toSeries = useSeries();
  return useMemo(
    () =>
      (spec: ChartSpec, { reply, shiftMs }: TrendsBefore, show: Showing['show']): TrendSeries => {
        const [first] = spec.series;
        const points = first === undefined ? [] : toSeries(first, reply.points, show).points;
        return {
          name: t('before'),
          tone: 'muted',
          kind: 'line',
          isDashed: true,
          points: points.map(({ low: _low, high: _high, ...point }) => ({
            ...point,
            at: point.at + shiftMs,
          })),
        };
      },
    [t, toSeries],
  );
}

function lastShown(series: TrendSeries | undefined, show: Showing['show']): string | null {
  const last = series?.points.findLast((point) => point.value !== null);
  return last === undefined ? null : show(last.value);
}

function useChartLabel() {
  const t = useTranslations('overview');
  const format = useFormat();
  return useMemo(
    () => (range: TimeRange, title: string, last: string | null) => {
      if (last === null) return t('chartEmpty', { title });
      const from = format.timeShort(range.from);
      return t('chartLabel', {
        title,
        from,
        to: format.timeShort(range.to),
        last,
      });
    },
    [t, format],
  );
}

/** The charts of the overview, made from the answer of the trends endpoint. */
export function useTrendCharts(
  reply: TrendsReply | undefined,
  { before, marks }: { before: TrendsBefore | null; marks: readonly ChartMark[] },
): readonly TrendChartFacts[] {
  const t = useTranslations('overview');
  const format = useFormat();
  const { range } = useScope();
  const toSeries = useSeries();
  const toBefore = useSeriesBefore();
  const toLabel = useChartLabel();
  return useMemo(() => {
    if (reply === undefined) return [];
    const axis = timeAxis(range, reply, format);
    return CHARTS.map((spec): TrendChartFacts => {
      const { show, showAxis } = showing(spec.unit, format);
      const series = spec.series.map((one) => toSeries(one, reply.points, show));
      const old = before === null ? [] : [toBefore(spec, before, show)];
      const title = t(`charts.${spec.name}`);
      return {
        name: spec.name,
        title,
        note: t(`per.${reply.interval}`),
        label: toLabel(range, title, lastShown(series[0], show)),
        input: {
          ...axis,
          isFraction: FRACTIONS.has(spec.unit),
          marks,
          series: [...series, ...old],
          show,
          showAxis,
        },
      };
    });
  }, [reply, before, marks, range, toSeries, toBefore, toLabel, t, format]);
}
