import { generator } from './generator.ts';

/**
 * Population stability index of two sets of counts in the same bins: 0 for equal shares; by the custom of credit scoring
 * above 0.1 "look", above 0.25 "changed", which depends on n, so ask for the p-value. Half an observation is added to
 * every bin, because an empty one would make it infinite.
 * Source: Siddiqi 2006, Credit Risk Scorecards, ch. 9; Yurdakul 2018, for its dependence on n.
 */
export function populationStabilityIndex(
  before: readonly number[],
  after: readonly number[],
): number {
  const [p, q] = [sharesOf(before, 0.5), sharesOf(after, 0.5)];
  return p.reduce((sum, share, at) => {
    const other = q[at] ?? share;
    return sum + (other - share) * Math.log(other / share);
  }, 0);
}

/**
 * Jensen–Shannon divergence of two sets of counts in the same bins, in bits: 0 for equal shares, 1 where no bin is shared.
 * Source: Lin 1991, IEEE Trans. Information Theory 37(1).
 */
export function jensenShannon(before: readonly number[], after: readonly number[]): number {
  const [p, q] = [sharesOf(before, 0), sharesOf(after, 0)];
  return p.reduce((sum, share, at) => {
    const other = q[at] ?? 0;
    const middle = (share + other) / 2;
    return sum + (part(share, middle) + part(other, middle)) / 2;
  }, 0);
}

function part(share: number, middle: number): number {
  return share > 0 ? share * Math.log2(share / middle) : 0;
}

function sharesOf(counts: readonly number[], added: number): number[] {
  const total = counts.reduce((sum, count) => sum + count + added, 0);
  return counts.map((count) => (total > 0 ? (count + added) / total : 0));
}

/**
 * The largest distance between two distributions (two-sample Kolmogorov–Smirnov statistic), from 0 to 1.
 * Source: Smirnov 1939; Massey 1951, JASA 46.
 */
export function kolmogorovSmirnov(before: readonly number[], after: readonly number[]): number {
  const [a, b] = [Float64Array.from(before).sort(), Float64Array.from(after).sort()];
  if (a.length === 0 || b.length === 0) return 0;
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= x) i += 1;
    while (j < b.length && (b[j] ?? 0) <= x) j += 1;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/** What moves together when labels are shuffled: the values of one session, or one value alone. */
export type Unit = readonly number[];

export interface ShiftQuestion {
  readonly before: readonly Unit[];
  readonly after: readonly Unit[];
  /** Of all values before and after: larger means more different. */
  readonly statistic: (before: readonly number[], after: readonly number[]) => number;
  readonly permutations?: number;
  readonly seed?: number;
}

/** Fewer units than this on one side are not compared. */
export const LEAST_UNITS = 20;

/**
 * How different two periods are, and how often chance alone would make them as different: whole sessions are shuffled
 * between the periods, so that answers of one session may be as alike as they are. The p-value is null below 20 sessions
 * a side. Source: Fisher 1935; Phipson, Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9(1), for the added one.
 */
export function testShift({
  before,
  after,
  statistic,
  permutations = 999,
  seed = 1,
}: ShiftQuestion): { statistic: number; pValue: number | null; n: number } {
  const observed = statistic(before.flat(), after.flat());
  const n = Math.min(before.length, after.length);
  if (n < LEAST_UNITS) return { statistic: observed, pValue: null, n };
  const random = generator(seed);
  const units = [...before, ...after];
  let asLarge = 1;
  for (let round = 0; round < permutations; round++) {
    for (let at = units.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [units[at], units[other]] = [units[other] ?? [], units[at] ?? []];
    }
    const shuffled = statistic(
      units.slice(0, before.length).flat(),
      units.slice(before.length).flat(),
    );
    if (shuffled >= observed - 1e-12) asLarge += 1;
  }
  return { statistic: observed, pValue: asLarge / (permutations + 1), n };
}

/** How many values lie in each of `size` bins; values are numbers of bins. For statistics of binned features. */
export function countBins(values: readonly number[], size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const bin of values) counts[bin] = (counts[bin] ?? 0) + 1;
  return counts;
}
