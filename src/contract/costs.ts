import { z } from 'zod';
import { AlertLevel, Projection } from './budgets.ts';
import { Estimate, Id, ProjectQuery, page, RangeQuery, Time } from './common.ts';

export const CostGrouping = z.enum(['model', 'provider', 'user', 'key', 'tag', 'prompt']);
export type CostGrouping = z.infer<typeof CostGrouping>;
export const CostInterval = z.enum(['day', 'week', 'month']);
export type CostInterval = z.infer<typeof CostInterval>;

/** `GET /api/v1/analytics/costs`. Without `from` the last 30 days. */
export const CostsQuery = RangeQuery.extend({
  groupBy: CostGrouping.default('model'),
  interval: CostInterval.default('day'),
  /** Groups that are told apart; the rest is one group of its own. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type CostsQuery = z.infer<typeof CostsQuery>;

const sums = {
  costMicroUsd: z.number().int(),
  costUsd: z.number(),
  requests: z.number().int(),
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Successful calls without a known price; they are in no sum. */
  unpriced: z.number().int(),
};
export const CostSums = z.object(sums);
export type CostSums = z.infer<typeof CostSums>;

export const CostPoint = CostSums.extend({ at: Time });
export type CostPoint = z.infer<typeof CostPoint>;

/** A group's part. Calls with several tags count in each of them, so shares by tag can add up to more than 1. */
export const CostGroup = CostSums.extend({
  /** The model, provider, user, key id, tag or `prompt@version`; null where a call has none. */
  key: z.string().nullable(),
  /** What to show: the key's name for API keys. */
  label: z.string().nullable(),
  /** The model's provider, when grouped by model. */
  provider: z.string().nullable(),
  /** Share of the cost of the range, 0 to 1; null when nothing was spent. */
  share: z.number().nullable(),
  costPerRequestMicroUsd: z.number().nullable(),
  /** The same in USD with its 95 % interval: by days for models and providers, by calls for what rows tell. */
  costPerRequest: Estimate,
  points: z.array(z.object({ at: Time, costMicroUsd: z.number().int() })),
});
export type CostGroup = z.infer<typeof CostGroup>;

/** Every bucket of the range is present in `points`, empty ones too; the range is cut to whole buckets around it. */
export const CostsReply = z.object({
  from: Time,
  to: Time,
  groupBy: CostGrouping,
  interval: CostInterval,
  /** `rollups` are exact; `rows` reads single calls, newest first, up to `rowLimit`. */
  source: z.enum(['rollups', 'rows']),
  /** False when there were more rows than are read: groups then cover the time from `groupsFrom` on. */
  complete: z.boolean(),
  groupsFrom: Time,
  rowLimit: z.number().int().nullable(),
  totals: CostSums,
  points: z.array(CostPoint),
  groups: z.array(CostGroup),
  /** The groups beyond `limit` together; null when there are none. */
  others: CostSums.extend({ groups: z.number().int() }).nullable(),
  /** Share of input tokens that providers read from their caches. */
  cachedTokenShare: z.number().nullable(),
  /** The same with its 95 % interval by how much days differ, from five of them on; n are calls. */
  cachedTokens: Estimate,
  /** What answers from our response cache would have cost. */
  savedByCacheMicroUsd: z.number().int(),
  cacheHits: z.number().int(),
  month: z.object({
    start: Time,
    end: Time,
    spentMicroUsd: z.number().int(),
    /** Cost of the whole month, by the sums of the last whole days (at most 28). */
    projection: Projection,
  }),
});
export type CostsReply = z.infer<typeof CostsReply>;

export const SuggestionKind = z.enum([
  'cheaper_model',
  'dominant_model',
  'prompt_caching',
  'response_cache',
  'long_prompts',
  'long_completions',
  'prompt_heavy',
]);
export type SuggestionKind = z.infer<typeof SuggestionKind>;

/** Something that could cost less, with what it would have saved on the project's own traffic. */
export const CostSuggestion = z.object({
  kind: SuggestionKind,
  provider: z.string(),
  model: z.string(),
  /** The model to change to; null where it is about something else. */
  otherModel: z.string().nullable(),
  /** Over the range, in micro-USD; `n` calls were looked at. The interval is null when all calls were. */
  saves: Estimate,
  savesUsd: z.number().nullable(),
  /** Calls of the model in the range, and those that the suggestion is about (scaled up when sampled). */
  calls: z.number().int(),
  affectedCalls: z.number().int(),
  sampled: z.boolean(),
  /** The figures that it is made of, by name, for texts in the reader's language. */
  figures: z.record(z.string(), z.number()),
  /** In English: what to do, and how the amount was computed. */
  title: z.string(),
  how: z.string(),
});
export type CostSuggestion = z.infer<typeof CostSuggestion>;

/** `GET /api/v1/analytics/costs/suggestions`: the last 30 days, largest saving first. Savings overlap: do not add them. */
export const CostSuggestionsReply = z.object({
  from: Time,
  to: Time,
  /** Single calls that were looked at, newest first. */
  rowsRead: z.number().int(),
  complete: z.boolean(),
  suggestions: z.array(CostSuggestion),
});
export type CostSuggestionsReply = z.infer<typeof CostSuggestionsReply>;

/** `GET /api/v1/prices/unpriced`: models of calls that have no price. Without `from` the last 30 days. */
export const UnpricedReply = z.object({
  from: Time,
  to: Time,
  models: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      /** Successful calls without a cost. */
      calls: z.number().int(),
      /** Tokens of all its calls in the hours in which calls had no price. */
      inputTokens: z.number().int(),
      outputTokens: z.number().int(),
      lastSeenAt: Time,
      /** Listed models with names like it, nearest first, at most 3. */
      nearest: z.array(
        z.object({
          provider: z.string(),
          model: z.string(),
          inputUsdPerMillion: z.number().nullable(),
          outputUsdPerMillion: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type UnpricedReply = z.infer<typeof UnpricedReply>;

/** `POST /api/v1/prices/reprice`: prices calls of the past anew. At most 400 days. */
export const NewRepricing = z.strictObject({
  from: Time,
  to: Time,
  /** The model as callers or its provider name it, or a beginning followed by `*`; null: all. */
  model: z.string().min(1).max(256).nullable().default(null),
});
export type NewRepricing = z.infer<typeof NewRepricing>;

/** A re-pricing with its progress; `GET /api/v1/prices/reprice/{id}`. */
export const Repricing = z.object({
  id: Id,
  from: Time,
  to: Time,
  model: z.string().nullable(),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  /** Calls to look at (counted when it starts), looked at, and given another cost. */
  total: z.number().int().nullable(),
  scanned: z.number().int(),
  changed: z.number().int(),
  /** What the changed calls cost before and cost now. */
  beforeMicroUsd: z.number().int(),
  afterMicroUsd: z.number().int(),
  /** 0 to 1; null before it is known how much there is to do. */
  progress: z.number().nullable(),
  error: z.string().nullable(),
});
export type Repricing = z.infer<typeof Repricing>;
export const RepricingPage = page(Repricing);

/** `GET /metrics/cost` of llm-monitoring-framework; unknown windows are refused. */
export const LegacyCostQuery = ProjectQuery.extend({
  time_period: z.enum(['1h', '24h', '7d', '30d']).default('24h'),
});
export const LegacyCostAnalysis = z.object({
  time_period: z.string(),
  total_cost_usd: z.number(),
  avg_cost_per_request: z.number(),
  /** 95 % interval of the mean by the window's whole hours or days; null below five of them with calls. */
  avg_cost_per_request_low: z.number().nullable(),
  avg_cost_per_request_high: z.number().nullable(),
  priced_requests: z.number().int(),
  most_expensive_operations: z.array(z.string()),
  optimization_suggestions: z.array(z.string()),
  /** For 30 days, at the pace of the window (or of the part of it since the first call). */
  projected_monthly_cost: z.number(),
  /** 95 % interval of the projection; null when the window has too few parts. */
  projected_monthly_cost_low: z.number().nullable(),
  projected_monthly_cost_high: z.number().nullable(),
  request_count: z.number().int(),
  unpriced_requests: z.number().int(),
  cost_by_model: z.array(
    z.object({ model: z.string(), cost_usd: z.number(), requests: z.number().int() }),
  ),
  cost_by_user: z.array(
    z.object({ user_id: z.string().nullable(), cost_usd: z.number(), requests: z.number().int() }),
  ),
  /** Of the project's budget for a day; `none` and nulls without one. */
  alert_level: AlertLevel,
  budget_used_pct: z.number().nullable(),
  cost_today: z.number(),
  daily_budget: z.number().nullable(),
  remaining_budget: z.number().nullable(),
});
export type LegacyCostAnalysis = z.infer<typeof LegacyCostAnalysis>;
