import { z } from 'zod';
import { ProjectQuery, Time } from './common.ts';

/** The lengths of time that tcVocLLM's metrics are told for. */
export const MetricWindow = z.enum(['1m', '5m', '1h']);
export type MetricWindow = z.infer<typeof MetricWindow>;

export const WindowsQuery = ProjectQuery.extend({ window: MetricWindow.default('5m') });

const count = z.number().int().nonnegative();
/** From 0 to 1; null when nothing was observed. */
const rate = z.number().nullable();
const ms = z.number().nullable();
/** Low and high end of a rate's 95 % interval (Wilson). */
const ends = z.tuple([z.number(), z.number()]).nullable();

/** tcVocLLM's metric JSON with how many observations each figure stands on. */
export const WindowReply = z.object({
  /** The end of the window. */
  ts: Time,
  window: MetricWindow,
  project: z.string(),
  llm: z.object({
    n: count,
    success_rate: rate,
    success_rate_interval: ends,
    failure_rate: rate,
    /** Calls whose latency is known; percentiles need two. */
    latency_n: count,
    mean_latency_ms: ms,
    median_latency_ms: ms,
    p95_latency_ms: ms,
    timeouts: count,
    error_types: z.record(z.string(), count),
  }),
  rag: z.object({
    n: count,
    hit_n: count,
    hit_rate: rate,
    hit_rate_interval: ends,
    rerank_n: count,
    rerank_rate: rate,
  }),
  cache: z.object({ embed_n: count, embed_hit_rate: rate, embed_hit_rate_interval: ends }),
});
export type WindowReply = z.infer<typeof WindowReply>;
