import { weightedRate } from './clustered.ts';
import type { Interval } from './intervals.ts';
import { NORMAL_95, tCritical95 } from './student-t.ts';

/** What a person and a judge (or another person) said of one answer: levels of one scale, counted from 0. */
export interface Pair {
  readonly person: number;
  readonly judge: number;
  /** One over the probability with which it was picked; 1 when all were equally likely. */
  readonly weight: number;
  /** The session it belongs to, or a name of its own. */
  readonly cluster: string;
}

/** Rows are what people said, columns what the judge said. */
export type Table = readonly (readonly number[])[];

/** How often each pair of levels occurred, without weights: what was counted is shown as it is. */
export function confusionTable(pairs: readonly Pair[], levels: number): number[][] {
  const table = Array.from({ length: levels }, () => Array.from({ length: levels }, () => 0));
  for (const { person, judge } of pairs) {
    const row = table[person];
    if (row?.[judge] === undefined) throw new RangeError('a level lies outside its scale');
    row[judge] += 1;
  }
  return table;
}

export interface JudgeAccuracy {
  /** Of the answers that are good by people, those that the judge calls good. */
  readonly sensitivity: Interval;
  /** Of the answers that are bad by people, those that the judge calls bad. */
  readonly specificity: Interval;
  /** Of all answers, those of which both say the same. */
  readonly agreement: Interval;
}

/**
 * How often a judge is right about good and about bad answers, from pairs of two levels (0 bad, 1 good). Weights undo
 * that some answers were likelier to be labelled than others, without which both rates are biased.
 * Source: Begg, Greenes 1983, Biometrics 39(1); intervals as in {@link weightedRate}.
 */
export function judgeAccuracy(pairs: readonly Pair[]): JudgeAccuracy {
  const rateOf = (chosen: readonly Pair[]): Interval =>
    weightedRate(
      chosen.map(({ person, judge, weight, cluster }) => ({
        value: person === judge ? 1 : 0,
        weight,
        cluster,
      })),
    );
  return {
    sensitivity: rateOf(pairs.filter(({ person }) => person === 1)),
    specificity: rateOf(pairs.filter(({ person }) => person === 0)),
    agreement: rateOf(pairs),
  };
}

/** How disagreements count: all alike, by their distance, or by its square. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Agreement beyond chance, −1 to 1. `low` and `high` are null below two clusters or when both name one level only. */
export interface Kappa extends Interval {
  /** Agreement that was seen, and that which chance would give, 0 to 1; null without pairs. */
  readonly observed: number | null;
  readonly expected: number | null;
}

export interface KappaScale {
  /** Number of levels, 2 or more. */
  readonly levels: number;
  readonly weights: KappaWeights;
}

/** Pseudo-observations that keep an interval from shrinking to nothing where few pairs all agree. */
const PSEUDO = 2;

/**
 * Cohen's kappa, plain or weighted, with its 95 % interval. The value is that of the pairs; the interval is that of
 * Fleiss, Cohen and Everitt on a table to which half an observation was added in each of four cells (in all 2),
 * because the plain one covers as little as 0.4 where agreement is high or one level is rare; between clusters
 * instead of single pairs, so that sessions do not count twice. With unit weights, single clusters and no
 * pseudo-observations the standard error is theirs.
 * Source: Cohen 1960, EPM 20(1); Cohen 1968, Psychological Bulletin 70(4); Fleiss, Cohen, Everitt 1969,
 * Psychological Bulletin 72(5). Coverage is simulated in the tests.
 */
export function kappaOf(pairs: readonly Pair[], scale: KappaScale): Kappa {
  const n = pairs.length;
  if (n === 0) {
    return { value: null, n, low: null, high: null, observed: null, expected: null };
  }
  const plain = measure(shareTable(pairs, { ...scale, pseudo: 0 }), scale);
  const { value, observed, expected } = plain;
  const half = halfWidth(pairs, scale);
  if (value === null || half === null) {
    return { value, n, low: null, high: null, observed, expected };
  }
  // The value lies within: smoothing moves the middle, and must not move it past what was seen.
  const low = Math.max(-1, Math.min(value, half.centre - half.width));
  const high = Math.min(1, Math.max(value, half.centre + half.width));
  return { value, n, low, high, observed, expected };
}

