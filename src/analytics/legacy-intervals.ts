import type { Estimate } from '../contract/common.ts';
import { meanInterval, rateInterval } from '../statistics/intervals.ts';
import type { QualitySums } from './score-sums.ts';
import type { UsageSums } from './usage-sums.ts';

interface Sums {
  readonly usage: UsageSums;
  readonly quality: QualitySums;
}

/** The mean overall score from 1 to 5 with its interval: evaluators' values of 0 to 1 on that scale. */
export function scoreInterval({ n, valueSum, valueSumsq, nativeSum }: QualitySums): Estimate {
  const { value, low, high } = meanInterval(
    { n, sum: valueSum, sumOfSquares: valueSumsq },
    { low: 0, high: 1 },
  );
  const native = (part: number | null): number | null => (part === null ? null : 1 + 4 * part);
  return {
    value: value === null ? null : nativeSum / n,
    n,
    low: native(low),
    high: native(high),
  };
}

/** Mean latency in ms with its interval. */
export function latencyInterval({ latencyN, latencySum, latencySumsq }: UsageSums): Estimate {
  return meanInterval(
    { n: latencyN, sum: latencySum, sumOfSquares: latencySumsq },
    { low: 0, high: Number.POSITIVE_INFINITY },
  );
}

/** A rate in percent with its interval. */
export function percentInterval(part: number, whole: number): Estimate {
  const { value, n, low, high } = rateInterval(part, whole);
  return { value: times100(value), n, low: times100(low), high: times100(high) };
}

function times100(share: number | null): number | null {
  return share === null ? null : 100 * share;
}

/** The intervals of the two means that most replies have. */
export function meanIntervals({
  usage,
  quality,
}: Sums): Readonly<Record<'avg_score' | 'avg_latency_ms', Estimate>> {
  return { avg_score: scoreInterval(quality), avg_latency_ms: latencyInterval(usage) };
}
