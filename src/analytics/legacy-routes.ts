import { ProjectQuery } from '../contract/common.ts';
import {
  LegacyByModel,
  LegacyComparison,
  LegacyDailySeries,
  LegacyDaysQuery,
  LegacyEvaluationPage,
  LegacyEvaluations,
  LegacyEvaluationsQuery,
  LegacyHoursQuery,
  LegacyLogPage,
  LegacyLogs,
  LegacyLogsQuery,
  LegacyMetricsSummary,
  LegacyModelStats,
  LegacyPageQuery,
  LegacySeries,
  LegacySeriesQuery,
  LegacyStats,
  LegacySummary,
  LegacyTrends,
} from '../contract/legacy.ts';
import type { App } from '../core/http.ts';
import { rateInterval } from '../statistics/intervals.ts';
import { latencyInterval, meanIntervals, scoreInterval } from './legacy-intervals.ts';
import { logsOfUser, numberedEvaluations, numberedLogs } from './legacy-lists.ts';
import {
  allTimeSums,
  dailySeries,
  hourlyTrends,
  legacyComparison,
  legacyModels,
  legacySeries,
  meanLatency,
  meanScore,
} from './legacy-questions.ts';
import type { AnalyticsDeps } from './routes.ts';
import { ALL_TIME } from './spans.ts';
import { NO_MODEL } from './totals.ts';

const config = { scope: 'read' } as const;
const tags = ['LLM-Quality-Observer'];

/** The read endpoints that users of LLM-Quality-Observer know, with their field names. */
export function legacyRoutes(app: App, deps: AnalyticsDeps): void {
  totalRoutes(app, deps);
  seriesRoutes(app, deps);
  modelRoutes(app, deps);
  pageRoutes(app, deps);
  listRoutes(app, deps);
}

function totalRoutes(app: App, { database }: AnalyticsDeps): void {
  app.get(
    '/api/dashboard/summary',
    { config, schema: { querystring: ProjectQuery, response: { 200: LegacySummary }, tags } },
    async ({ auth }) => {
      const sums = await allTimeSums(database, auth.projectId);
      return {
        total_logs: sums.usage.requests,
        total_evaluated: sums.quality.evaluated,
        avg_latency_ms: meanLatency(sums),
        avg_score: meanScore(sums),
        intervals: meanIntervals(sums),
      };
    },
  );
  app.get(
    '/metrics/summary',
    {
      config,
      schema: { querystring: ProjectQuery, response: { 200: LegacyMetricsSummary }, tags },
    },
    async ({ auth }) => {
      const sums = await allTimeSums(database, auth.projectId);
      const { evaluated, flagged } = sums.quality;
      return {
        total_logs: sums.usage.requests,
        evaluated_logs: evaluated,
        pending_logs: Math.max(0, sums.usage.requests - evaluated),
        avg_latency_ms: rounded(meanLatency(sums), 2),
        avg_score: rounded(meanScore(sums), 2),
        flagged_ratio: rounded(evaluated === 0 ? 0 : flagged / evaluated, 4) ?? 0,
        intervals: { ...meanIntervals(sums), flagged_ratio: rateInterval(flagged, evaluated) },
      };
    },
  );
  app.get(
    '/api/stats',
    { config, schema: { querystring: ProjectQuery, response: { 200: LegacyStats }, tags } },
    async ({ auth }) => {
      const sums = await allTimeSums(database, auth.projectId);
      const { requests, errors } = sums.usage;
      return {
        total_requests: requests,
        average_score: meanScore(sums),
        success_rate: requests === 0 ? 0 : (requests - errors) / requests,
        average_latency_ms: meanLatency(sums),
        total_evaluations: sums.quality.n,
        intervals: {
          average_score: scoreInterval(sums.quality),
          success_rate: rateInterval(requests - errors, requests),
          average_latency_ms: latencyInterval(sums.usage),
        },
      };
    },
  );
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}

function seriesRoutes(app: App, { database, clock }: AnalyticsDeps): void {
  app.get(
    '/api/dashboard/timeseries',
    {
      config,
      schema: { querystring: LegacyDaysQuery, response: { 200: LegacyDailySeries }, tags },
    },
    ({ query, auth }) =>
      dailySeries(database, auth.projectId, { days: query.days, nowMs: clock.now() }),
  );
  app.get(
    '/analytics/trends',
    { config, schema: { querystring: LegacyHoursQuery, response: { 200: LegacyTrends }, tags } },
    ({ query, auth }) =>
      hourlyTrends(database, auth.projectId, { hours: query.hours, nowMs: clock.now() }),
  );
  app.get(
    '/api/time-series',
    { config, schema: { querystring: LegacySeriesQuery, response: { 200: LegacySeries }, tags } },
    ({ query, auth }) => legacySeries(database, auth.projectId, { query, nowMs: clock.now() }),
  );
}

