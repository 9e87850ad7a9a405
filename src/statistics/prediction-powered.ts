import type { EstimatedMean } from './clustered.ts';
import { sumByCluster } from './clustered.ts';
import { NORMAL_95, tCritical95 } from './student-t.ts';

/** An answer that people labelled and the judge scored; both values 0 to 1. */
export interface Labelled {
  readonly person: number;
  readonly judge: number;
  /** One over the probability of being judged and labelled. */
  readonly weight: number;
  /** One over the probability of being judged. */
  readonly judgedWeight: number;
  readonly cluster: string;
  /** The part of the judge's scale whose total weight is known, if labels were weighted up to it. */
  readonly stratum?: number;
}

export interface CorrectedMean {
  /** 0 to 1. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Before it was cut to [0, 1]. */
  readonly raw: number;
  readonly nJudged: number;
  readonly nLabelled: number;
  /** How far the judge is believed, 0 (labels alone) to 1. */
  readonly power: number;
  /** What the labels say alone, for comparison. */
  readonly labelsAlone: { readonly value: number; readonly low: number; readonly high: number };
}

export interface PoweredQuestion {
  /** The judge's mean over everything that it judged. */
  readonly judged: EstimatedMean;
  readonly labelled: readonly Labelled[];
  /** Fixes how far the judge is believed, 0 to 1; otherwise found from the data so that the interval is narrowest. */
  readonly power?: number;
}

/** Fewer clusters than this give no interval worth the name. */
export const MIN_LABELLED = 10;

/**
 * The mean score that people would give to everything, from a judge's scores of much and people's labels of little:
 * the judge's mean, moved by how far it is off on what people labelled. Valid whatever the judge does; a good judge
 * makes it narrow. Null below {@link MIN_LABELLED} independent labels. The labels are a probability sample of what was
 * judged, with known chances; sessions are clusters; the interval (95 %, t) counts that labelled answers were judged too.
 * Source: Angelopoulos, Bates, Fannjiang, Jordan, Zrnic 2023, Science 382; power tuning: Angelopoulos, Duchi, Zrnic
 * 2024, PPI++ (arXiv 2311.01453) §6; weights: Hájek 1971, linearised as in Särndal et al. 1992.
 */
export function predictionPowered({
  judged,
  labelled,
  power,
}: PoweredQuestion): CorrectedMean | null {
  const parts = partsOf(judged, labelled);
  if (parts === null || parts.clusters < MIN_LABELLED) return null;
  const chosen = power ?? bestPower(parts);
  const raw = chosen * judged.mean + parts.person - chosen * parts.judge;
  const variance = varianceAt(parts, chosen);
  const critical = tCritical95(parts.effective - 1);
  const around = (middle: number, spread: number): { low: number; high: number } => {
    // Residuals that are all alike say that errors are rare, not that there are none.
    const half = critical * Math.sqrt(spread) + (spread < 1e-15 ? unseen(parts.effective) : 0);
    return { low: cut(middle - half), high: cut(middle + half) };
  };
  return {
    value: cut(raw),
    ...around(raw, variance),
    raw,
    nJudged: judged.n,
    nLabelled: labelled.length,
    power: chosen,
    labelsAlone: { value: cut(parts.person), ...around(parts.person, parts.bb) },
  };
}

/**
 * Labels weighted up to what is known of each stratum of the judge's scores: whatever share of it was labelled, and in
 * how many rounds, it counts as much as there is of it. A stratum without labels is taken by the nearest one that has.
 * Source: Holt, Smith 1979, JRSS A 142(1) (post-stratification); Särndal et al. 1992 §7.6.
 */
export function toStrata(
  labelled: readonly (Labelled & { readonly stratum: number })[],
  weights: readonly number[],
): Labelled[] {
  const seen = sumsBy(labelled, ({ weight }) => weight);
  const totals = new Map<number, number>();
  for (const [stratum, weight] of weights.entries()) {
    const nearest = [...seen.keys()].sort(
      (a, b) => Math.abs(a - stratum) - Math.abs(b - stratum) || a - b,
    )[0];
    if (nearest !== undefined) totals.set(nearest, (totals.get(nearest) ?? 0) + weight);
  }
  return labelled.map((one) => ({
    ...one,
    weight: (one.weight * (totals.get(one.stratum) ?? 0)) / (seen.get(one.stratum) ?? 1),
  }));
}

