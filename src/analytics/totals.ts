import type { Totals } from '../contract/analytics.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { meanInterval, rateInterval } from '../statistics/intervals.ts';
import { mergeBins, quantilesOf } from './bins.ts';
import type { QualitySums } from './score-sums.ts';
import type { UsageSums } from './usage-sums.ts';

/** Name shown for calls that have no model. */
export const NO_MODEL = 'unknown';

/** The numbers of a group as the API tells them, each mean and rate with its interval. */
export function totalsOf(usage: UsageSums, quality: QualitySums): Totals {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(
    mergeBins(usage.latencyBins),
    [0.5, 0.95, 0.99],
  );
  const [firstToken = null] = quantilesOf(mergeBins(usage.firstTokenBins), [0.5]);
  return {
    requests: usage.requests,
    errors: usage.errors,
    errorRate: rateInterval(usage.errors, usage.requests),
    latencyMs: meanInterval(
      { n: usage.latencyN, sum: usage.latencySum, sumOfSquares: usage.latencySumsq },
      { low: 0, high: Number.POSITIVE_INFINITY },
    ),
    p50LatencyMs: p50,
    p95LatencyMs: p95,
    p99LatencyMs: p99,
    p50FirstTokenMs: firstToken,
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costMicroUsd: usage.costMicroUsd,
    costUsd: usdFromMicroUsd(usage.costMicroUsd),
    unpriced: usage.unpriced,
    quality: meanInterval(
      { n: quality.n, sum: quality.valueSum, sumOfSquares: quality.valueSumsq },
      { low: 0, high: 1 },
    ),
    flagRate: rateInterval(quality.flagged, quality.evaluated),
    evaluated: quality.evaluated,
  };
}
