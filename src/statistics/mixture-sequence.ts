import type { Moments } from './intervals.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * Intervals and p-values that stay valid however often somebody looks: asymptotic confidence sequences with a normal
 * mixture, which is the mixture sequential probability ratio test for a mean turned round.
 *
 * An estimate that keeps being refined behaves like a Brownian motion with drift, observed at time I = 1/se² (its
 * information). Mixing the likelihood ratio against "no drift" over effects N(0, τ²) gives a martingale under the null,
 * so by Ville's inequality it exceeds 1/α at any time with probability at most α.
 *
 * Samples are units (users, sessions), each with the mean over its own calls. As a unit's calls accumulate, the means
 * keep cov(θ_s, θ_t) = var(θ_t) for s < t when units are equally busy in the long run, which is what the Brownian motion
 * needs. Assumes independent units and enough of them (see `minimumUnits`) for the normal approximation.
 *
 * Sources: Robbins 1970, Ann. Math. Stat. 41(5); Johari, Pekelis, Walsh 2015, arXiv:1512.04922, eq. 11;
 * Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021, arXiv:2103.06476, theorem 2.2; Howard, Ramdas, McAuliffe,
 * Sekhon 2021, Ann. Stat. 49(2), §3.5 for the choice of τ².
 */

/** An estimate and its standard error (above 0), from `n` units of its smallest sample. */
export interface RefinedEstimate {
  readonly value: number;
  readonly standardError: number;
  readonly n: number;
}

/** A mean of units and its factor in a sum of means; `bounds` where single values cannot lie outside. */
export interface ContrastPart {
  readonly moments: Moments;
  readonly factor: number;
  readonly bounds: { readonly low: number; readonly high: number } | null;
}

/**
 * Σ factor·mean of independent samples, with its standard error; null below two units in any of them or where nothing
 * varies. Bounded values get two more values, one at each bound, in the variance alone: a rate of 0 in 100 is not known
 * without error (the idea of Agresti, Caffo 2000, The American Statistician 54(4)).
 */
export function contrastOf(parts: readonly ContrastPart[]): RefinedEstimate | null {
  let value = 0;
  let variance = 0;
  let n = Number.POSITIVE_INFINITY;
  for (const { moments, factor, bounds } of parts) {
    if (moments.n < 2) return null;
    value += (factor * moments.sum) / moments.n;
    variance += (factor * factor * varianceOf(moments, bounds)) / moments.n;
    n = Math.min(n, moments.n);
  }
  return variance > 0 ? { value, standardError: Math.sqrt(variance), n } : null;
}

/** The variance between units; with bounds the cautious one of `contrastOf`. */
export function varianceOf(
  moments: Moments,
  bounds: { readonly low: number; readonly high: number } | null,
): number {
  if (moments.n < 2) return 0;
  const n = moments.n + (bounds === null ? 0 : 2);
  const sum = moments.sum + (bounds === null ? 0 : bounds.low + bounds.high);
  const squares = moments.sumOfSquares + (bounds === null ? 0 : bounds.low ** 2 + bounds.high ** 2);
  // Rounding can make the difference slightly negative when all values are equal.
  return Math.max(0, squares - (sum * sum) / n) / (n - 1);
}

/**
 * The product I·τ² at which an interval of level 1 − alpha is narrowest: the solution of v = ln(1 + v) − 2 ln α.
 */
export function tunedMixture(alpha: number): number {
  const constant = -2 * Math.log(alpha);
  let v = constant;
  // The slope 1/(1 + v) is below 1/3 for every alpha ≤ 0.2, so this gains half a digit a round.
  for (let round = 0; round < 60; round++) v = constant + Math.log1p(v);
  return v;
}

/**
 * The variance τ² of the mixture that makes intervals narrowest once the smallest sample has `planned` units. To be fixed
 * at the first look and kept: it may not follow the data afterwards.
 */
export function mixtureVariance(
  estimate: RefinedEstimate,
  { alpha, planned }: { readonly alpha: number; readonly planned: number },
): number {
  return (tunedMixture(alpha) * estimate.standardError ** 2 * estimate.n) / planned;
}

/** How a sequence is held: its level, and the mixture fixed at its first look. */
export interface SequenceOptions {
  readonly alpha: number;
  readonly mixtureVariance: number;
}

/** The interval that holds the truth at all looks together with probability 1 − alpha. */
export function sequentialInterval(
  { value, standardError }: RefinedEstimate,
  { alpha, mixtureVariance: tau2 }: SequenceOptions,
): { readonly low: number; readonly high: number } {
  const v = tau2 / standardError ** 2;
  const half = standardError * Math.sqrt(((1 + v) / v) * (Math.log1p(v) - 2 * Math.log(alpha)));
  return { low: value - half, high: value + half };
}

/**
 * The always-valid p-value of this look for "the truth is `null`": the inverse likelihood ratio, at most 1. The smallest
 * over all looks so far is valid too, and is what to report.
 */
export function sequentialPValue(
  { value, standardError }: RefinedEstimate,
  { mixtureVariance: tau2, nullValue = 0 }: { mixtureVariance: number; nullValue?: number },
): number {
  const v = tau2 / standardError ** 2;
  const z = (value - nullValue) / standardError;
  const logRatio = 0.5 * ((z * z * v) / (1 + v) - Math.log1p(v));
  return Math.min(1, Math.exp(-logRatio));
}

/** What a comparison of two arms has to see. */
export interface EffectSought {
  /** The smallest difference worth seeing, above 0. */
  readonly difference: number;
  /** Between units. */
  readonly standardDeviation: number;
  readonly alpha: number;
  readonly power: number;
}

/**
 * Units an arm needs to see the difference with the given power: with one look at the end (two-sided z-test), and with as
 * many looks as one likes. The second is for a mixture tuned to that number and counts the last look alone, so it is a
 * little too many.
 */
export function unitsForEffect(sought: EffectSought): { fixed: number; sequential: number } {
  const scale = 2 * (sought.standardDeviation / sought.difference) ** 2;
  const zPower = normalQuantile(sought.power);
  const zFixed = normalQuantile(1 - sought.alpha / 2);
  const zSequential = Math.sqrt(1 + tunedMixture(sought.alpha));
  return {
    fixed: Math.ceil(scale * (zFixed + zPower) ** 2),
    sequential: Math.ceil(scale * (zSequential + zPower) ** 2),
  };
}

/** Student's t with so many degrees of freedom differs from the normal by less than 1e-7. */
function normalQuantile(p: number): number {
  return studentTQuantile(p, 1e8);
}
