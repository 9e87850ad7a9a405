import type { Palette } from './palette.ts';
import type { ToneName } from './trend-option.ts';

type LevelTone = ToneName | 'warn';

/** A level across the chart, such as a limit. */
export interface TrendLine {
  readonly name: string;
  readonly tone: LevelTone;
  readonly value: number;
}

/** A span of time that is set apart, such as an alert; in milliseconds. */
export interface TrendStretch {
  readonly tone: LevelTone;
  readonly from: number;
  readonly to: number;
}

export interface TrendLevels {
  readonly lines?: readonly TrendLine[];
  readonly stretches?: readonly TrendStretch[];
}

/** A series without points that carries levels and stretches; none when there is nothing to mark. */
export function levelSeries(
  { lines = [], stretches = [] }: TrendLevels,
  palette: Palette,
  show: (value: number) => string,
): object[] {
  if (lines.length === 0 && stretches.length === 0) return [];
  const label = { color: palette.muted, fontSize: 10, fontFamily: palette.sans };
  return [
    {
      type: 'line',
      data: [],
      silent: true,
      tooltip: { show: false },
      z: 0,
      markLine: {
        silent: true,
        symbol: 'none',
        data: lines.map(({ name, tone, value }) => ({
          yAxis: value,
          lineStyle: { color: palette[tone], type: 'dashed', width: 1, opacity: 0.9 },
          label: {
            ...label,
            position: 'insideStartTop',
            distance: 1,
            backgroundColor: palette.surface,
            padding: [1, 3],
            borderRadius: 3,
            formatter: () => `${name} ${show(value)}`,
          },
        })),
      },
      markArea: {
        silent: true,
        data: stretches.map(({ tone, from, to }) => [
          { xAxis: from, itemStyle: { color: palette[tone], opacity: 0.16 } },
          { xAxis: to },
        ]),
      },
    },
  ];
}

const STEPS = [1, 2, 2.5, 5, 10];

/** The smallest round number that is no less than `least`. */
function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (STEPS.find((step) => step * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/**
 * The ends of an axis that is close about the values, not from zero: round, and with a round distance of its ticks.
 * Null without a value; `limits` are never passed.
 */
export function closeEnds(
  values: readonly number[],
  limits: { readonly min: number; readonly max: number },
): { readonly min: number; readonly max: number; readonly interval: number } | null {
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high > low ? high - low : Math.max(Math.abs(high) * 0.2, 1e-6);
  const interval = roundUp((span * 1.2) / 4);
  const min = Math.floor((low - span * 0.1) / interval) * interval;
  const max = Math.ceil((high + span * 0.1) / interval) * interval;
  return { min: Math.max(limits.min, min), max: Math.min(limits.max, max), interval };
}
