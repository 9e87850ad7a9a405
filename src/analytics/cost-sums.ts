import type { CostSums } from '../contract/costs.ts';
import { usdFromMicroUsd } from '../core/money.ts';

/** Sums of a group of calls, before they are put in words. */
export interface RawCostSums {
  readonly cost_micro_usd: number;
  readonly requests: number;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly unpriced: number;
}

export const NO_COSTS: RawCostSums = {
  cost_micro_usd: 0,
  requests: 0,
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  unpriced: 0,
};

export function addCosts(a: RawCostSums, b: RawCostSums): RawCostSums {
  return {
    cost_micro_usd: a.cost_micro_usd + b.cost_micro_usd,
    requests: a.requests + b.requests,
    input_tokens: a.input_tokens + b.input_tokens,
    cached_input_tokens: a.cached_input_tokens + b.cached_input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    unpriced: a.unpriced + b.unpriced,
  };
}

/** The sums as the API tells them. */
export function costSumsOf(raw: RawCostSums): CostSums {
  return {
    costMicroUsd: raw.cost_micro_usd,
    costUsd: usdFromMicroUsd(raw.cost_micro_usd),
    requests: raw.requests,
    inputTokens: raw.input_tokens,
    cachedInputTokens: raw.cached_input_tokens,
    outputTokens: raw.output_tokens,
    unpriced: raw.unpriced,
  };
}

/** The sums of roll-up rows, as columns. */
export const ROLLUP_SUMS = `coalesce(sum(cost_micro_usd), 0)::bigint as cost_micro_usd,
  coalesce(sum(requests), 0)::bigint as requests, coalesce(sum(input_tokens), 0)::bigint as input_tokens,
  coalesce(sum(cached_input_tokens), 0)::bigint as cached_input_tokens,
  coalesce(sum(output_tokens), 0)::bigint as output_tokens, coalesce(sum(unpriced), 0)::bigint as unpriced`;
