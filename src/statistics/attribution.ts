import { type Interval, type Moments, meanInterval } from './intervals.ts';
import { varianceOf } from './mixture-sequence.ts';
import { LEAST_PAIRS } from './paired.ts';
import { NORMAL_95, tCritical95 } from './student-t.ts';

/** A change of the scores that a judge gave to traffic: after minus before. */
export type TrafficChange = Interval;

export interface Attribution {
  readonly verdict: 'judge' | 'product' | 'both' | 'unknown';
  /** The change over the anchor set: what of the whole is the judge's own. */
  readonly anchor: Interval;
  /** The rest. */
  readonly product: Interval;
}

/** A part of less than this share of the change is not named beside the other one. */
const NEGLIGIBLE = 0.25;

/**
 * Whether scores moved because the judge did. `differences` are those of the anchor set's answers, which never change:
 * after minus before, each judged in both periods. What they moved by on average is the judge's, the rest of the change is
 * the product's; each is named when its 95 % interval excludes 0 and it is no small part of the change. Fewer than
 * {@link LEAST_PAIRS} answers tell nothing. Assumes that the judge drifts alike on anchors and traffic, so anchors should
 * look like traffic.
 */
export function attributeChange(traffic: TrafficChange, differences: Moments): Attribution {
  const anchor = anchorInterval(differences);
  const product = restOf(traffic, anchor);
  const change = traffic.value ?? 0;
  const isJudge = isNamed(anchor, change);
  const isProduct = isNamed(product, change);
  if (isJudge && isProduct) return { verdict: 'both', anchor, product };
  if (isJudge) return { verdict: 'judge', anchor, product };
  return { verdict: isProduct ? 'product' : 'unknown', anchor, product };
}

function isNamed({ value, low, high }: Interval, change: number): boolean {
  if (value === null || low === null || high === null) return false;
  const isSure = low > 0 || high < 0;
  return isSure && value * change > 0 && Math.abs(value) >= NEGLIGIBLE * Math.abs(change);
}

function anchorInterval(differences: Moments): Interval {
  const { n } = differences;
  if (n < LEAST_PAIRS) {
    return { value: n === 0 ? null : differences.sum / n, n, low: null, high: null };
  }
  if (varianceOf(differences, null) > 0) return meanInterval(differences, { low: -1, high: 1 });
  // That none of a few dozen moved does not say that none can.
  const value = differences.sum / n;
  const half = tCritical95(n - 1) * Math.sqrt(varianceOf(differences, { low: -1, high: 1 }) / n);
  return { value, n, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

/** The difference of two independent estimates; its n is the smaller. */
function restOf(traffic: Interval, anchor: Interval): Interval {
  const n = Math.min(traffic.n, anchor.n);
  if (traffic.value === null || anchor.value === null) {
    return { value: null, n, low: null, high: null };
  }
  const value = traffic.value - anchor.value;
  const [a, b] = [errorOf(traffic), errorOf(anchor)];
  if (a === null || b === null) return { value, n, low: null, high: null };
  const half = NORMAL_95 * Math.hypot(a, b);
  return { value, n, low: value - half, high: value + half };
}

function errorOf({ low, high }: Interval): number | null {
  return low === null || high === null ? null : (high - low) / (2 * NORMAL_95);
}
