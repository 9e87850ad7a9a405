import { z } from 'zod';
import { CorrectedQuality } from './calibration.ts';
import { Estimate, Percentile, RangeQuery, Time } from './common.ts';

const filters = { model: z.string().max(256).optional(), provider: z.string().max(128).optional() };
export const AnalyticsQuery = RangeQuery.extend(filters);

/** Totals of a range. Latencies in ms; percentiles are null below two samples. */
export const Totals = z.object({
  requests: z.number().int(),
  errors: z.number().int(),
  errorRate: Estimate,
  latencyMs: Estimate,
  p50LatencyMs: z.number().nullable(),
  p95LatencyMs: z.number().nullable(),
  p99LatencyMs: z.number().nullable(),
  p50FirstTokenMs: z.number().nullable(),
  /** The same percentiles with their 95 % intervals, by order statistics; n are the calls that were timed. */
  latencyPercentiles: z.object({ p50: Percentile, p95: Percentile, p99: Percentile }),
  firstTokenPercentiles: z.object({ p50: Percentile }),
  inputTokens: z.number().int(),
  cachedInputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costMicroUsd: z.number().int(),
  costUsd: z.number(),
  /** Mean cost of a priced call in USD; its interval is by how much hours or days differ, from five of them on. */
  costPerRequest: Estimate,
  /** Successful calls whose cost is unknown; they are in no sum. */
  unpriced: z.number().int(),
  /** Mean of the `overall` score, 0 to 1. */
  quality: Estimate,
  /** Share of evaluated interactions that were flagged. */
  flagRate: Estimate,
  evaluated: z.number().int(),
});
export type Totals = z.infer<typeof Totals>;

/**
 * A tested difference, second minus first: `pValue` is adjusted over everything that was compared with it (Holm), the
 * verdict is `higher` or `lower` only below 0.05, and `not_enough` where there are too few observations for an interval
 * (`needed` in the smaller sample; costs need five hours or days).
 */
export const TestedDifference = Estimate.extend({
  needed: z.number().int(),
  pValue: z.number().nullable(),
  verdict: z.enum(['higher', 'lower', 'unclear', 'not_enough']),
});
export type TestedDifference = z.infer<typeof TestedDifference>;

/** Means by Welch, rates by Newcombe, costs and percentiles from their intervals; costs in USD, latencies in ms. */
export const Differences = z.object({
  quality: TestedDifference,
  flagRate: TestedDifference,
  errorRate: TestedDifference,
  costPerRequest: TestedDifference,
  p50LatencyMs: TestedDifference,
  p95LatencyMs: TestedDifference,
  /** The chance that a call of the second is slower than one of the first; 0.5 is no difference (Mann–Whitney). */
  slower: TestedDifference,
});
export type Differences = z.infer<typeof Differences>;

/** `GET /api/v1/analytics/summary`: the range and the one of the same length before it. */
export const SummaryReply = z.object({
  from: Time,
  to: Time,
  current: Totals,
  previous: Totals,
  /** How the range differs from the one before it. */
  changes: Differences,
  /** The quality that people would see, where they labelled a sample of it; null without labels. */
  corrected: CorrectedQuality.nullable(),
});
export type SummaryReply = z.infer<typeof SummaryReply>;

export const TrendsQuery = AnalyticsQuery.extend({
  interval: z.enum(['hour', 'day', 'week']).default('hour'),
});
/** `GET /api/v1/analytics/trends`: every bucket of the range is present, empty ones too. */
export const TrendsReply = z.object({
  interval: z.enum(['hour', 'day', 'week']),
  points: z.array(Totals.extend({ at: Time })),
});
export type TrendsReply = z.infer<typeof TrendsReply>;

/** With `baseline` (a model, and its provider where several have it) every other model is compared with it. */
export const CompareQuery = AnalyticsQuery.extend({
  baseline: z.string().max(256).optional(),
  baselineProvider: z.string().max(128).optional(),
});
/** `GET /api/v1/analytics/compare`: one row a model, most requests first. */
export const CompareReply = z.object({
  models: z.array(
    Totals.extend({
      model: z.string(),
      provider: z.string(),
      costPerRequestUsd: z.number().nullable(),
      lowQuality: z.number().int(),
      highQuality: z.number().int(),
      /** Counts by logarithmic latency bin, for a distribution: upper edge in ms and count. */
      latencyBins: z.array(z.object({ toMs: z.number(), count: z.number().int() })),
      /** This model minus the baseline; null for the baseline itself and where none was named. */
      differences: Differences.nullable(),
    }),
  ),
  baseline: z.object({ model: z.string(), provider: z.string() }).nullable(),
  bestByLatency: z.string().nullable(),
  bestByQuality: z.string().nullable(),
  bestByStability: z.string().nullable(),
});
export type CompareReply = z.infer<typeof CompareReply>;

export const ErrorsReply = z.object({
  types: z.array(z.object({ errorType: z.string(), count: z.number().int(), share: Estimate })),
});

/** `GET /api/v1/analytics/scores`: per score name and evaluator. */
export const ScoresReply = z.object({
  scores: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      evaluator: z.string(),
      mean: Estimate,
      flagRate: Estimate,
      /** Ten equal bins of [0, 1]. */
      distribution: z.array(z.number().int()).length(10),
      labels: z.array(z.object({ label: z.string(), count: z.number().int() })),
      /** By version of the evaluator, most frequent first; several where it changed within the range. */
      versions: z.array(z.object({ version: z.string(), mean: Estimate, flagRate: Estimate })),
    }),
  ),
});
export type ScoresReply = z.infer<typeof ScoresReply>;

/** `GET /api/v1/ledger`: accepted = stored + spooled + dropped + rejected. `evaluated` counts interactions with at least one automatic score. */
export const LedgerReply = z.object({
  accepted: z.number().int(),
  stored: z.number().int(),
  spooled: z.number().int(),
  dropped: z.number().int(),
  rejected: z.number().int(),
  /** Records that were already there (a file imported twice); part of stored. */
  duplicates: z.number().int(),
  evaluated: z.number().int(),
  pending: z.number().int(),
  setAside: z.number().int(),
  balanced: z.boolean(),
  spoolBytes: z.number().int(),
  spoolMaxBytes: z.number().int(),
  degraded: z.boolean(),
  problem: z.string().nullable(),
});
export type LedgerReply = z.infer<typeof LedgerReply>;
