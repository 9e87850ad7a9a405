import { generator } from './generator.ts';
import { type Interval, meanInterval, rateInterval } from './intervals.ts';
import { normalTail } from './normal.ts';
import { logGamma, NORMAL_95, tCritical95 } from './student-t.ts';

/** Fewer pairs than this are not compared: intervals would say little more than "anything". */
export const LEAST_PAIRS = 10;

/** Two answers to the same question, judged alike: pass or fail, counted over all questions. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** A difference "second minus first" over pairs: its 95 % interval and the p-value of "no difference". */
export interface PairedDifference extends Interval {
  /** Two-sided; null without an interval. */
  readonly pValue: number | null;
  readonly method: 'mcnemar' | 'bootstrap' | 't';
}

/**
 * The difference of two pass rates over the same questions: interval by Newcombe's square-and-add method, p-value by
 * McNemar's mid-p test, which depends on the pairs that disagree alone. No interval below {@link LEAST_PAIRS} pairs.
 * Assumes that questions are independent of each other.
 * Source: Newcombe 1998, Statistics in Medicine 17:2635 (method 10); McNemar 1947; mid-p by Fagerland, Lydersen, Laake
 * 2013, BMC Medical Research Methodology 13:91.
 */
export function pairedRates(counts: PairedCounts): PairedDifference {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const n = both + onlyFirst + onlySecond + neither;
  const value = n === 0 ? null : (onlySecond - onlyFirst) / n;
  if (value === null || n < LEAST_PAIRS) {
    return { value, n, low: null, high: null, pValue: null, method: 'mcnemar' };
  }
  const [first, second] = [
    rateInterval(both + onlyFirst, n),
    rateInterval(both + onlySecond, n),
  ] as const;
  const phi = correlation(counts);
  const below = (interval: Interval): number => (interval.value ?? 0) - (interval.low ?? 0);
  const above = (interval: Interval): number => (interval.high ?? 0) - (interval.value ?? 0);
  const spread = (a: number, b: number): number =>
    Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return {
    value,
    n,
    low: Math.max(-1, value - spread(below(second), above(first))),
    high: Math.min(1, value + spread(above(second), below(first))),
    pValue: mcnemarMidP(onlyFirst, onlySecond),
    method: 'mcnemar',
  };
}

/** Newcombe's correlation of the two verdicts, with his correction where it is positive; 0 when a margin is empty. */
function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const n = both + onlyFirst + onlySecond + neither;
  const margins =
    (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const cross = both * neither - onlyFirst * onlySecond;
  const corrected = cross > n / 2 ? cross - n / 2 : Math.min(cross, 0);
  return corrected / Math.sqrt(margins);
}

/** The two-sided mid-p value that `a` and `b` disagreements are two halves of one coin. 1 without any. */
export function mcnemarMidP(a: number, b: number): number {
  const n = a + b;
  if (n === 0) return 1;
  const smaller = Math.min(a, b);
  const logHalf = n * Math.log(0.5);
  const chance = (k: number): number =>
    Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + logHalf);
  let tail = 0;
  for (let k = 0; k < smaller; k++) tail += chance(k);
  const point = chance(smaller);
  return a === b ? Math.min(1, 1 - point / 2) : Math.min(1, 2 * (tail + point / 2));
}

const RESAMPLES = 2_000;
/** From here on the mean is normal enough, and resampling would take its time. */
const RESAMPLED_UP_TO = 1_000;

/**
 * The mean of paired differences: interval by the expanded percentile bootstrap over pairs (percentiles widened by
 * Student's t and n/(n−1), so that small samples are not too sure), p-value by Wilcoxon's signed-rank test. No interval
 * below {@link LEAST_PAIRS} pairs; beyond 1,000
 * Student's t interval. `seed` makes the same differences answer the same numbers. Resampling knows no other
 * values than those seen: where all differences are equal the interval has no width, and of a dozen pairs most of which
 * are equal it covers the truth in about 80 of 100 cases instead of 95.
 * Source: Hesterberg 2015, The American Statistician 69(4), §3.2; Wilcoxon 1945, Biometrics Bulletin 1(6).
 */
