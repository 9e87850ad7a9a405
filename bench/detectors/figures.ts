import { type Interval, rateInterval } from '../../src/statistics/intervals.ts';

/** What a system said about a text whose truth is known. */
export interface Judged {
  /** 1 is what the task looks for. */
  readonly label: 0 | 1;
  /** The higher, the more it is what the task looks for. */
  readonly score: number;
  /** It said something, be it a hint. */
  readonly found: boolean;
  /** It raised an alarm. */
  readonly alarm: boolean;
  readonly lang: string;
}

export interface Figures {
  readonly n: number;
  readonly positives: number;
  readonly auc: Interval;
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
  /** Share of the negatives about which something was said. */
  readonly falseFinds: Interval;
  readonly alarmRecall: Interval;
  readonly falseAlarms: Interval;
}

/** Everything that is counted about one set. Rates have Wilson intervals, F1 by way of its Jaccard index. */
export function figuresOf(judged: readonly Judged[]): Figures {
  const positives = judged.filter(({ label }) => label === 1);
  const negatives = judged.filter(({ label }) => label === 0);
  const hits = positives.filter(({ found }) => found).length;
  const mistakes = negatives.filter(({ found }) => found).length;
  const alarms = (rows: readonly Judged[]): number => rows.filter(({ alarm }) => alarm).length;
  return {
    n: judged.length,
    positives: positives.length,
    auc: areaUnderCurve(judged),
    precision: rateInterval(hits, hits + mistakes),
    recall: rateInterval(hits, positives.length),
    f1: harmonic(hits, hits + mistakes, positives.length),
    falseFinds: rateInterval(mistakes, negatives.length),
    alarmRecall: rateInterval(alarms(positives), positives.length),
    falseAlarms: rateInterval(alarms(negatives), negatives.length),
  };
}

/** F1 = 2J / (1 + J), where J is a share (hits of everything found or true) and has a Wilson interval. */
function harmonic(hits: number, found: number, positives: number): Interval {
  if (positives === 0) return { value: null, n: 0, low: null, high: null };
  const { value, n, low, high } = rateInterval(hits, found + positives - hits);
  const f1 = (share: number | null): number | null =>
    share === null ? null : (2 * share) / (1 + share);
  return { value: f1(value), n, low: f1(low), high: f1(high) };
}

const NORMAL_95 = 1.959_963_984_540_054;

/**
 * The area under the ROC curve with a 95 % interval after DeLong, on the scale of the logit so that it stays within 0
 * and 1; null where a class is missing. Source: DeLong, DeLong, Clarke-Pearson 1988, Biometrics 44; ranks after Sun, Xu
 * 2014, IEEE Signal Processing Letters 21.
 */
export function areaUnderCurve(judged: readonly Pick<Judged, 'label' | 'score'>[]): Interval {
  const positive = judged.filter(({ label }) => label === 1).map(({ score }) => score);
  const negative = judged.filter(({ label }) => label === 0).map(({ score }) => score);
  const [m, n] = [positive.length, negative.length];
  if (m === 0 || n === 0) return { value: null, n: m + n, low: null, high: null };
  const all = midRanks([...positive, ...negative]);
  const amongPositive = midRanks(positive);
  const amongNegative = midRanks(negative);
  const above = positive.map((_, at) => ((all[at] ?? 0) - (amongPositive[at] ?? 0)) / n);
  const below = negative.map((_, at) => 1 - ((all[m + at] ?? 0) - (amongNegative[at] ?? 0)) / m);
  const value = mean(above);
  const spread = Math.sqrt(variance(above) / m + variance(below) / n);
  if (m < 2 || n < 2 || value <= 0 || value >= 1) return { value, n: m + n, low: null, high: null };
  const logit = Math.log(value / (1 - value));
  const half = (NORMAL_95 * spread) / (value * (1 - value));
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  return { value, n: m + n, low: back(logit - half), high: back(logit + half) };
}

/** Ranks from 1; equal values share the mean of their places. */
function midRanks(values: readonly number[]): Float64Array {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && values[order[end] ?? 0] === values[order[at] ?? 0]) end += 1;
    for (let place = at; place < end; place += 1) ranks[order[place] ?? 0] = (at + 1 + end) / 2;
    at = end;
  }
  return ranks;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Each of the words once, in order of their characters. */
export function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].sort((a, b) => (a < b ? -1 : Number(a > b)));
}