function sumsBy(
  labelled: readonly Labelled[],
  figure: (one: Labelled) => number,
): Map<number, number> {
  const sums = new Map<number, number>();
  for (const one of labelled) {
    const stratum = one.stratum ?? 0;
    sums.set(stratum, (sums.get(stratum) ?? 0) + figure(one));
  }
  return sums;
}

/** Means within each stratum: what differs between strata is known, and makes nothing uncertain. */
function centres(
  labelled: readonly Labelled[],
  value: (one: Labelled) => number,
): (one: Labelled) => number {
  const weights = sumsBy(labelled, ({ weight }) => weight);
  const sums = sumsBy(labelled, (one) => one.weight * value(one));
  return ({ stratum = 0 }) => (sums.get(stratum) ?? 0) / (weights.get(stratum) ?? 1);
}

/** Sums over clusters of labelled answers: b of people's values, d of the judge's, a of the judge's in its own sample. */
interface Parts {
  readonly clusters: number;
  /** As many clusters of equal weight would say as much (Kish 1965 §11.7). */
  readonly effective: number;
  readonly person: number;
  readonly judge: number;
  readonly judgedVariance: number;
  readonly bb: number;
  readonly bd: number;
  readonly dd: number;
  readonly ab: number;
  readonly ad: number;
}

function partsOf(judged: EstimatedMean, labelled: readonly Labelled[]): Parts | null {
  const total = labelled.reduce((sum, one) => sum + one.weight, 0);
  if (!(total > 0)) return null;
  const meanOf = (value: (one: Labelled) => number): number =>
    labelled.reduce((sum, one) => sum + one.weight * value(one), 0) / total;
  const person = meanOf((one) => one.person);
  const judge = meanOf((one) => one.judge);
  const personIn = centres(labelled, (one) => one.person);
  const judgeIn = centres(labelled, (one) => one.judge);
  const b = sumByCluster(labelled, (one) => (one.weight * (one.person - personIn(one))) / total);
  const d = sumByCluster(labelled, (one) => (one.weight * (one.judge - judgeIn(one))) / total);
  // How much of each stratum there is comes from the judge's sample, which has an end too.
  const between = (x: (one: Labelled) => number, y: (one: Labelled) => number): number =>
    labelled.reduce((sum, one) => sum + one.weight * x(one) * y(one), 0) / total / judged.clusters;
  const personOff = (one: Labelled): number => personIn(one) - person;
  const judgeOff = (one: Labelled): number => judgeIn(one) - judge;
  const a = sumByCluster(
    labelled,
    (one) => (one.judgedWeight * (one.judge - judged.mean)) / judged.weight,
  );
  const clusters = b.size;
  const weights = sumByCluster(labelled, ({ weight }) => weight);
  const squares = [...weights.values()].reduce((sum, one) => sum + one * one, 0);
  // Each stratum's own mean was taken from its labels.
  const free = clusters - new Set(labelled.map(({ stratum = 0 }) => stratum)).size;
  const few = free > 0 ? clusters / free : 1;
  const product = (one: Map<string, number>, other: Map<string, number>): number =>
    few * [...one].reduce((sum, [key, value]) => sum + value * (other.get(key) ?? 0), 0);
  return {
    clusters,
    effective: Math.max(2, (total * total) / squares),
    person,
    judge,
    judgedVariance: judged.variance ?? 0,
    bb: product(b, b) + between(personOff, personOff),
    bd: product(b, d) + between(personOff, judgeOff),
    dd: product(d, d) + between(judgeOff, judgeOff),
    ab: product(a, b),
    ad: product(a, d),
  };
}

/** Var(λ) = λ² V + Σ(b − λd)² + 2λ Σ a(b − λd), over clusters. */
function varianceAt(parts: Parts, power: number): number {
  const { judgedVariance, bb, bd, dd, ab, ad } = parts;
  const squared = judgedVariance + dd - 2 * ad;
  return Math.max(0, bb + 2 * power * (ab - bd) + power * power * squared);
}

function bestPower({ judgedVariance, bd, dd, ab, ad }: Parts): number {
  const squared = judgedVariance + dd - 2 * ad;
  return squared > 0 ? cut((bd - ab) / squared) : 0;
}

/** The most that errors may be where none of n was seen: the upper end of Wilson's interval at 0 of n. */
function unseen(n: number): number {
  const z2 = NORMAL_95 * NORMAL_95;
  return z2 / (n + z2);
}

function cut(value: number): number {
  return Math.min(1, Math.max(0, value));
}
