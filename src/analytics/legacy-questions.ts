import type { z } from 'zod';
import type { Estimate } from '../contract/common.ts';
import type {
  LegacyComparison,
  LegacyDailySeries,
  LegacySeries,
  LegacySeriesQuery,
  LegacyTrends,
} from '../contract/legacy.ts';
import { askedRange, type TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { mergeBins, percentilesOf } from './bins.ts';
import {
  latencyInterval,
  meanIntervals,
  percentInterval,
  scoreInterval,
} from './legacy-intervals.ts';
import { best, type ModelSums, modelSums, type TrendBucket, trendBuckets } from './questions.ts';
import { mergeQuality, noQuality, type QualitySums, readQuality } from './score-sums.ts';
import { ALL_TIME, cheapestSpans, type Span } from './spans.ts';
import { GRAIN_MS } from './tally.ts';
import { NO_MODEL } from './totals.ts';
import { mergeUsage, noUsage, readUsage, type UsageSums } from './usage-sums.ts';

/** What LLM-Quality-Observer calls the numbers of a group. */
export interface LegacySums {
  readonly usage: UsageSums;
  readonly quality: QualitySums;
}

/** Mean latency in ms; null when nothing was measured. */
export function meanLatency({ usage }: LegacySums): number | null {
  return usage.latencyN === 0 ? null : usage.latencySum / usage.latencyN;
}

/** Mean overall score from 1 to 5; null when nothing was scored. */
export function meanScore({ quality }: LegacySums): number | null {
  return quality.n === 0 ? null : quality.nativeSum / quality.n;
}

/** A part of a whole in percent, 0 of nothing. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

/** Everything that a project ever recorded. */
export async function allTimeSums(database: Queryable, projectId: string): Promise<LegacySums> {
  const question = { spans: ALL_TIME, by: 'nothing' as const, distribution: false };
  const usage = await readUsage(database, { projectId }, question);
  const quality = await readQuality(database, { projectId }, question);
  return { usage: usage.get('') ?? noUsage(), quality: quality.get('') ?? noQuality() };
}

/** Models over all providers, most requests first. */
export async function legacyModels(
  database: Queryable,
  projectId: string,
  asked: { readonly spans: readonly Span[]; readonly distribution: boolean },
): Promise<(LegacySums & { model: string })[]> {
  const byModel = new Map<string, ModelSums[]>();
  for (const sums of await modelSums(database, { projectId }, asked)) {
    byModel.set(sums.model, [...(byModel.get(sums.model) ?? []), sums]);
  }
  return [...byModel]
    .map(([model, sums]) => ({
      model,
      usage: mergeUsage(sums.map(({ usage }) => usage)),
      quality: sums[0]?.quality ?? noQuality(),
    }))
    .sort((a, b) => b.usage.requests - a.usage.requests);
}

/** The last whole units up to the current one. */
function lastUnits(nowMs: number, count: number, unitMs: number): TimeRange {
  const to = (Math.floor(nowMs / unitMs) + 1) * unitMs;
  return { from: new Date(to - count * unitMs), to: new Date(to) };
}

export async function dailySeries(
  database: Queryable,
  projectId: string,
  asked: { readonly days: number; readonly nowMs: number },
): Promise<z.infer<typeof LegacyDailySeries>> {
  const range = lastUnits(asked.nowMs, asked.days, GRAIN_MS.day);
  const question = { range, interval: 'day' as const, distribution: false };
  const buckets = await trendBuckets(database, { projectId }, question);
  return {
    data: buckets.map((bucket) => ({
      date: bucket.at.toISOString().slice(0, 10),
      avg_score: meanScore(bucket),
      avg_latency_ms: meanLatency(bucket),
      total_requests: bucket.usage.requests,
      total_evaluated: bucket.quality.evaluated,
      intervals: meanIntervals(bucket),
    })),
  };
}

export async function hourlyTrends(
  database: Queryable,
  projectId: string,
  asked: { readonly hours: number; readonly nowMs: number },
): Promise<z.infer<typeof LegacyTrends>> {
  const range = lastUnits(asked.nowMs, asked.hours, GRAIN_MS.hour);
  const question = { range, interval: 'hour' as const, distribution: false };
  const buckets = await trendBuckets(database, { projectId }, question);
  const total = (of: (bucket: TrendBucket) => number): number =>
    buckets.reduce((sum, bucket) => sum + of(bucket), 0);
  const requests = total(({ usage }) => usage.requests);
  const errors = total(({ usage }) => usage.errors);
  const scores = total(({ quality }) => quality.n);
  return {
    data: buckets.map((bucket) => ({
      hour: `${bucket.at.toISOString().slice(0, 13).replace('T', ' ')}:00:00`,
      avg_score: meanScore(bucket),
      avg_latency_ms: meanLatency(bucket),
      total_requests: bucket.usage.requests,
      total_evaluated: bucket.quality.evaluated,
      error_rate: percent(bucket.usage.errors, bucket.usage.requests),
      intervals: {
        ...meanIntervals(bucket),
        error_rate: percentInterval(bucket.usage.errors, bucket.usage.requests),
      },
    })),
    summary: {
      total_requests: requests,
      total_errors: errors,
      overall_error_rate: percent(errors, requests),
      total_evaluated: total(({ quality }) => quality.evaluated),
      overall_avg_score: scores === 0 ? null : total(({ quality }) => quality.nativeSum) / scores,
      hours_analyzed: asked.hours,
      intervals: {
        overall_error_rate: percentInterval(errors, requests),
        overall_avg_score: scoreInterval(mergeQuality(buckets.map(({ quality }) => quality))),
      },
    },
  };
}

function comparedModel({
  model,
  usage,
  quality,
}: LegacySums & { readonly model: string }): z.infer<typeof LegacyComparison>['models'][number] {
  const [p50, p95, p99] = percentilesOf(mergeBins(usage.latencyBins), [0.5, 0.95, 0.99]);
  const errorRate = percent(usage.errors, usage.requests);
  return {
    model_version: model,
    total_requests: usage.requests,
    success_rate: 100 - errorRate,
    error_rate: errorRate,
    avg_latency_ms: meanLatency({ usage, quality }),
    p50_latency_ms: p50?.value ?? null,
    p95_latency_ms: p95?.value ?? null,
    p99_latency_ms: p99?.value ?? null,
    avg_score: meanScore({ usage, quality }),
    total_evaluated: quality.evaluated,
    low_quality_count: quality.low,
    high_quality_count: quality.high,
    intervals: {
      ...meanIntervals({ usage, quality }),
      success_rate: percentInterval(usage.requests - usage.errors, usage.requests),
      error_rate: percentInterval(usage.errors, usage.requests),
      p50_latency_ms: p50 ?? NO_ESTIMATE,
      p95_latency_ms: p95 ?? NO_ESTIMATE,
      p99_latency_ms: p99 ?? NO_ESTIMATE,
    },
  };
}

const NO_ESTIMATE: Estimate = { value: null, n: 0, low: null, high: null };

export async function legacyComparison(
  database: Queryable,
  projectId: string,
  asked: { readonly days: number; readonly nowMs: number },
): Promise<z.infer<typeof LegacyComparison>> {
  const hours = lastUnits(asked.nowMs, asked.days * 24, GRAIN_MS.hour);
  const spans = cheapestSpans(hours);
  const found = await legacyModels(database, projectId, { spans, distribution: true });
  const models = found.map(comparedModel);
  const named = models
    .filter(({ model_version }) => model_version !== NO_MODEL)
    .map((model) => ({ ...model, model: model.model_version }));
  return {
    models,
    best_model_by_latency: best(named, (model) => model.p50_latency_ms),
    best_model_by_quality: best(named, ({ avg_score }) => (avg_score === null ? null : -avg_score)),
    best_model_by_stability: best(named, ({ error_rate }) =>
      error_rate < 100 ? error_rate : null,
    ),
  };
}

/** One metric over time. Dates without a time mean their first moment in UTC; the last date is included whole. */
export async function legacySeries(
  database: Queryable,
  projectId: string,
  asked: { readonly query: z.infer<typeof LegacySeriesQuery>; readonly nowMs: number },
): Promise<z.infer<typeof LegacySeries>> {
  const { metric, interval, start_date: start, end_date: end } = asked.query;
  const toMs = end === undefined ? asked.nowMs : endOf(end);
  const from = start === undefined ? new Date(toMs - 7 * GRAIN_MS.day) : utc(start);
  const range = askedRange(
    { from: from.toISOString(), to: new Date(toMs).toISOString() },
    asked.nowMs,
  );
  const question = { range, interval, distribution: false };
  const buckets = await trendBuckets(database, { projectId }, question);
  return {
    metric,
    interval,
    data: buckets.map((bucket) => ({
      timestamp: bucket.at.toISOString(),
      ...SERIES_VALUES[metric](bucket),
    })),
  };
}

const SERIES_VALUES: Readonly<
  Record<
    'score' | 'latency' | 'count',
    (sums: LegacySums) => Omit<z.infer<typeof LegacySeries>['data'][number], 'timestamp'>
  >
> = {
  score: ({ quality }) => seriesValue(scoreInterval(quality)),
  latency: ({ usage }) => seriesValue(latencyInterval(usage)),
  count: ({ usage: { requests } }) => ({ value: requests, count: requests, low: null, high: null }),
};

function seriesValue({
  n,
  ...interval
}: Estimate): Omit<z.infer<typeof LegacySeries>['data'][number], 'timestamp'> {
  return { ...interval, count: n };
}

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;

function utc(text: string): Date {
  return new Date(DATE_ONLY.test(text) || /(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

function endOf(text: string): number {
  return utc(text).getTime() + (DATE_ONLY.test(text) ? GRAIN_MS.day : 0);
}
