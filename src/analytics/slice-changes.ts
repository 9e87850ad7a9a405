import type { ChangesReply, SliceChange } from '../contract/changes.ts';
import type { Estimate } from '../contract/common.ts';
import type { TimeRange } from '../core/time-range.ts';
import { designEffectOfTotals } from '../statistics/change-detector.ts';
import {
  type Interval,
  type Moments,
  meanInterval,
  rateInterval,
} from '../statistics/intervals.ts';
import { LEAST_SLICE, rankSlices } from '../statistics/slice-contributions.ts';
import { differenceOfMeans, differenceOfRates } from '../statistics/two-samples.ts';
import type { Queryable } from '../store/database.ts';
import { type ObservedSlices, readObservedSlices, type SliceQuestion } from './observed-slices.ts';

/** What changed, without the markers and the word on the judge. */
export type Explanation = Omit<ChangesReply, 'markers' | 'judge'>;

/** How a mean or rate differs between two periods, and which slices of the traffic make the difference. */
export async function explainChange(db: Queryable, question: SliceQuestion): Promise<Explanation> {
  const observed = await readObservedSlices(db, question);
  const { kind } = question.measure;
  const isRate = RATES.has(kind);
  const designEffect = effectOf(observed);
  const ranked = rankSlices({
    ...observed,
    isRate,
    designEffect,
    slices: tellingSlices(observed).map(({ dimension, value, before, after }) => ({
      key: { dimension, value },
      before,
      after,
    })),
  });
  return {
    metric: kind,
    unit: UNITS[kind],
    before: {
      ...textOf(question.before),
      current: estimate(observed.before, isRate, designEffect),
    },
    after: { ...textOf(question.after), current: estimate(observed.after, isRate, designEffect) },
    change: difference(observed, isRate, designEffect),
    designEffect,
    sampled: observed.isSampled,
    needed: LEAST_SLICE,
    slices: ranked.map(({ key, ...slice }): SliceChange => ({ ...key, ...slice })),
  };
}

/** A dimension of which everything has the same value explains nothing. */
function tellingSlices({ before, after, slices }: ObservedSlices): ObservedSlices['slices'] {
  return slices.filter((slice) => slice.before.n < before.n || slice.after.n < after.n);
}

/** Both periods, and nothing to take apart. */
export function withoutMetric(before: TimeRange, after: TimeRange): Explanation {
  return {
    metric: null,
    unit: null,
    before: { ...textOf(before), current: NOTHING },
    after: { ...textOf(after), current: NOTHING },
    change: { ...NOTHING, pValue: null },
    designEffect: 1,
    sampled: false,
    needed: LEAST_SLICE,
    slices: [],
  };
}

const NOTHING: Estimate = { value: null, n: 0, low: null, high: null };
const RATES: ReadonlySet<string> = new Set(['error_rate', 'score_rate', 'flag_rate']);
const UNITS = {
  error_rate: 'share',
  score_mean: 'score',
  score_rate: 'share',
  flag_rate: 'share',
  latency: 'ms',
  cost: 'usd',
} as const;

function textOf({ from, to }: TimeRange): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() };
}

/** Of both periods, each by its observations. */
function effectOf({ before, after, sessions }: ObservedSlices): number {
  const n = before.n + after.n;
  if (n === 0) return 1;
  const effects =
    before.n * designEffectOfTotals(sessions.before, before) +
    after.n * designEffectOfTotals(sessions.after, after);
  return effects / n;
}

/** As many independent observations as say as much. */
function effective({ n, sum, sumOfSquares }: Moments, effect: number): Moments {
  return { n: n / effect, sum: sum / effect, sumOfSquares: sumOfSquares / effect };
}

function estimate(moments: Moments, isRate: boolean, effect: number): Interval {
  const shrunk = effective(moments, effect);
  const interval = isRate ? rateInterval(shrunk.sum, shrunk.n) : meanInterval(shrunk);
  return { ...interval, n: moments.n };
}

function difference(
  { before, after }: ObservedSlices,
  isRate: boolean,
  effect: number,
): ChangesReply['change'] {
  const [was, is] = [effective(before, effect), effective(after, effect)];
  const { value, low, high, pValue } = isRate
    ? differenceOfRates({ successes: was.sum, n: was.n }, { successes: is.sum, n: is.n })
    : differenceOfMeans(was, is);
  return { value, n: Math.min(before.n, after.n), low, high, pValue };
}
