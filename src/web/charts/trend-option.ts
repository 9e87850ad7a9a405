import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from './palette.ts';
import { tooltipElement } from './tooltip.ts';
import { closeEnds, levelSeries, type TrendLevels } from './trend-levels.ts';

export type ToneName = 'accent' | 'muted' | 'bad' | 'good' | 'edge';

/** One line or row of bars; `at` in milliseconds, null where nothing is known. */
export interface TrendSeries {
  readonly name: string;
  readonly tone: ToneName;
  readonly kind: 'line' | 'bar';
  /** Something to compare with, laid under the rest. */
  readonly isDashed?: boolean;
  readonly points: readonly {
    readonly at: number;
    readonly value: number | null;
    readonly low?: number | null;
    readonly high?: number | null;
    readonly note?: string;
  }[];
}

/** Something that happened at a moment; `at` in milliseconds. */
export interface ChartMark {
  readonly at: number;
  readonly title: string;
}

export interface TrendInput extends TrendLevels {
  readonly series: readonly TrendSeries[];
  readonly from: number;
  readonly to: number;
  readonly show: (value: number | null) => string;
  /** Short form for the axis whose values go up to `most`. */
  readonly showAxis: (value: number, most: number) => string;
  readonly showTime: (at: number) => string;
  readonly showTimeFull: (at: number) => string;
  /** Values are fractions: the axis ends at a round one. */
  readonly isFraction: boolean;
  /** Differences: the axis goes below zero where values do. */
  readonly isSigned?: boolean;
  /** Drawn as quiet upright lines; their titles are told on hover. */
  readonly marks?: readonly ChartMark[];
  /** Buckets are days of UTC: so are the ticks. */
  readonly isUtc?: boolean;
  /** The axis begins near the values and levels instead of at zero: for what moves little. */
  readonly isClose?: boolean;
  /** Values are counts: so are the ticks. */
  readonly isWhole?: boolean;
}

const FRACTION_ENDS = [0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 1];

/** Ends the axis where all values and most of the intervals are seen; few calls make very wide ones. */
function fractionScale({ series, isFraction }: TrendInput): object {
  if (!isFraction) return {};
  const points = series.flatMap((one) => one.points);
  const highs = points.flatMap(({ high }) => high ?? []).toSorted((a, b) => a - b);
  const usual = highs[Math.floor(highs.length / 2)] ?? 0;
  const values = points.flatMap(({ value }) => value ?? []);
  const most = values.length === 0 ? 1 : Math.max(usual, ...values);
  const max = FRACTION_ENDS.find((end) => end >= most) ?? 1;
  return { max, interval: max / 4 };
}

/** Whether a point has no neighbour to draw a line to. */
function isLone(points: TrendSeries['points'], at: number): boolean {
  const isKnown = (place: number): boolean => (points[place]?.value ?? null) !== null;
  return isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1);
}

interface DrawApi {
  readonly value: (dimension: number) => number;
  readonly coord: (point: readonly [number, number]) => [number, number];
}

/** Intervals of lone points as upright lines: a band needs two points. */
function whiskerSeries(series: TrendSeries, color: string): object[] {
  const data = series.points.flatMap(({ at, low, high }, place) =>
    low == null || high == null || !isLone(series.points, place) ? [] : [[at, low, high]],
  );
  if (data.length === 0) return [];
  const renderItem = (_params: unknown, api: DrawApi): object => {
    const [x, y1] = api.coord([api.value(0), api.value(1)]);
    const [, y2] = api.coord([api.value(0), api.value(2)]);
    return {
      type: 'line',
      shape: { x1: x, y1, x2: x, y2 },
      style: { stroke: color, lineWidth: 1.5, opacity: 0.45 },
    };
  };
  const encode = { x: 0, y: [1, 2] };
  return [{ type: 'custom', data, renderItem, encode, silent: true, tooltip: { show: false } }];
}

function bandSeries(series: TrendSeries, color: string): object[] {
  const known = series.points.filter(({ low, high }) => low != null && high != null);
  if (known.length === 0) return [];
  const base = {
    type: 'line',
    stack: `band ${series.name}`,
    // The width is laid on the lower end also where that is below zero.
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
    z: 1,
  };
  const low = series.points.map((point) => [point.at, point.low ?? null]);
  const width = series.points.map(({ at, low: from, high }) => [
    at,
    from == null || high == null ? null : high - from,
  ]);
  return [
    { ...base, data: low },
    { ...base, data: width, areaStyle: { color, opacity: 0.14 } },
  ];
}