/** The standard error of Fleiss, Cohen and Everitt for a table of counts; null where kappa is not defined. */
export function kappaStandardError(table: Table, weights: KappaWeights): number | null {
  const n = table.flat().reduce((sum, one) => sum + one, 0);
  if (n === 0) return null;
  const scale = { levels: table.length, weights };
  const shares = table.map((row) => row.map((count) => count / n));
  const measured = measure(shares, scale);
  if (measured.value === null) return null;
  let sum = 0;
  for (const [i, row] of shares.entries()) {
    for (const [j, share] of row.entries()) sum += share * influence(measured, i, j) ** 2;
  }
  return Math.sqrt(sum / n);
}

interface Measured {
  readonly value: number | null;
  readonly observed: number;
  readonly expected: number;
  readonly weights: Table;
  /** Mean weights of each row against the columns' shares, and the other way round. */
  readonly ofRow: readonly number[];
  readonly ofColumn: readonly number[];
}

function measure(shares: Table, { levels, weights: kind }: KappaScale): Measured {
  const steps = Array.from({ length: levels }, (_, at) => at);
  const weights = steps.map((i) =>
    steps.map((j) => agreementWeight(Math.abs(i - j), levels, kind)),
  );
  const at = (table: Table, i: number, j: number): number => table[i]?.[j] ?? 0;
  const rows = steps.map((i) => sumOf(steps.map((j) => at(shares, i, j))));
  const columns = steps.map((j) => sumOf(steps.map((i) => at(shares, i, j))));
  const ofRow = steps.map((i) => sumOf(steps.map((j) => at(weights, i, j) * (columns[j] ?? 0))));
  const ofColumn = steps.map((j) => sumOf(steps.map((i) => at(weights, i, j) * (rows[i] ?? 0))));
  const observed = sumOf(
    steps.flatMap((i) => steps.map((j) => at(weights, i, j) * at(shares, i, j))),
  );
  const expected = sumOf(steps.map((i) => (rows[i] ?? 0) * (ofRow[i] ?? 0)));
  const value = 1 - expected < 1e-12 ? null : (observed - expected) / (1 - expected);
  return { value, observed, expected, weights, ofRow, ofColumn };
}

/** By how much one more pair of these levels moves kappa, times n. */
function influence(measured: Measured, person: number, judge: number): number {
  const { observed, expected, weights, ofRow, ofColumn } = measured;
  const weight = weights[person]?.[judge] ?? 0;
  const chance = (ofRow[person] ?? 0) + (ofColumn[judge] ?? 0);
  const own = weight * (1 - expected) - chance * (1 - observed);
  const mean = observed * expected - 2 * expected + observed;
  return (own - mean) / (1 - expected) ** 2;
}

function agreementWeight(distance: number, levels: number, kind: KappaWeights): number {
  if (kind === 'none') return distance === 0 ? 1 : 0;
  const share = distance / (levels - 1);
  return kind === 'linear' ? 1 - share : 1 - share * share;
}

/** Shares of the cells; the weights of n pairs count as n observations. */
function shareTable(
  pairs: readonly Pair[],
  { levels, pseudo }: { readonly levels: number; readonly pseudo: number },
): number[][] {
  const scaled = pairs.length / sumOf(pairs.map(({ weight }) => weight));
  const total = pairs.length + pseudo;
  const start = pseudo / (levels * levels);
  const table = Array.from({ length: levels }, () => Array.from({ length: levels }, () => start));
  for (const { person, judge, weight } of pairs) {
    const row = table[person];
    if (row?.[judge] === undefined) throw new RangeError('a level lies outside its scale');
    row[judge] += weight * scaled;
  }
  return table.map((row) => row.map((count) => count / total));
}

function halfWidth(
  pairs: readonly Pair[],
  scale: KappaScale,
): { centre: number; width: number } | null {
  const n = pairs.length;
  const smoothed = measure(shareTable(pairs, { ...scale, pseudo: PSEUDO }), scale);
  if (smoothed.value === null) return null;
  const scaled = n / sumOf(pairs.map(({ weight }) => weight));
  const clusters = new Map<string, number>();
  for (const { person, judge, weight, cluster } of pairs) {
    const moved = weight * scaled * influence(smoothed, person, judge);
    clusters.set(cluster, (clusters.get(cluster) ?? 0) + moved);
  }
  if (clusters.size < 2) return null;
  const cell = PSEUDO / (scale.levels * scale.levels);
  let squares = sumOf([...clusters.values()].map((one) => one * one));
  for (let i = 0; i < scale.levels; i += 1) {
    for (let j = 0; j < scale.levels; j += 1) squares += cell * influence(smoothed, i, j) ** 2;
  }
  const critical = clusters.size < n ? tCritical95(clusters.size - 1) : NORMAL_95;
  return { centre: smoothed.value, width: (critical * Math.sqrt(squares)) / (n + PSEUDO) };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0);
}
