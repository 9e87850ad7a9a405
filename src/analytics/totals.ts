import type { Totals } from '../contract/analytics.ts';
import type { Estimate, Percentile } from '../contract/common.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { meanInterval, rateInterval } from '../statistics/intervals.ts';
import { ratioInterval } from '../statistics/ratio-interval.ts';
import { mergeBins, percentilesOf } from './bins.ts';
import type { QualitySums } from './score-sums.ts';
import type { CostPart, UsageSums } from './usage-sums.ts';

/** Name shown for calls that have no model. */
export const NO_MODEL = 'unknown';

const NONE: Percentile = { value: null, n: 0, low: null, high: null, needed: 0 };

/** Mean cost of a priced call in USD, by how much the buckets of time differ. */
export function costPerRequest(parts: readonly CostPart[]): Estimate {
  const buckets = new Map<number, { amount: number; base: number; n: number }>();
  for (const { atMs, costMicroUsd, priced } of parts) {
    const bucket = buckets.get(atMs) ?? { amount: 0, base: 0, n: 0 };
    buckets.set(atMs, bucket);
    bucket.amount += usdFromMicroUsd(costMicroUsd);
    bucket.base += priced;
    bucket.n += priced;
  }
  return ratioInterval([...buckets.values()]);
}

/** The numbers of a group as the API tells them, each mean and rate with its interval. */
export function totalsOf(usage: UsageSums, quality: QualitySums): Totals {
  const [p50 = NONE, p95 = NONE, p99 = NONE] = percentilesOf(
    mergeBins(usage.latencyBins),
    [0.5, 0.95, 0.99],
  );
  const [firstToken = NONE] = percentilesOf(mergeBins(usage.firstTokenBins), [0.5]);
  return {
    requests: usage.requests,
    errors: usage.errors,
    errorRate: rateInterval(usage.errors, usage.requests),
    latencyMs: meanInterval(
      { n: usage.latencyN, sum: usage.latencySum, sumOfSquares: usage.latencySumsq },
      { low: 0, high: Number.POSITIVE_INFINITY },
    ),
    p50LatencyMs: p50.value,
    p95LatencyMs: p95.value,
    p99LatencyMs: p99.value,
    p50FirstTokenMs: firstToken.value,
    latencyPercentiles: { p50, p95, p99 },
    firstTokenPercentiles: { p50: firstToken },
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    costMicroUsd: usage.costMicroUsd,
    costUsd: usdFromMicroUsd(usage.costMicroUsd),
    costPerRequest: costPerRequest(usage.costParts),
    unpriced: usage.unpriced,
    quality: meanInterval(
      { n: quality.n, sum: quality.valueSum, sumOfSquares: quality.valueSumsq },
      { low: 0, high: 1 },
    ),
    flagRate: rateInterval(quality.flagged, quality.evaluated),
    evaluated: quality.evaluated,
  };
}
