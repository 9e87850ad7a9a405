import type { Moments } from './intervals.ts';
import { varianceOf } from './mixture-sequence.ts';

/** What was observed in a stretch of time; `at` only ever rises from bucket to bucket (ms since 1970, or a count). */
export interface Bucket extends Moments {
  readonly at: number;
}

/** What a detector remembers: plain JSON, so that it can be stored between looks. */
export interface DetectorState {
  /** Natural logarithms of the running statistics, one for each size of change that is bet on. */
  readonly logs: readonly number[];
  /** A likelihood ratio that starts again whenever it says "no change": its logarithm, and the bucket it began at. */
  readonly run: number;
  readonly since: number | null;
}

/**
 * Watches a series for a lasting change, bucket by bucket. Buckets may hold one observation or many; what lies within a
 * bucket is never split, which only makes alarms later, never more.
 */
export interface ChangeDetector {
  readonly initial: DetectorState;
  /** An alarm is a statistic of at least this (natural logarithms). */
  readonly threshold: number;
  observe(state: DetectorState, bucket: Bucket): DetectorState;
  statistic(state: DetectorState): number;
  isAlarm(state: DetectorState): boolean;
}

/** The `at` of the bucket after which the change most likely began; null while nothing speaks for one. */
export function likelyChange({ since }: DetectorState): number | null {
  return since;
}

/** Observes many buckets and stops at the first alarm: the state there, and the bucket that raised it (null: none). */
export function replay(
  detector: ChangeDetector,
  buckets: Iterable<Bucket>,
): { readonly state: DetectorState; readonly alarm: Bucket | null } {
  let state = detector.initial;
  for (const bucket of buckets) {
    state = detector.observe(state, bucket);
    if (detector.isAlarm(state)) return { state, alarm: bucket };
  }
  return { state, alarm: null };
}

/** One step of the run that dates the change. */
export function extendRun(
  { run, since }: DetectorState,
  gain: number,
  at: number,
): { readonly run: number; readonly since: number | null } {
  const next = Math.max(0, run) + gain;
  if (next <= 0) return { run: 0, since: null };
  return { run: next, since: run <= 0 || since === null ? at : since };
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is known of a series before anything changes. */
export interface Baseline {
  /** Above `bounds.low` and below `bounds.high` where there are bounds. */
  readonly mean: number;
  /** Of single observations; above 0. */
  readonly variance: number;
  /** Observations that it was estimated from. */
  readonly n: number;
  /** How many observations of sessions say as much as one independent one; at least 1. */
  readonly designEffect: number;
  /** Where single observations lie: 0 and 1 for rates and scores; null for what has no end. */
  readonly bounds: Bounds | null;
}

/**
 * The baseline of a steady series; null below two observations, or where values without bounds never vary. Bounded values
 * get one more at each bound for the variance, and the mean keeps off the bounds by as much: 1,000 passes of 1,000 do not
 * prove that nothing ever fails.
 */
export function baselineOf(
  moments: Moments,
  { bounds, designEffect = 1 }: { readonly bounds: Bounds | null; readonly designEffect?: number },
): Baseline | null {
  if (moments.n < 2) return null;
  const variance = varianceOf(moments, bounds);
  if (!(variance > 0)) return null;
  const effect = Math.max(1, designEffect);
  const mean = moments.sum / moments.n;
  if (bounds === null) return { mean, variance, n: moments.n, designEffect: effect, bounds };
  const margin = (bounds.high - bounds.low) / (moments.n + 2);
  const inside = Math.min(bounds.high - margin, Math.max(bounds.low + margin, mean));
  const most = (inside - bounds.low) * (bounds.high - inside);
  return {
    mean: inside,
    variance: Math.min(variance, most),
    n: moments.n,
    designEffect: effect,
    bounds,
  };
}

/** Observations of one session, and the sum of their values. */
export interface SessionSum {
  readonly n: number;
  readonly sum: number;
}

/** Fewer sessions than this say nothing of how alike answers of one session are. */
const LEAST_SESSIONS = 20;

/**
 * How much larger the variance of a mean is because observations come in sessions: 1 when they are independent, the size
 * of a session when all of its answers are equal. 1 also below 20 sessions. Source: Kish 1965, Survey Sampling, §5.4;
 * estimated from session sums as in `clustered.ts`.
 */
export function designEffectOf(sessions: readonly SessionSum[], moments: Moments): number {
  const totals = {
    sessions: sessions.length,
    n: 0,
    sum: 0,
    sumOfSquares: 0,
    sumTimesN: 0,
    nSquares: 0,
  };
  for (const { n, sum } of sessions) {
    totals.n += n;
    totals.sum += sum;
    totals.sumOfSquares += sum * sum;
    totals.sumTimesN += sum * n;
    totals.nSquares += n * n;
  }
  return designEffectOfTotals(totals, moments);
}

/** Sums over sessions of their counts n and sums of values. */
export interface SessionTotals {
  readonly sessions: number;
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly sumTimesN: number;
  readonly nSquares: number;
}

/** {@link designEffectOf} where the sessions were added up already. */
export function designEffectOfTotals(totals: SessionTotals, moments: Moments): number {
  const { sessions, n, sum, sumOfSquares, sumTimesN, nSquares } = totals;
  const variance = varianceOf(moments, null);
  if (sessions < LEAST_SESSIONS || n === 0 || !(variance > 0)) return 1;
  const mean = sum / n;
  const between = Math.max(0, sumOfSquares - 2 * mean * sumTimesN + mean * mean * nSquares);
  return Math.max(1, (between * sessions) / ((sessions - 1) * n * variance));
}

/** A change to be found in time, at a price in false alarms. */
export interface DetectionGoal {
  readonly direction: 'fall' | 'rise';
  /** The smallest change worth an alarm, above 0, in the units of the values. */
  readonly by: number;
  /** On average at least so many observations between false alarms. */
  readonly falseAlarmSamples: number;
}
