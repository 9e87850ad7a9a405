import type { Interval } from './intervals.ts';
import { NORMAL_95, tCritical95 } from './student-t.ts';

/** One observation of a sample whose members may have been picked with unequal chances and may belong together. */
export interface Observation {
  readonly value: number;
  /** One over the probability with which it got into the sample; above 0. */
  readonly weight: number;
  /** Observations of one session or conversation are alike; those without company have a cluster of their own. */
  readonly cluster: string;
}

/** An estimated mean and how uncertain it is; the variance is null where one cluster alone was seen. */
export interface EstimatedMean {
  readonly mean: number;
  readonly variance: number | null;
  readonly n: number;
  readonly clusters: number;
  /** Sum of the weights: about how many the sample stands for. */
  readonly weight: number;
}

/**
 * The mean of a weighted, clustered sample (Hájek's ratio) with its linearised variance between clusters; null
 * without observations. Source: Särndal, Swensson, Wretman 1992, Model Assisted Survey Sampling, §5.7 and §5.9.
 */
export function weightedMean(observations: readonly Observation[]): EstimatedMean | null {
  const weight = observations.reduce((sum, one) => sum + one.weight, 0);
  if (!(weight > 0)) return null;
  const mean = observations.reduce((sum, one) => sum + one.weight * one.value, 0) / weight;
  const sums = sumByCluster(observations, ({ value, weight: w }) => (w * (value - mean)) / weight);
  return {
    mean,
    variance: betweenClusters([...sums.values()]),
    n: observations.length,
    clusters: sums.size,
    weight,
  };
}

/** Sums of a figure by cluster. */
export function sumByCluster<Row extends { readonly cluster: string }>(
  rows: readonly Row[],
  figure: (row: Row) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.cluster, (sums.get(row.cluster) ?? 0) + figure(row));
  return sums;
}

/** The variance of a total of independent cluster sums whose mean is 0; null below two. */
export function betweenClusters(sums: readonly number[]): number | null {
  if (sums.length < 2) return null;
  const squares = sums.reduce((sum, one) => sum + one * one, 0);
  return (squares * sums.length) / (sums.length - 1);
}

/**
 * A rate of a weighted, clustered sample with its 95 % interval: Wilson's with the number of independent
 * observations that would have the same variance, never more than were made. At 0 and 1, where the variance says
 * nothing, Kish's effective number takes its place. Below 40 clusters the t distribution widens it.
 * Source: Korn, Graubard 1998, Survey Methodology 24(2), with the interval of Wilson 1927; Kish 1965 §11.7.
 */
export function weightedRate(observations: readonly Observation[]): Interval {
  const estimate = weightedMean(observations);
  if (estimate === null) return { value: null, n: 0, low: null, high: null };
  const { mean, variance, n, clusters } = estimate;
  const rate = Math.min(1, Math.max(0, mean));
  if (variance === null && n > 1) return { value: rate, n, low: null, high: null };
  const spread = rate * (1 - rate);
  const kish = kishNumber(observations);
  // Exact 0 or 1 may be off by rounding of weights.
  const effective =
    spread < 1e-12 || variance === null
      ? kish
      : Math.min(n, ((spread / variance) * clusters) / (clusters - 1));
  const z = clusters < 40 && clusters > 1 && clusters < n ? tCritical95(clusters - 1) : NORMAL_95;
  return { value: rate, n, ...wilson(rate, effective, z) };
}

function kishNumber(observations: readonly Observation[]): number {
  const sums = [...sumByCluster(observations, ({ weight }) => weight).values()];
  const total = sums.reduce((sum, one) => sum + one, 0);
  return (total * total) / sums.reduce((sum, one) => sum + one * one, 0);
}

function wilson(rate: number, n: number, z: number): { low: number; high: number } {
  const z2 = z * z;
  const centre = (rate + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n));
  return {
    low: rate < 1e-12 ? 0 : Math.max(0, centre - half),
    high: rate > 1 - 1e-12 ? 1 : Math.min(1, centre + half),
  };
}
