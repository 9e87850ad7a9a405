import {
  type Baseline,
  type Bucket,
  type ChangeDetector,
  type DetectionGoal,
  type DetectorState,
  extendRun,
} from './change-detector.ts';
import { generator } from './generator.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * An e-detector of Shiryaev–Roberts type for the mean of bounded values: every observation starts a new bet that the mean
 * is no longer what it was, and the statistic is what all of these bets together are worth. While the mean is at least
 * (fall) or at most (rise) the baseline's bound, no bet gains on average, whatever the distribution, so the statistic
 * grows by no more than one an observation, and reaching c takes at least c observations on average. No assumption but
 * the bounds: this is what to use when thresholds must hold and nobody knows the distribution.
 *
 * The baseline is held against the end of its 95 % interval, so that its being an estimate costs power instead of false
 * alarms. Sessions: bets are raised to the power 1 / design effect, which keeps the promise for answers of a session that
 * depend on each other in any way up to that size (Hölder's inequality).
 *
 * Sources: Shin, Ramdas, Rinaldo 2023, "E-detectors: a nonparametric framework for sequential change detection",
 * arXiv:2203.03532, definitions 2.1 to 2.3 and §4; Fan, Grama, Liu 2015, Electronic J. Probability 20 (1), for the bound
 * on log(1 + λy) by sums of squares; Waudby-Smith, Ramdas 2024, JRSS-B 86(1), for betting.
 */
export interface EDetector extends ChangeDetector {
  readonly design: EDesign;
}

export interface EDesign {
  readonly baseline: Baseline;
  readonly direction: 'fall' | 'rise';
  /** The mean that is bet against, from 0 (bad bound) to 1. */
  readonly against: number;
  /** Stakes per unit of distance below `against`, with their shares of the capital. */
  readonly bets: readonly Bet[];
}

interface Bet {
  readonly stake: number;
  readonly share: number;
}

/** Bets on half of the change, the change, and twice as much. */
const SIZES = [
  { size: 1, share: 0.5 },
  { size: 0.5, share: 0.25 },
  { size: 2, share: 0.25 },
];
/** Share of the largest stake that cannot go bankrupt. */
const BOLDEST = 0.95;
/** A baseline whose uncertainty hides more than this share of the change is too short. */
const MOST_HIDDEN = 0.75;

/** The bets on a change of at least `by`; null for values without bounds, or where the baseline is too uncertain. */
export function designEDetector(
  baseline: Baseline,
  { direction, by }: { readonly direction: 'fall' | 'rise'; readonly by: number },
): EDesign | null {
  const { mean, variance, n, designEffect, bounds } = baseline;
  if (bounds === null) return null;
  const range = bounds.high - bounds.low;
  const level = (direction === 'fall' ? mean - bounds.low : bounds.high - mean) / range;
  const spread = variance / range ** 2;
  const degrees = Math.max(1, n / designEffect - 1);
  const margin = studentTQuantile(0.975, degrees) * Math.sqrt((spread * designEffect) / n);
  const against = level - margin;
  const change = Math.min(by / range, level);
  if (against <= 0 || margin > MOST_HIDDEN * change) return null;
  const boldest = BOLDEST / (1 - against);
  const bets = SIZES.map(({ size, share }) => {
    const gap = Math.min(size * change, level) - margin;
    // A bet on half of the change may lie within the uncertainty; a small one in its place costs little.
    const stake = Math.max(gap, change / 8) / spread;
    return { stake: Math.min(boldest, stake), share };
  });
  return { baseline, direction, against, bets };
}

/** A detector of this design that raises at most one false alarm in `falseAlarmSamples` observations on average. */
export function eDetector(design: EDesign, falseAlarmSamples: number): EDetector {
  const observe = (state: DetectorState, bucket: Bucket): DetectorState => {
    if (bucket.n <= 0) return state;
    const gains = design.bets.map((bet) => gainOf(design, bet, bucket));
    const run = extendRun(state, gains[0] ?? 0, bucket.at);
    const logs = gains.map((gain, at) => {
      const before = Math.expm1(state.logs[at] ?? 0);
      return Math.log1p(Math.exp(Math.min(gain, 500)) * (before + bucket.n));
    });
    return { ...run, logs };
  };
  const statistic = ({ logs }: DetectorState): number => {
    const capital = design.bets.reduce(
      (sum, { share }, at) => sum + share * Math.expm1(logs[at] ?? 0),
      0,
    );
    return Math.log(Math.max(1, capital));
  };
  const threshold = Math.log(falseAlarmSamples);
  return {
    design,
    threshold,
    initial: { logs: design.bets.map(() => 0), run: 0, since: null },
    observe,
    statistic,
    isAlarm: (state) => statistic(state) >= threshold,
  };
}

/** What a bet gains over a bucket (a logarithm): exact where all values are at the bounds, else a lower bound. */
function gainOf(design: EDesign, { stake }: Bet, bucket: Bucket): number {
  const { n, sum, squares } = fromBadBound(design, bucket);
  const { against } = design;
  const chord = sum * Math.log1p(-stake * (1 - against)) + (n - sum) * Math.log1p(stake * against);
  const distance = n * against - sum;
  const distanceSquares = n * against ** 2 - 2 * against * sum + squares;
  const share = stake * (1 - against);
  const penalty = (-Math.log1p(-share) - share) / (1 - against) ** 2;
  const bySquares = stake * distance - penalty * Math.max(0, distanceSquares);
  return Math.max(chord, bySquares) / design.baseline.designEffect;
}

/** The bucket with values from 0 (the bound that the change moves to) to 1. */
function fromBadBound(
  { baseline, direction }: EDesign,
  { n, sum, sumOfSquares }: Bucket,
): { n: number; sum: number; squares: number } {
  const bounds = baseline.bounds ?? { low: 0, high: 1 };
  const range = bounds.high - bounds.low;
  const origin = direction === 'fall' ? bounds.low : bounds.high;
  const sign = direction === 'fall' ? 1 : -1;
  const squares = (sumOfSquares - 2 * origin * sum + n * origin ** 2) / range ** 2;
  return { n, sum: (sign * (sum - n * origin)) / range, squares };
}

/** An e-detector that meets the goal; null for values without bounds, or where the baseline is too uncertain. */
export function planEDetector(baseline: Baseline, goal: DetectionGoal): EDetector | null {
  const design = designEDetector(baseline, goal);
  return design === null ? null : eDetector(design, goal.falseAlarmSamples);
}

const RUNS = 200;
const LONGEST_RUN = 20_000;

/**
 * Observations from a change of `by` to the alarm in half of the cases, by simulating values at two points with the
 * baseline's variance; null where fewer than half are found within 20,000. The same every time.
 */
export function eDetectorDelay(detector: EDetector, by: number): number | null {
  const { baseline, direction } = detector.design;
  const bounds = baseline.bounds ?? { low: 0, high: 1 };
  const bad = direction === 'fall' ? bounds.low : bounds.high;
  const room = Math.abs(baseline.mean - bad);
  const far = Math.min(bounds.high - bounds.low, room + baseline.variance / room);
  const chance = Math.max(0, room - by) / far;
  const value = direction === 'fall' ? bad + far : bad - far;
  const random = generator(1);
  const longest = Math.ceil(LONGEST_RUN / baseline.designEffect);
  const delays = Array.from({ length: RUNS }, () => {
    let state = detector.initial;
    for (let at = 1; at <= longest; at++) {
      const x = random() < chance ? value : bad;
      const n = baseline.designEffect;
      state = detector.observe(state, { at, n, sum: n * x, sumOfSquares: n * x * x });
      if (detector.isAlarm(state)) return at * n;
    }
    return Number.POSITIVE_INFINITY;
  }).sort((a, b) => a - b);
  const median = delays[RUNS / 2] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(median) ? median : null;
}
