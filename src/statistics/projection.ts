import type { Interval } from './intervals.ts';
import { tCritical95 } from './student-t.ts';

/** Fewer whole days say nothing about the next ones. */
export const DAYS_FOR_PROJECTION = 3;

export interface ProjectionInput {
  /** What the period has had so far. */
  readonly soFar: number;
  /** Sums of whole days, of days without anything too. */
  readonly daily: readonly number[];
  /** Days until the period ends; fractions allowed. */
  readonly daysLeft: number;
}

/**
 * The sum of a period when it ends, with its 95 % prediction interval: so far + days left × mean of the days, and
 * t · s · √(k + k²/n) for k days to come of which n are known. Value and interval are null below three days. Assumes
 * that the days to come are like those known and independent of each other; weekends and growth make it too narrow.
 * Source: Hahn, Meeker 1991, Statistical Intervals, §4.7 (prediction of a future sum of normal observations).
 */
export function projectSum({ soFar, daily, daysLeft }: ProjectionInput): Interval {
  const n = daily.length;
  if (n < DAYS_FOR_PROJECTION) return { value: null, n, low: null, high: null };
  const mean = daily.reduce((sum, one) => sum + one, 0) / n;
  const variance = daily.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1);
  const half = tCritical95(n - 1) * Math.sqrt(variance * (daysLeft + daysLeft ** 2 / n));
  const value = soFar + mean * daysLeft;
  // What was spent stays spent.
  return { value, n, low: Math.max(soFar, value - half), high: value + half };
}
