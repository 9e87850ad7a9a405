import { NORMAL_95, tCritical95 } from './student-t.ts';

/**
 * A number with its uncertainty: `value` is null when nothing was observed, `low` and `high` when the sample is too
 * small for an interval.
 */
export interface Interval {
  readonly value: number | null;
  readonly n: number;
  readonly low: number | null;
  readonly high: number | null;
}

const NOTHING: Interval = { value: null, n: 0, low: null, high: null };

/**
 * A rate in [0, 1] with its 95 % Wilson score interval. Assumes independent observations: answers of one session are
 * alike, so the interval is too narrow where few sessions make most of the traffic.
 * Source: Wilson 1927, JASA 22; recommended by Brown, Cai, DasGupta 2001, Statistical Science 16(2).
 */
export function rateInterval(successes: number, n: number): Interval {
  if (n <= 0) return NOTHING;
  const rate = Math.min(1, Math.max(0, successes / n));
  const z2 = NORMAL_95 * NORMAL_95;
  const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
  const half = (NORMAL_95 / (1 + z2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n));
  // At the ends the formula equals 0 or 1 but for rounding.
  const low = rate === 0 ? 0 : Math.max(0, centre - half);
  const high = rate === 1 ? 1 : Math.min(1, centre + half);
  return { value: rate, n, low, high };
}

/** Sums from which a mean and its spread follow; they add up, so roll-ups can keep them. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * A mean with its 95 % t interval; no interval below two observations. Assumes independent observations whose mean is
 * about normal: for heavy tails and small n it covers less than it says, and clustered samples (sessions) need a
 * clustered interval. `bounds` cuts the interval to where the mean can be.
 * Source: Student 1908, Biometrika 6(1); Cameron, Gelbach, Miller 2008 for why clusters matter.
 */
export function meanInterval(
  { n, sum, sumOfSquares }: Moments,
  bounds: { readonly low: number; readonly high: number } = { low: -Infinity, high: Infinity },
): Interval {
  if (n <= 0) return NOTHING;
  const mean = sum / n;
  if (n < 2) return { value: mean, n, low: null, high: null };
  // Rounding can make the difference slightly negative when all values are equal.
  const variance = Math.max(0, sumOfSquares - sum * mean) / (n - 1);
  const half = tCritical95(n - 1) * Math.sqrt(variance / n);
  return {
    value: mean,
    n,
    low: Math.max(bounds.low, mean - half),
    high: Math.min(bounds.high, mean + half),
  };
}
