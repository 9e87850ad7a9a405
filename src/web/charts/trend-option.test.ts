import { describe, expect, it } from 'vitest';
import type { Palette } from './palette.ts';
import { type TrendInput, trendOption } from './trend-option.ts';

const PALETTE: Palette = {
  ink: '#111',
  muted: '#222',
  line: '#333',
  surface: '#fff',
  accent: '#44f',
  edge: '#888',
  good: '#0a0',
  warn: '#aa0',
  bad: '#a00',
  sans: 'sans-serif',
};

const DIFFERENCE: TrendInput = {
  series: [
    {
      name: 'small',
      tone: 'accent',
      kind: 'line',
      points: [
        { at: 1, value: -0.4, low: -0.6, high: 0.1 },
        { at: 2, value: -0.3, low: -0.4, high: -0.2 },
      ],
    },
  ],
  from: 0,
  to: 3,
  show: String,
  showAxis: (value, most) => `${value} of ${most}`,
  showTime: String,
  showTimeFull: String,
  isFraction: false,
};

interface Drawn {
  readonly useUTC: boolean;
  readonly yAxis: { readonly min?: number; readonly axisLabel: { formatter(at: number): string } };
  readonly series: readonly { readonly stackStrategy?: string; readonly data: unknown }[];
}

const draw = (input: TrendInput): Drawn => trendOption(input, PALETTE) as unknown as Drawn;

describe('a trend of differences', () => {
  it('goes below zero, where amounts begin at it', () => {
    expect(draw({ ...DIFFERENCE, isSigned: true }).yAxis).not.toHaveProperty('min');
    expect(draw(DIFFERENCE).yAxis.min).toBe(0);
  });

  it('lays the width of an interval on its lower end also below zero', () => {
    const [low, width] = draw({ ...DIFFERENCE, isSigned: true }).series;
    expect(low).toMatchObject({
      stackStrategy: 'all',
      data: [
        [1, -0.6],
        [2, -0.4],
      ],
    });
    expect(width?.data).toEqual([
      [1, 0.7],
      [2, 0.2],
    ]);
  });

  it('tells the axis how large values are, whatever their sign', () => {
    expect(draw(DIFFERENCE).yAxis.axisLabel.formatter(0)).toBe('0 of 0.4');
  });
});

describe('marks of what happened', () => {
  const marks = [
    { at: 0.5, title: 'release 1' },
    { at: 99, title: 'after the range' },
  ];
  it('are lines in the range, and none where nothing happened', () => {
    const drawn = draw({ ...DIFFERENCE, marks }).series.at(-1);
    expect(drawn).toMatchObject({ type: 'custom', data: [[0.5, 0]], silent: true });
    expect(draw(DIFFERENCE).series).toHaveLength(draw({ ...DIFFERENCE, marks }).series.length - 1);
  });
});

describe('a trend of days of UTC', () => {
  it('has its ticks at their beginnings', () => {
    expect(draw({ ...DIFFERENCE, isUtc: true }).useUTC).toBe(true);
    expect(draw(DIFFERENCE).useUTC).toBe(false);
  });
});
