import {
  AnalyticsQuery,
  CompareQuery,
  CompareReply,
  ErrorsReply,
  ScoresReply,
  SummaryReply,
  TrendsQuery,
  TrendsReply,
} from '../contract/analytics.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import type { Database } from '../store/database.ts';
import { legacyRoutes } from './legacy-routes.ts';
import { type CorrectQuality, compareModels, errorTypes, summarise, trends } from './questions.ts';
import { summariseScores } from './score-summary.ts';
import { NO_MODEL } from './totals.ts';
import type { Slice } from './usage-sums.ts';

export interface AnalyticsDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Quality as people see it; without it the summary tells the evaluators' own alone. */
  readonly correctQuality?: CorrectQuality;
}

const config = { scope: 'read' } as const;
const tags = ['analytics'];

/** The questions of `/api/v1/analytics/…`, answered from roll-ups, and those of LLM-Quality-Observer. */
export function analyticsRoutes(app: App, deps: AnalyticsDeps): void {
  const { database, clock } = deps;
  const schema = { querystring: AnalyticsQuery, tags };

  app.get(
    '/api/v1/analytics/summary',
    {
      config,
      schema: {
        ...schema,
        response: { 200: SummaryReply },
        summary: 'Totals of a range and of the one before it',
      },
    },
    ({ query, auth }) =>
      summarise(deps, sliceOf(query, auth.projectId), askedRange(query, clock.now())),
  );
  app.get(
    '/api/v1/analytics/trends',
    {
      config,
      schema: {
        ...schema,
        querystring: TrendsQuery,
        response: { 200: TrendsReply },
        summary: 'Totals by hour, day or week',
      },
    },
    ({ query, auth }) =>
      trends(database, sliceOf(query, auth.projectId), {
        range: askedRange(query, clock.now()),
        interval: query.interval,
      }),
  );
  app.get(
    '/api/v1/analytics/compare',
    {
      config,
      schema: {
        ...schema,
        querystring: CompareQuery,
        response: { 200: CompareReply },
        summary: 'Models compared, all with one of them if you like',
      },
    },
    ({ query, auth }) =>
      compareModels(database, sliceOf(query, auth.projectId), {
        range: askedRange(query, clock.now()),
        baseline:
          query.baseline === undefined
            ? null
            : { model: query.baseline, provider: query.baselineProvider },
      }),
  );
  app.get(
    '/api/v1/analytics/errors',
    { config, schema: { ...schema, response: { 200: ErrorsReply }, summary: 'Errors by type' } },
    ({ query, auth }) =>
      errorTypes(database, sliceOf(query, auth.projectId), askedRange(query, clock.now())),
  );
  app.get(
    '/api/v1/analytics/scores',
    { config, schema: { ...schema, response: { 200: ScoresReply }, summary: 'Scores by name' } },
    ({ query, auth }) =>
      summariseScores(database, sliceOf(query, auth.projectId), askedRange(query, clock.now())),
  );
  legacyRoutes(app, deps);
}

function sliceOf(
  query: { readonly model?: string | undefined; readonly provider?: string | undefined },
  projectId: string,
): Slice {
  return {
    projectId,
    model: query.model === NO_MODEL ? '' : query.model,
    provider: query.provider,
  };
}
