import { z } from 'zod';
import { Estimate, Id, ProjectQuery, Time } from './common.ts';

/**
 * The read endpoints of LLM-Quality-Observer with their documented fields. Scores are on the scale from 1 to 5, error
 * and success rates of `/analytics` in percent, ids are our UUIDs. Where two of its documents name a field
 * differently, both names are there.
 */

const score = z.number().nullable();
const milliseconds = z.number().nullable();
const count = z.number().int();

/**
 * What the program it stands in for did not tell: n and the 95 % interval of each mean, rate and percentile beside
 * it, by the name of its field and in its unit.
 */
const intervals = <Name extends string>(names: readonly Name[]) =>
  z.object({ intervals: z.record(z.enum(names), Estimate) }).shape;
const meansOf = intervals(['avg_score', 'avg_latency_ms']);
const wholeNumber = (byDefault: number, max: number) =>
  z.coerce.number().int().min(1).max(max).default(byDefault);

export const LegacyPageQuery = ProjectQuery.extend({
  page: z.coerce.number().int().min(1).max(10_000_000).default(1),
  page_size: wholeNumber(20, 100),
});

const pageFields = {
  total: count,
  page: count,
  page_size: count,
  total_pages: count,
};

/** Texts are cut after 10,000 characters; `GET /api/v1/interactions/:id` has them whole. */
export const LegacyLog = z.object({
  id: Id,
  created_at: Time,
  user_id: z.string().nullable(),
  prompt: z.string(),
  response: z.string(),
  model_version: z.string().nullable(),
  latency_ms: milliseconds,
  status: z.enum(['success', 'error']),
});
export type LegacyLog = z.infer<typeof LegacyLog>;

export const LegacyEvaluation = z.object({
  id: Id,
  created_at: Time,
  log_id: Id,
  overall_score: count,
  score_overall: count,
  score_instruction_following: count.nullable(),
  score_truthfulness: count.nullable(),
  is_flagged: z.boolean(),
  label: z.string(),
  judge_type: z.string(),
  judge_model: z.string(),
  comment: z.string().nullable(),
  comments: z.string().nullable(),
  raw_judge_response: z.string().nullable(),
  log_prompt: z.string(),
  log_response: z.string(),
  log_model_version: z.string().nullable(),
});
export type LegacyEvaluation = z.infer<typeof LegacyEvaluation>;

/** `GET /api/dashboard/summary`, over all time. */
export const LegacySummary = z.object({
  total_logs: count,
  total_evaluated: count,
  avg_latency_ms: milliseconds,
  avg_score: score,
  ...meansOf,
});

/** `GET /api/dashboard/logs` */
export const LegacyLogPage = z.object({ logs: z.array(LegacyLog), ...pageFields });

/** `GET /api/dashboard/evaluations`, of the newest interaction first. */
export const LegacyEvaluationPage = z.object({
  evaluations: z.array(LegacyEvaluation),
  ...pageFields,
});

/** `GET /api/dashboard/models/stats`, over all time. */
export const LegacyModelStats = z.object({
  models: z.array(
    z.object({
      model_version: z.string(),
      total_requests: count,
      avg_latency_ms: milliseconds,
      avg_score: score,
      total_evaluated: count,
      ...meansOf,
    }),
  ),
});

export const LegacyDaysQuery = ProjectQuery.extend({ days: wholeNumber(7, 30) });
export const LegacyHoursQuery = ProjectQuery.extend({ hours: wholeNumber(24, 168) });

/** `GET /api/dashboard/timeseries`: the last `days` days (UTC) up to today, empty ones too. */
export const LegacyDailySeries = z.object({
  data: z.array(
    z.object({
      date: z.string(),
      avg_score: score,
      avg_latency_ms: milliseconds,
      total_requests: count,
      total_evaluated: count,
      ...meansOf,
    }),
  ),
});

