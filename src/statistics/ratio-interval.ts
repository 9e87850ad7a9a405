import { betweenClusters } from './clustered.ts';
import type { Interval } from './intervals.ts';
import { tCritical95 } from './student-t.ts';

/** What one hour or day holds of a ratio: the sum above the line, the sum below it, and observations. */
export interface RatioPart {
  readonly amount: number;
  readonly base: number;
  readonly n: number;
}

/** Fewer parts than these say too little of how much they differ. */
export const PARTS_FOR_INTERVAL = 5;

/**
 * A ratio of two sums (cost of a call, cached share of tokens) with its 95 % interval by how much the parts of time
 * differ: the linearised variance of a ratio between clusters, with Student's t. Calls of one hour or session may be
 * alike, as long as the parts are not. No interval below {@link PARTS_FOR_INTERVAL} parts; never below 0.
 * Source: Särndal, Swensson, Wretman 1992, Model Assisted Survey Sampling, §5.6; Cameron, Gelbach, Miller 2008.
 */
export function ratioInterval(parts: readonly RatioPart[]): Interval {
  const some = parts.filter(({ base }) => base > 0);
  const base = some.reduce((sum, part) => sum + part.base, 0);
  const n = some.reduce((sum, part) => sum + part.n, 0);
  if (base <= 0) return { value: null, n: 0, low: null, high: null };
  const value = some.reduce((sum, part) => sum + part.amount, 0) / base;
  if (some.length < PARTS_FOR_INTERVAL) return { value, n, low: null, high: null };
  const deviations = some.map((part) => (part.amount - value * part.base) / base);
  const half = tCritical95(some.length - 1) * Math.sqrt(betweenClusters(deviations) ?? 0);
  return { value, n, low: Math.max(0, value - half), high: value + half };
}
