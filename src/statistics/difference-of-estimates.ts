import type { Interval } from './intervals.ts';
import { twoSidedP } from './normal.ts';
import { NORMAL_95 } from './student-t.ts';
import type { Difference } from './two-samples.ts';

/**
 * The difference "second minus first" of two independent estimates of any kind from their 95 % intervals alone
 * (percentiles, ratios): each end recovers the variance near itself. The p-value belongs to the end towards 0. No interval
 * where one of the two has none.
 * Source: Zou, Donner 2008, Statistics in Medicine 27:1693 (MOVER); Newcombe's interval of rates is the same idea.
 */
export function differenceOfEstimates(first: Interval, second: Interval): Difference {
  const n = Math.min(first.n, second.n);
  if (first.value === null || second.value === null) {
    return { value: null, n, low: null, high: null, pValue: null };
  }
  const value = second.value - first.value;
  const ends = [first.low, first.high, second.low, second.high];
  const [firstLow, firstHigh, secondLow, secondHigh] = ends;
  if (firstLow == null || firstHigh == null || secondLow == null || secondHigh == null) {
    return { value, n, low: null, high: null, pValue: null };
  }
  const below = Math.hypot(second.value - secondLow, firstHigh - first.value);
  const above = Math.hypot(secondHigh - second.value, first.value - firstLow);
  const towardsZero = value > 0 ? below : above;
  const pValue = towardsZero > 0 ? twoSidedP((value / towardsZero) * NORMAL_95) : null;
  return { value, n, low: value - below, high: value + above, pValue };
}