/** `GET /analytics/trends`: the last `hours` hours (UTC) up to the current one, empty ones too. */
export const LegacyTrends = z.object({
  data: z.array(
    z.object({
      hour: z.string(),
      avg_score: score,
      avg_latency_ms: milliseconds,
      total_requests: count,
      total_evaluated: count,
      error_rate: z.number(),
      ...intervals(['avg_score', 'avg_latency_ms', 'error_rate']),
    }),
  ),
  summary: z.object({
    total_requests: count,
    total_errors: count,
    overall_error_rate: z.number(),
    total_evaluated: count,
    overall_avg_score: score,
    hours_analyzed: count,
    ...intervals(['overall_error_rate', 'overall_avg_score']),
  }),
});

/** `GET /analytics/compare-models`: percentiles are null below two samples. */
export const LegacyComparison = z.object({
  models: z.array(
    z.object({
      model_version: z.string(),
      total_requests: count,
      success_rate: z.number(),
      error_rate: z.number(),
      avg_latency_ms: milliseconds,
      p50_latency_ms: milliseconds,
      p95_latency_ms: milliseconds,
      p99_latency_ms: milliseconds,
      avg_score: score,
      total_evaluated: count,
      low_quality_count: count,
      high_quality_count: count,
      ...intervals([
        'success_rate',
        'error_rate',
        'avg_latency_ms',
        'p50_latency_ms',
        'p95_latency_ms',
        'p99_latency_ms',
        'avg_score',
      ]),
    }),
  ),
  best_model_by_latency: z.string().nullable(),
  best_model_by_quality: z.string().nullable(),
  best_model_by_stability: z.string().nullable(),
});

/** `GET /metrics/summary` */
export const LegacyMetricsSummary = z.object({
  total_logs: count,
  evaluated_logs: count,
  pending_logs: count,
  avg_latency_ms: milliseconds,
  avg_score: score,
  flagged_ratio: z.number(),
  ...intervals(['avg_latency_ms', 'avg_score', 'flagged_ratio']),
});

/** `GET /metrics/by_model`: calls without a model are left out. */
export const LegacyByModel = z.object({
  models: z.array(
    z.object({
      model_version: z.string(),
      total_logs: count,
      avg_latency_ms: milliseconds,
      avg_score: score,
      ...meansOf,
    }),
  ),
});

/** `GET /api/logs` */
export const LegacyLogsQuery = ProjectQuery.extend({
  limit: wholeNumber(100, 200),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  user_id: z.string().max(256).optional(),
  model_version: z.string().max(256).optional(),
});
export const LegacyLogs = z.object({ logs: z.array(LegacyLog), total: count });

/** `GET /api/evaluations`: the newest ones whose overall score lies in the range. */
export const LegacyEvaluationsQuery = ProjectQuery.extend({
  limit: wholeNumber(100, 200),
  min_score: z.coerce.number().min(0).max(5).optional(),
  max_score: z.coerce.number().min(0).max(5).optional(),
});
export const LegacyEvaluations = z.object({
  evaluations: z.array(LegacyEvaluation),
  total: count,
});

/** `GET /api/stats`: success rate as a share from 0 to 1. */
export const LegacyStats = z.object({
  total_requests: count,
  average_score: score,
  success_rate: z.number(),
  average_latency_ms: milliseconds,
  total_evaluations: count,
  ...intervals(['average_score', 'success_rate', 'average_latency_ms']),
});

const date = z.union([Time, z.iso.date(), z.iso.datetime({ local: true })]);

/** `GET /api/time-series`: UTC; without dates the last seven days. */
export const LegacySeriesQuery = ProjectQuery.extend({
  metric: z.enum(['score', 'latency', 'count']).default('count'),
  interval: z.enum(['hour', 'day', 'week']).default('day'),
  start_date: date.optional(),
  end_date: date.optional(),
});
export const LegacySeries = z.object({
  metric: z.enum(['score', 'latency', 'count']),
  interval: z.enum(['hour', 'day', 'week']),
  data: z.array(
    z.object({
      timestamp: Time,
      value: z.number().nullable(),
      count,
      /** The 95 % interval of a mean; null for counts, which are exact. */
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
});
