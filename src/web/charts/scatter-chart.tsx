import type { EChartsCoreOption } from 'echarts/core';
import { useCallback } from 'react';
import { Chart } from './chart.tsx';
import type { Palette } from './palette.ts';
import { tooltipElement } from './tooltip.ts';

type Ends = readonly [low: number, high: number] | null;

export interface ScatterPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Ends of the 95 % intervals, where they are known; drawn as thin lines. */
  readonly xEnds?: Ends;
  readonly yEnds?: Ends;
  /** Observations; larger points stand on more. */
  readonly n: number;
  readonly details: readonly { readonly label: string; readonly value: string }[];
}

export interface ScatterInput {
  readonly points: readonly ScatterPoint[];
  readonly xName: string;
  readonly yName: string;
  readonly showX: (value: number) => string;
  readonly showY: (value: number) => string;
}

function axis(name: string, show: (value: number) => string, palette: Palette): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameTextStyle: { color: palette.muted, fontSize: 11, fontFamily: palette.sans },
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    splitNumber: 4,
    splitLine: { lineStyle: { color: palette.line } },
    axisLabel: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: palette.sans,
      hideOverlap: true,
      formatter: show,
    },
  };
}

interface DrawApi {
  readonly value: (dimension: number) => number;
  readonly coord: (point: readonly [number, number]) => [number, number];
}

/** Intervals as thin lines through the points. */
function whiskers(points: ScatterInput['points'], palette: Palette): object[] {
  const data = points.flatMap(({ x, y, xEnds, yEnds }) => [
    ...(xEnds == null ? [] : [[xEnds[0], y, xEnds[1], y]]),
    ...(yEnds == null ? [] : [[x, yEnds[0], x, yEnds[1]]]),
  ]);
  const renderItem = (_params: unknown, api: DrawApi): object => {
    const [x1, y1] = api.coord([api.value(0), api.value(1)]);
    const [x2, y2] = api.coord([api.value(2), api.value(3)]);
    return {
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style: { stroke: palette.accent, lineWidth: 1.5, opacity: 0.45 },
    };
  };
  const encode = { x: [0, 2], y: [1, 3] };
  return [{ type: 'custom', data, renderItem, encode, silent: true, tooltip: { show: false } }];
}

function scatterOption(input: ScatterInput, palette: Palette): EChartsCoreOption {
  const most = Math.max(1, ...input.points.map((point) => point.n));
  return {
    grid: { left: 52, right: 110, top: 24, bottom: 44 },
    xAxis: { ...axis(input.xName, input.showX, palette), min: 0, nameGap: 28 },
    yAxis: {
      ...axis(input.yName, input.showY, palette),
      min: 0,
      max: 1,
      interval: 0.25,
      nameGap: 36,
    },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontFamily: palette.sans },
      formatter: ({ name }: { name: string }) =>
        tooltipElement(name, input.points.find((point) => point.name === name)?.details ?? []),
    },
    series: [
      ...whiskers(input.points, palette),
      {
        type: 'scatter',
        data: input.points.map((point) => ({
          name: point.name,
          value: [point.x, point.y],
          symbolSize: 8 + 14 * Math.sqrt(point.n / most),
        })),
        itemStyle: { color: palette.accent, opacity: 0.85 },
        label: {
          show: true,
          position: 'top',
          distance: 4,
          formatter: ({ name }: { name: string }) => name,
          color: palette.ink,
          fontSize: 11,
          fontFamily: palette.sans,
        },
        labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
      },
    ],
  };
}

const loadEngine = () => import('./scatter-engine.ts');

interface Props {
  readonly input: ScatterInput;
  readonly label: string;
  readonly onPick: (name: string) => void;
}

/** Two measures of named things against each other. */
export function ScatterChart({ input, label, onPick }: Props) {
  const option = useCallback((palette: Palette) => scatterOption(input, palette), [input]);
  return (
    <Chart option={option} label={label} className="h-72" onPick={onPick} loadEngine={loadEngine} />
  );
}
