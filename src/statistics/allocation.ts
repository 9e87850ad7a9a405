import { NORMAL_95 } from './student-t.ts';

/** A part of what a judge scored, from which labels can be asked for. */
export interface LabelStratum {
  /** About how many answers of the population it stands for; above 0. */
  readonly weight: number;
  /** How many are there to be labelled still. */
  readonly available: number;
  /** How many have a label. */
  readonly labelled: number;
  /** Standard deviation of what people say about the judge's score in it. */
  readonly spread: number;
}

/**
 * How many of k new labels each stratum gets so that the corrected mean becomes as certain as k labels can make it.
 * With no labels yet this is Neyman's allocation; with some, the next one always goes where it lowers the variance
 * most. Every stratum gets two first (while k lasts), because a spread that nobody looked at is a guess.
 * Source: Neyman 1934, JRSS 97(4); Wright 2012, The American Statistician 66(4) (exact allocation one by one).
 */
export function allocateLabels(strata: readonly LabelStratum[], k: number): number[] {
  const given = strata.map(() => 0);
  let left = Math.min(
    k,
    strata.reduce((sum, { available }) => sum + available, 0),
  );
  for (; left > 0; left -= 1) {
    const next = bestStratum(strata, given);
    if (next === null) break;
    given[next] = (given[next] ?? 0) + 1;
  }
  return given;
}

/** Fewer labels than this leave a stratum's spread unknown. */
const LOOK_FIRST = 2;

function bestStratum(strata: readonly LabelStratum[], given: readonly number[]): number | null {
  let best: number | null = null;
  let most = -1;
  for (const [at, { weight, available, labelled, spread }] of strata.entries()) {
    const more = given[at] ?? 0;
    if (more >= available) continue;
    const n = labelled + more;
    const gain = n < LOOK_FIRST ? Number.POSITIVE_INFINITY : (weight * spread) ** 2 / (n * (n + 1));
    if (gain > most || (gain === most && weight > (strata[best ?? at]?.weight ?? 0))) {
      best = at;
      most = gain;
    }
  }
  return best;
}

/**
 * The half width of the 95 % interval that a stratified correction would have with `more` labels added to each stratum;
 * `judgedVariance` is that of the judge's own mean. Null while a stratum has no label at all.
 * Source: Cochran 1977, Sampling Techniques, §5.3.
 */
export function expectedHalfWidth(
  strata: readonly LabelStratum[],
  more: readonly number[],
  judgedVariance: number,
): number | null {
  const total = strata.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return null;
  let variance = judgedVariance;
  for (const [at, { weight, labelled, spread }] of strata.entries()) {
    const n = labelled + (more[at] ?? 0);
    if (n === 0) return null;
    variance += ((weight / total) * spread) ** 2 / n;
  }
  return NORMAL_95 * Math.sqrt(variance);
}

/**
 * How much people's labels are expected to differ from a judge's score: from the labels of the stratum where there are
 * some, drawn towards a guess that weighs four labels. `mean` is the judge's mean score in the stratum, 0 to 1: the
 * guess is the spread of pass and fail there, at least 0.2.
 */
export function expectedSpread(residuals: readonly number[], mean: number): number {
  const guess = Math.max(0.04, mean * (1 - mean));
  const n = residuals.length;
  if (n === 0) return Math.sqrt(guess);
  const middle = residuals.reduce((sum, one) => sum + one, 0) / n;
  const squares = residuals.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  return Math.sqrt((squares + GUESS_WEIGHT * guess) / (n + GUESS_WEIGHT));
}

const GUESS_WEIGHT = 4;
