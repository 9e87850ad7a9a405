import type { Interval } from './intervals.ts';
import { NORMAL_95, tCritical95 } from './student-t.ts';

/**
 * Sums of observations that were dealt into groups by their session, so that a session is in one group. Whatever
 * sessions are like, the spread between groups tells how uncertain a mean of all is; and the sums of two stretches of
 * time add up, which sums by session would not without keeping every session.
 * Source: the method of random groups, Wolter 2007, Introduction to Variance Estimation, 2nd ed., chapter 2.
 */
export interface GroupedSums {
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Count and sum of each group; the same group always at the same place. */
  readonly groups: readonly { readonly n: number; readonly sum: number }[];
}

/** How many groups sessions are dealt into: the standard error is known to about one part in eight. */
export const GROUPS = 32;

const NOTHING: Interval = { value: null, n: 0, low: null, high: null };

interface Spread {
  /** How many times larger the variance is than that of independent observations, at least 1. */
  readonly effect: number;
  /** Half width of a 95 % interval in standard errors. */
  readonly critical: number;
}

/**
 * The design effect: variance of the mean between groups over that of independent observations, at least 1. Null when
 * everything is in one group.
 */
export function designEffect({ n, sum, sumOfSquares, groups }: GroupedSums): number | null {
  return spreadOf({ n, sum, sumOfSquares, groups })?.effect ?? null;
}

function spreadOf({ n, sum, sumOfSquares, groups }: GroupedSums): Spread | null {
  const seen = groups.filter((group) => group.n > 0);
  if (n < 2 || seen.length < 2) return null;
  const critical = n > seen.length ? tCritical95(seen.length - 1) : NORMAL_95;
  const mean = sum / n;
  const plain = Math.max(0, sumOfSquares - sum * mean) / ((n - 1) * n);
  if (plain < 1e-18) return { effect: 1, critical };
  const squares = seen.reduce((total, group) => total + (group.sum - mean * group.n) ** 2, 0);
  const between = ((seen.length / (seen.length - 1)) * squares) / n ** 2;
  return { effect: Math.max(1, between / plain), critical };
}

/**
 * A rate in [0, 1] of clustered observations with its 95 % interval: Wilson's, with the number of independent
 * observations that would be as uncertain. No interval when all of several observations are of one group.
 */
export function groupedRate(sums: GroupedSums): Interval {
  const { n } = sums;
  if (n <= 0) return NOTHING;
  const rate = Math.min(1, Math.max(0, sums.sum / n));
  if (n === 1) return { value: rate, n, ...wilson(rate, 1, NORMAL_95) };
  const spread = spreadOf(sums);
  if (spread === null) return { value: rate, n, low: null, high: null };
  return { value: rate, n, ...wilson(rate, n / spread.effect, spread.critical) };
}

function wilson(rate: number, n: number, z: number): { low: number; high: number } {
  const z2 = z * z;
  const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n));
  return {
    low: rate === 0 ? 0 : Math.max(0, centre - half),
    high: rate === 1 ? 1 : Math.min(1, centre + half),
  };
}

/** A mean of clustered observations with its 95 % interval; none when all are of one group. */
export function groupedMean(
  sums: GroupedSums,
  bounds: { readonly low: number; readonly high: number } = { low: -Infinity, high: Infinity },
): Interval {
  const { n, sum, sumOfSquares } = sums;
  if (n <= 0) return NOTHING;
  const mean = sum / n;
  const spread = spreadOf(sums);
  if (spread === null) return { value: mean, n, low: null, high: null };
  const plain = Math.max(0, sumOfSquares - sum * mean) / ((n - 1) * n);
  const half = Math.max(spread.critical, tCritical95(n - 1)) * Math.sqrt(plain * spread.effect);
  return {
    value: mean,
    n,
    low: Math.max(bounds.low, mean - half),
    high: Math.min(bounds.high, mean + half),
  };
}

/**
 * A total (calls, cost) of sessions that arrive at random, with its 95 % interval. Groups that got nothing count as
 * zeros. Below ten observations there is none: a handful of events is far from normal.
 */
export function groupedTotal({ n, sum, groups }: GroupedSums): Interval {
  if (n < 10) return { value: sum, n, low: null, high: null };
  const mean = sum / GROUPS;
  const all = Array.from({ length: GROUPS }, (_, at) => groups[at]?.sum ?? 0);
  const squares = all.reduce((total, one) => total + (one - mean) ** 2, 0);
  const half = tCritical95(GROUPS - 1) * Math.sqrt((GROUPS / (GROUPS - 1)) * squares);
  return { value: sum, n, low: Math.max(0, sum - half), high: sum + half };
}