export function pairedMeans(differences: readonly number[], seed = 1): PairedDifference {
  const n = differences.length;
  const value = n === 0 ? null : sumOf(differences) / n;
  if (value === null || n < LEAST_PAIRS) {
    return { value, n, low: null, high: null, pValue: null, method: 'bootstrap' };
  }
  const pValue = signedRankP(differences);
  if (n > RESAMPLED_UP_TO) {
    const sumOfSquares = sumOf(differences.map((difference) => difference * difference));
    return { ...meanInterval({ n, sum: value * n, sumOfSquares }), pValue, method: 't' };
  }
  const means = resampledMeans(differences, seed);
  const tail = normalTail(Math.sqrt(n / (n - 1)) * tCritical95(n - 1));
  return {
    value,
    n,
    low: Math.min(value, quantile(means, tail)),
    high: Math.max(value, quantile(means, 1 - tail)),
    pValue,
    method: 'bootstrap',
  };
}

function resampledMeans(values: readonly number[], seed: number): Float64Array {
  const random = generator(seed);
  const n = values.length;
  const means = new Float64Array(RESAMPLES);
  for (let at = 0; at < RESAMPLES; at++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += values[Math.floor(random() * n)] ?? 0;
    means[at] = sum / n;
  }
  return means.sort();
}

function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] ?? low;
  return low + (place - below) * (high - low);
}

/** Up to here the distribution of the rank sum is counted out; above it is normal enough. */
const EXACT_UP_TO = 50;

/**
 * The two-sided p-value of Wilcoxon's signed-rank test; pairs without a difference are left out. Exact up to 50
 * differences, also with ties; above by the normal approximation with its correction for ties and continuity.
 */
export function signedRankP(differences: readonly number[]): number {
  const ranks = rankedSizes(differences.filter((difference) => difference !== 0));
  const n = ranks.length;
  if (n === 0) return 1;
  const positive = sumOf(ranks.filter(({ sign }) => sign > 0).map(({ rank }) => rank));
  const all = (n * (n + 1)) / 2;
  const smaller = Math.min(positive, all - positive);
  if (n <= EXACT_UP_TO) return Math.min(1, 2 * exactTail(ranks, smaller));
  const variance = sumOf(ranks.map(({ rank }) => rank * rank)) / 4;
  const z = Math.max(0, all / 2 - smaller - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalTail(z));
}

interface Ranked {
  readonly rank: number;
  readonly sign: number;
}

/** Ranks of absolute sizes, equal ones sharing the middle of their places. Sizes closer than rounding are equal. */
function rankedSizes(values: readonly number[]): Ranked[] {
  const sorted = values
    .map((value) => ({ size: Math.abs(value), sign: Math.sign(value) }))
    .sort((a, b) => a.size - b.size);
  const ranked: Ranked[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && (sorted[to]?.size ?? 0) - (sorted[from]?.size ?? 0) < 1e-12) to++;
    const rank = (from + 1 + to) / 2;
    for (const { sign } of sorted.slice(from, to)) ranked.push({ rank, sign });
    from = to;
  }
  return ranked;
}

/** The chance that the ranks with a plus sum up to `sum` or less when each sign is a fair coin. */
function exactTail(ranks: readonly Ranked[], sum: number): number {
  // Shared ranks may be halves, so everything is counted in halves.
  const halves = ranks.map(({ rank }) => Math.round(rank * 2));
  const total = sumOf(halves);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let reached = 0;
  for (const half of halves) {
    reached += half;
    for (let at = reached; at >= 0; at--) {
      chances[at] = ((chances[at] ?? 0) + (at >= half ? (chances[at - half] ?? 0) : 0)) / 2;
    }
  }
  return sumOf(Array.from(chances.subarray(0, Math.round(sum * 2) + 1)));
}

/** Adjusts p-values of several comparisons looked at together. Source: Holm 1979, Scandinavian Journal of Statistics 6. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [place, { p, at }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - place)));
    adjusted[at] = largest;
  }
  return adjusted;
}

/**
 * How many pairs show a difference of rates as small as `difference` with 80 % power at 5 %, when `disagreeing` is the
 * share of pairs that differ. Source: Connor 1987, Biometrics 43(1).
 */
export function neededPairs(difference: number, disagreeing: number): number | null {
  const size = Math.abs(difference);
  if (size === 0 || disagreeing < size) return null;
  const power = 0.8416212335729143;
  const root = NORMAL_95 * Math.sqrt(disagreeing) + power * Math.sqrt(disagreeing - size * size);
  return Math.ceil((root / size) ** 2);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
