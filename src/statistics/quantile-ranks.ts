import { NORMAL_95 } from './student-t.ts';

/** Places in a sorted sample, counted from 1. */
export interface Ranks {
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;
/** From this spread of the binomial on its normal approximation takes over. */
const NORMAL_FROM_VARIANCE = 100;

/**
 * The order statistics between which the quantile `q` of whatever distribution lies with 95 %: how many of `n`
 * observations fall below a quantile is binomial. Null where the sample is too small for one of the ends, see
 * {@link smallestForQuantile}. Assumes independent observations.
 * Source: David, Nagaraja 2003, Order Statistics (3rd ed.), §7.1; Hahn, Meeker 1991, Statistical Intervals, §5.2.
 */
export function quantileRanks(q: number, n: number): Ranks | null {
  if (n < smallestForQuantile(q)) return null;
  if (n * q * (1 - q) >= NORMAL_FROM_VARIANCE) return normalRanks(q, n);
  if (q <= 0.5) return exactRanks(q, n);
  // Counted from the largest, where fewer terms have to be added up.
  const fromTop = exactRanks(1 - q, n);
  return fromTop === null ? null : { low: n + 1 - fromTop.high, high: n + 1 - fromTop.low };
}

/** The smallest sample from which a 95 % interval of the quantile `q` in (0, 1) can be told: 6 for the median. */
export function smallestForQuantile(q: number): number {
  return Math.ceil(Math.log(TAIL) / Math.log(Math.max(q, 1 - q)));
}

function normalRanks(q: number, n: number): Ranks {
  const half = NORMAL_95 * Math.sqrt(n * q * (1 - q));
  return {
    low: Math.max(1, Math.floor(n * q - half)),
    high: Math.min(n, Math.ceil(n * q + half) + 1),
  };
}

function exactRanks(q: number, n: number): Ranks | null {
  const odds = q / (1 - q);
  let probability = Math.exp(n * Math.log1p(-q));
  let below = probability;
  let low = 0;
  for (let count = 0; count < n; count++) {
    if (below <= TAIL) low = count + 1;
    if (below >= 1 - TAIL) return low === 0 ? null : { low, high: count + 1 };
    probability *= (odds * (n - count)) / (count + 1);
    below += probability;
  }
  return null;
}
