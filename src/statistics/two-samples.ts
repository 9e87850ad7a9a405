import { type Interval, type Moments, rateInterval } from './intervals.ts';
import { twoSidedP } from './normal.ts';
import { studentTProbability, studentTQuantile } from './student-t.ts';

/** Fewer observations than this in one of two samples are not compared. */
export const LEAST_SAMPLE = 10;

/** A difference "second minus first" with its 95 % interval; `n` is the size of the smaller sample. */
export interface Difference extends Interval {
  /** Two-sided; null without an interval. */
  readonly pValue: number | null;
}

export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/**
 * The difference of two independent rates: interval by Newcombe's square-and-add of Wilson intervals, p-value by the
 * pooled score test. No interval below {@link LEAST_SAMPLE}. Assumes independent observations: divide both counts by the
 * design effect where they come in sessions.
 * Source: Newcombe 1998, Statistics in Medicine 17:873 (method 10).
 */
export function differenceOfRates(first: Proportion, second: Proportion): Difference {
  const n = Math.min(first.n, second.n);
  if (n <= 0) return { value: null, n: 0, low: null, high: null, pValue: null };
  const [a, b] = [first.successes / first.n, second.successes / second.n];
  const value = b - a;
  if (n < LEAST_SAMPLE) return { value, n, low: null, high: null, pValue: null };
  const [ofFirst, ofSecond] = [
    rateInterval(first.successes, first.n),
    rateInterval(second.successes, second.n),
  ];
  const below = Math.hypot(b - (ofSecond.low ?? b), (ofFirst.high ?? a) - a);
  const above = Math.hypot((ofSecond.high ?? b) - b, a - (ofFirst.low ?? a));
  const pooled = (first.successes + second.successes) / (first.n + second.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n));
  const pValue = error > 0 ? twoSidedP(value / error) : 1;
  return { value, n, low: Math.max(-1, value - below), high: Math.min(1, value + above), pValue };
}

/** A difference of means, also as a number of standard deviations. */
export interface MeanDifference extends Difference {
  /** Hedges' g: 0.2 is called small, 0.8 large; null without an interval. */
  readonly effectSize: number | null;
}

/**
 * The difference of two independent means with unequal variances. No interval below {@link LEAST_SAMPLE}, or where nothing
 * varies. Samples that come in sessions have to be means of sessions. Skewed values need a hundred or so.
 * Source: Welch 1947, Biometrika 34; Hedges 1981, Journal of Educational Statistics 6(2).
 */
export function differenceOfMeans(first: Moments, second: Moments): MeanDifference {
  const n = Math.min(first.n, second.n);
  const nothing = { low: null, high: null, pValue: null, effectSize: null };
  if (n <= 0) return { value: null, n: 0, ...nothing };
  const value = second.sum / second.n - first.sum / first.n;
  const [a, b] = [varianceOfSums(first), varianceOfSums(second)];
  const variance = a / first.n + b / second.n;
  if (n < LEAST_SAMPLE || !(variance > 0)) return { value, n, ...nothing };
  const degrees =
    variance ** 2 / ((a / first.n) ** 2 / (first.n - 1) + (b / second.n) ** 2 / (second.n - 1));
  const error = Math.sqrt(variance);
  const half = studentTQuantile(0.975, degrees) * error;
  const pValue = 2 * studentTProbability(-Math.abs(value / error), degrees);
  const all = first.n + second.n - 2;
  const pooled = ((first.n - 1) * a + (second.n - 1) * b) / all;
  const effectSize = (value / Math.sqrt(pooled)) * (1 - 3 / (4 * all - 1));
  return { value, n, low: value - half, high: value + half, pValue, effectSize };
}

function varianceOfSums({ n, sum, sumOfSquares }: Moments): number {
  return n < 2 ? 0 : Math.max(0, sumOfSquares - (sum * sum) / n) / (n - 1);
}

/**
 * How much larger values of the second sample are, for ordered judgements: `value` is the chance that one of the second is
 * better than one of the first, ties counted half (0.5: no difference), with the interval of Brunner and Munzel, and the
 * p-value of Mann and Whitney with its correction for ties. No interval below {@link LEAST_SAMPLE}.
 * Source: Mann, Whitney 1947, Ann. Math. Stat. 18(1); Brunner, Munzel 2000, Biometrical Journal 42(1).
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): Difference {
  const n = Math.min(first.length, second.length);
  if (n === 0) return { value: null, n: 0, low: null, high: null, pValue: null };
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()];
  const placements = Array.from(b, (x) => placeOf(x, a));
  const value = meanOf(placements);
  if (n < LEAST_SAMPLE) return { value, n, low: null, high: null, pValue: null };
  const counter = Array.from(a, (x) => placeOf(x, b));
  const variance = spread(placements) / b.length + spread(counter) / a.length;
  const half = 1.959963984540054 * Math.sqrt(variance);
  const z = (value - 0.5) / Math.sqrt(tiedVariance(a, b));
  return {
    value,
    n,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
    pValue: Number.isFinite(z) ? twoSidedP(z) : 1,
  };
}

/** The share of sorted values below x, equal ones counted half. */
function placeOf(x: number, sorted: Float64Array): number {
  return (countBelow(sorted, x, false) + countBelow(sorted, x, true)) / 2 / sorted.length;
}

function countBelow(sorted: Float64Array, x: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < x || (orEqual && value === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The variance of U / (n m) when both samples are one. */
function tiedVariance(a: Float64Array, b: Float64Array): number {
  const all = new Map<number, number>();
  for (const x of [...a, ...b]) all.set(x, (all.get(x) ?? 0) + 1);
  const n = a.length + b.length;
  const ties = [...all.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
  return (n + 1 - ties / (n * (n - 1))) / (12 * a.length * b.length);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
