import type { Interval } from './intervals.ts';
import { NORMAL_95 } from './student-t.ts';

/** Part of a population of which some were looked at. */
export interface Stratum {
  /** How many there are. */
  readonly size: number;
  /** What those that were looked at have. */
  readonly values: readonly number[];
}

/**
 * The total of a population from samples of its strata, with its 95 % interval; without interval when everything was
 * looked at. Strata of which nothing was looked at are left out. Assumes that what was looked at is like the rest of its
 * stratum. A stratum with one value takes the spread of all.
 * Source: Cochran 1977, Sampling Techniques, §5.3 and §5.4 (stratified estimate with finite population correction).
 */
export function stratifiedTotal(strata: readonly Stratum[]): Interval {
  const seen = strata.filter(({ values }) => values.length > 0);
  const n = seen.reduce((sum, { values }) => sum + values.length, 0);
  if (n === 0) return { value: null, n: 0, low: null, high: null };
  const pooled = varianceOf(seen.flatMap(({ values }) => values)) ?? 0;
  let total = 0;
  let variance = 0;
  for (const { size, values } of seen) {
    const count = Math.max(size, values.length);
    total += (count * values.reduce((sum, one) => sum + one, 0)) / values.length;
    const spread = varianceOf(values) ?? pooled;
    variance += count * (count - values.length) * (spread / values.length);
  }
  const complete = seen.every(({ size, values }) => size <= values.length);
  if (complete) return { value: total, n, low: null, high: null };
  const half = NORMAL_95 * Math.sqrt(variance);
  return { value: total, n, low: total - half, high: total + half };
}

function varianceOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
}
