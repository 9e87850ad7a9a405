import type { EChartsCoreOption } from 'echarts/core';
import type { Palette } from './palette.ts';
import { tooltipElement } from './tooltip.ts';

export type ToneName = 'accent' | 'muted' | 'bad' | 'good' | 'edge';

/** One line or row of bars; `at` in milliseconds, null where nothing is known. */
export interface TrendSeries {
  readonly name: string;
  readonly tone: ToneName;
  readonly kind: 'line' | 'bar';
  readonly points: readonly {
    readonly at: number;
    readonly value: number | null;
    readonly low?: number | null;
    readonly high?: number | null;
    readonly note?: string;
  }[];
}

export interface TrendInput {
  readonly series: readonly TrendSeries[];
  readonly from: number;
  readonly to: number;
  readonly show: (value: number | null) => string;
  /** Short form for the axis. */
  readonly showAxis: (value: number) => string;
  readonly showTime: (at: number) => string;
  readonly showTimeFull: (at: number) => string;
  /** The largest value the axis can have, such as 1 for rates. */
  readonly max?: number;
}

function bandSeries(series: TrendSeries, color: string): object[] {
  const known = series.points.filter(({ low, high }) => low != null && high != null);
  if (known.length === 0) return [];
  const base = {
    type: 'line',
    stack: `band ${series.name}`,
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
  const lone = series.points.filter((point) => point.value !== null).length <= 2;
  return [
    ...bandSeries(series, color),
    {
      name: series.name,
      type: 'line',
      data,
      showSymbol: lone,
      symbol: 'circle',
      symbolSize: 5,
      lineStyle: { color, width: 1.6 },
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
    return tooltipElement(input.showTimeFull(at), rows);
  };
}

/** A quiet time series: no legend, few labels, a band for the interval. */
export function trendOption(input: TrendInput, palette: Palette): EChartsCoreOption {
  const label = { color: palette.muted, fontSize: 11, fontFamily: palette.sans };
  return {
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
      min: 0,
      ...(input.max === undefined
        ? {}
        : { max: ({ max }: { max: number }) => Math.min(input.max ?? max, max * 1.15 || 1) }),
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { ...label, formatter: input.showAxis, showMaxLabel: input.max === undefined },
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
    series: input.series.flatMap((series) => drawnSeries(series, palette)),
  };
}