function drawnSeries(series: TrendSeries, palette: Palette): object[] {
  const color = palette[series.tone];
  const data = series.points.map((point) => [point.at, point.value]);
  if (series.kind === 'bar')
    return [
      {
        name: series.name,
        type: 'bar',
        stack: 'bars',
        data,
        itemStyle: { color },
        barMaxWidth: 18,
        barMinWidth: 1,
      },
    ];
  return [
    ...bandSeries(series, color),
    ...whiskerSeries(series, color),
    {
      name: series.name,
      type: 'line',
      data,
      showSymbol: true,
      showAllSymbol: true,
      symbol: 'circle',
      symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) =>
        isLone(series.points, dataIndex) ? 6 : 0,
      lineStyle: {
        color,
        width: series.isDashed === true ? 1.2 : 1.6,
        type: series.isDashed === true ? [4, 3] : 'solid',
      },
      itemStyle: { color },
      z: 3,
    },
  ];
}

function firstTime(params: unknown): number | null {
  const first: unknown = Array.isArray(params) ? params[0] : params;
  if (typeof first !== 'object' || first === null || !('axisValue' in first)) return null;
  return Number(first.axisValue);
}

function tooltipFor(input: TrendInput, palette: Palette) {
  return (params: unknown): HTMLElement | string => {
    const at = firstTime(params);
    if (at === null) return '';
    const rows = input.series.map((series) => {
      const point = series.points.find((candidate) => candidate.at === at);
      const value = input.show(point?.value ?? null);
      return {
        label: series.name,
        value: point?.note === undefined ? value : `${value}  (${point.note})`,
        color: palette[series.tone],
      };
    });
    const happened = marksAt(input, at).map(({ title }) => ({
      label: title,
      value: '',
      color: palette.warn,
    }));
    return tooltipElement(input.showTimeFull(at), [...rows, ...happened]);
  };
}

const MOST_TOLD = 5;

/** What happened in the bucket that begins at a moment. */
function marksAt({ series, marks = [], to }: TrendInput, at: number): readonly ChartMark[] {
  const starts = series[0]?.points.map((point) => point.at) ?? [];
  const next = starts.find((start) => start > at) ?? Math.max(to, at + 1);
  return marks.filter((mark) => mark.at >= at && mark.at < next).slice(0, MOST_TOLD);
}

interface MarkParams {
  readonly coordSys: { readonly y: number; readonly height: number };
}

/** Upright lines from the top of the chart to its axis. */
function markSeries({ marks = [], from, to }: TrendInput, palette: Palette): object[] {
  const data = marks.filter(({ at }) => at >= from && at <= to).map(({ at }) => [at, 0]);
  if (data.length === 0) return [];
  const renderItem = ({ coordSys }: MarkParams, api: DrawApi): object => {
    const [x] = api.coord([api.value(0), 0]);
    return {
      type: 'line',
      shape: { x1: x, y1: coordSys.y, x2: x, y2: coordSys.y + coordSys.height },
      style: { stroke: palette.warn, lineWidth: 1, lineDash: [2, 3], opacity: 0.8 },
    };
  };
  const encode = { x: 0, y: 1 };
  return [
    { type: 'custom', data, renderItem, encode, silent: true, tooltip: { show: false }, z: 2 },
  ];
}

function mostOf({ series }: TrendInput): number {
  return Math.max(
    0,
    ...series.flatMap(({ points }) => points.map(({ value }) => Math.abs(value ?? 0))),
  );
}

/** Where the axis of values begins and ends. */
function valueScale(input: TrendInput): object {
  const levels = (input.lines ?? []).map(({ value }) => value);
  if (input.isClose === true) {
    const values = input.series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
    const max = input.isFraction ? 1 : Number.POSITIVE_INFINITY;
    return closeEnds([...values, ...levels], { min: 0, max }) ?? { min: 0 };
  }
  const base = input.isSigned === true ? {} : { min: 0 };
  return { ...base, ...fractionScale(input) };
}

/** A quiet time series: no legend, few labels, a band for the interval. */
export function trendOption(input: TrendInput, palette: Palette): EChartsCoreOption {
  const most = mostOf(input);
  const label = { color: palette.muted, fontSize: 11, fontFamily: palette.sans };
  return {
    useUTC: input.isUtc === true,
    grid: { left: 4, right: 10, top: 10, bottom: 2, containLabel: true },
    xAxis: {
      type: 'time',
      min: input.from,
      max: input.to,
      splitNumber: 4,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, formatter: input.showTime },
    },
    yAxis: {
      type: 'value',
      ...valueScale(input),
      ...(input.isWhole === true ? { minInterval: 1 } : {}),
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...label, formatter: (value: number) => input.showAxis(value, most) },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily: palette.sans },
      axisPointer: { type: 'line', lineStyle: { color: palette.edge, width: 1 } },
      formatter: tooltipFor(input, palette),
    },
    series: [
      ...levelSeries(input, palette, (value) => input.show(value)),
      ...input.series.flatMap((series) => drawnSeries(series, palette)),
      ...markSeries(input, palette),
    ],
  };
}
