import { z } from 'zod';
import {
  FeedbackMetrics,
  NoData,
  PeriodQuery,
  QualityMetrics,
  RelevanceMetrics,
  SafetyMetrics,
} from '../contract/framework.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import type { Queryable } from '../store/database.ts';
import {
  type FrameworkQuestion,
  frameworkFeedback,
  frameworkQuality,
  frameworkRelevance,
  frameworkSafety,
} from './framework-questions.ts';

const NO_DATA = { message: 'No data available for this time period.' };
const config = { scope: 'read' } as const;
const tags = ['llm-monitoring-framework'];

export interface FrameworkMetricsDeps {
  readonly database: Queryable;
  readonly clock: Clock;
}

/** What llm-monitoring-framework answers about a period: quality, safety, relevance and feedback. */
export function frameworkMetricsRoutes(app: App, { database, clock }: FrameworkMetricsDeps): void {
  const questionOf = (projectId: string, period: string): FrameworkQuestion => ({
    projectId,
    period,
    nowMs: clock.now(),
  });
  app.get(
    '/metrics/quality',
    {
      config,
      schema: {
        querystring: PeriodQuery,
        response: { 200: z.union([QualityMetrics, NoData]) },
        tags,
        summary: 'Mean quality of a period',
      },
    },
    async ({ auth, query }) =>
      (await frameworkQuality(database, questionOf(auth.projectId, query.time_period))) ?? NO_DATA,
  );
  app.get(
    '/metrics/safety',
    {
      config,
      schema: {
        querystring: PeriodQuery,
        response: { 200: z.union([SafetyMetrics, NoData]) },
        tags,
        summary: 'Safety violations of a period',
      },
    },
    async ({ auth, query }) =>
      (await frameworkSafety(database, questionOf(auth.projectId, query.time_period))) ?? NO_DATA,
  );
  app.get(
    '/metrics/relevance',
    {
      config,
      schema: {
        querystring: PeriodQuery,
        response: { 200: z.union([RelevanceMetrics, NoData]) },
        tags,
        summary: 'Relevance and topics of a period',
      },
    },
    async ({ auth, query }) =>
      (await frameworkRelevance(database, questionOf(auth.projectId, query.time_period))) ??
      NO_DATA,
  );
  app.get(
    '/feedback',
    {
      config,
      schema: {
        querystring: PeriodQuery,
        response: { 200: FeedbackMetrics },
        tags,
        summary: 'What users say of the answers of a period',
      },
    },
    ({ auth, query }) => frameworkFeedback(database, questionOf(auth.projectId, query.time_period)),
  );
}