function modelRoutes(app: App, { database, clock }: AnalyticsDeps): void {
  const allTime = { spans: ALL_TIME, distribution: false };
  app.get(
    '/analytics/compare-models',
    { config, schema: { querystring: LegacyDaysQuery, response: { 200: LegacyComparison }, tags } },
    ({ query, auth }) =>
      legacyComparison(database, auth.projectId, { days: query.days, nowMs: clock.now() }),
  );
  app.get(
    '/api/dashboard/models/stats',
    { config, schema: { querystring: ProjectQuery, response: { 200: LegacyModelStats }, tags } },
    async ({ auth }) => {
      const models = await legacyModels(database, auth.projectId, allTime);
      return {
        models: models.map((sums) => ({
          model_version: sums.model,
          total_requests: sums.usage.requests,
          avg_latency_ms: meanLatency(sums),
          avg_score: meanScore(sums),
          total_evaluated: sums.quality.evaluated,
          intervals: meanIntervals(sums),
        })),
      };
    },
  );
  app.get(
    '/metrics/by_model',
    { config, schema: { querystring: ProjectQuery, response: { 200: LegacyByModel }, tags } },
    async ({ auth }) => {
      const models = await legacyModels(database, auth.projectId, allTime);
      return {
        models: models
          .filter(({ model }) => model !== NO_MODEL)
          .map((sums) => ({
            model_version: sums.model,
            total_logs: sums.usage.requests,
            avg_latency_ms: meanLatency(sums),
            avg_score: meanScore(sums),
            intervals: meanIntervals(sums),
          })),
      };
    },
  );
}

function pageRoutes(app: App, { database }: AnalyticsDeps): void {
  const schema = { querystring: LegacyPageQuery, tags };
  app.get(
    '/api/dashboard/logs',
    { config, schema: { ...schema, response: { 200: LegacyLogPage } } },
    async ({ query, auth }) => {
      const page = pageOf(query);
      const { logs, total } = await numberedLogs(database, { projectId: auth.projectId }, page);
      return { logs, ...pageFields(query, total) };
    },
  );
  app.get(
    '/api/dashboard/evaluations',
    { config, schema: { ...schema, response: { 200: LegacyEvaluationPage } } },
    async ({ query, auth }) => {
      const of = { projectId: auth.projectId };
      const { evaluations, total } = await numberedEvaluations(database, of, pageOf(query));
      return { evaluations, ...pageFields(query, total) };
    },
  );
}

function pageOf({ page, page_size }: { page: number; page_size: number }): {
  offset: number;
  limit: number;
} {
  return { offset: (page - 1) * page_size, limit: page_size };
}

function pageFields(
  { page, page_size }: { page: number; page_size: number },
  total: number,
): { total: number; page: number; page_size: number; total_pages: number } {
  return { total, page, page_size, total_pages: Math.ceil(total / page_size) };
}

function listRoutes(app: App, { database }: AnalyticsDeps): void {
  app.get(
    '/api/logs',
    { config, schema: { querystring: LegacyLogsQuery, response: { 200: LegacyLogs }, tags } },
    ({ query, auth }) => {
      const { projectId } = auth;
      const model = query.model_version === NO_MODEL ? '' : query.model_version;
      return query.user_id === undefined
        ? numberedLogs(database, { projectId, model }, query)
        : logsOfUser(database, { projectId, model, user: query.user_id }, query);
    },
  );
  app.get(
    '/api/evaluations',
    {
      config,
      schema: { querystring: LegacyEvaluationsQuery, response: { 200: LegacyEvaluations }, tags },
    },
    ({ query, auth }) => {
      const min = Math.max(1, Math.ceil(query.min_score ?? 1));
      const max = Math.min(5, Math.floor(query.max_score ?? 5));
      const of = { projectId: auth.projectId, points: { min, max } };
      return numberedEvaluations(database, of, { offset: 0, limit: query.limit });
    },
  );
}
