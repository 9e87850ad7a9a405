import { ProjectQuery, RangeQuery } from '../contract/common.ts';
import {
  CostSuggestionsReply,
  CostsQuery,
  CostsReply,
  LegacyCostAnalysis,
  LegacyCostQuery,
  UnpricedReply,
} from '../contract/costs.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange, type TimeRange } from '../core/time-range.ts';
import type { Database } from '../store/database.ts';
import type { CostAnalysis } from './cost-analysis.ts';
import { costsOf } from './cost-questions.ts';
import { unpricedModels } from './cost-unpriced.ts';

export interface CostRouteDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly analysis: CostAnalysis;
}

const config = { scope: 'read' } as const;
const tags = ['costs'];
const DAY_MS = 86_400_000;
const DAYS = 30;

/** What calls cost, what could cost less, what has no price; and the cost analysis of llm-monitoring-framework. */
export function costRoutes(app: App, deps: CostRouteDeps): void {
  const { database, clock, analysis } = deps;

  app.get(
    '/api/v1/analytics/costs',
    {
      config,
      schema: {
        querystring: CostsQuery,
        response: { 200: CostsReply },
        tags,
        summary: 'Costs by time and by model, provider, user, key, tag or prompt',
        description:
          'Models and providers are answered from roll-ups; the others read single calls, the newest 200,000 of the range.',
      },
    },
    ({ auth: { projectId }, query }) => {
      const { groupBy, interval, limit } = query;
      const nowMs = clock.now();
      const range = rangeOf(query, nowMs);
      return costsOf(database, { projectId, range, groupBy, interval, limit, nowMs });
    },
  );
  app.get(
    '/api/v1/analytics/costs/suggestions',
    {
      config,
      schema: {
        querystring: ProjectQuery,
        response: { 200: CostSuggestionsReply },
        tags,
        summary: 'What would have cost less in the last 30 days, and by how much',
      },
    },
    ({ auth: { projectId } }) => analysis.suggest(projectId),
  );
  app.get(
    '/api/v1/prices/unpriced',
    {
      config,
      schema: {
        querystring: RangeQuery,
        response: { 200: UnpricedReply },
        tags: ['prices'],
        summary: 'Models of calls that have no price, with listed models of like names',
      },
    },
    ({ auth: { projectId }, query }) =>
      unpricedModels(database, projectId, rangeOf(query, clock.now())),
  );
  app.get(
    '/metrics/cost',
    {
      config,
      schema: {
        querystring: LegacyCostQuery,
        response: { 200: LegacyCostAnalysis },
        tags: ['llm-monitoring-framework'],
        summary: 'Cost analysis of the last hour, day, week or month',
      },
    },
    ({ auth: { projectId }, query }) => analysis.analyse(projectId, query.time_period),
  );
}

/** Without `from` 30 days up to `to`. */
function rangeOf(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): TimeRange {
  const toMs = asked.to === undefined ? nowMs : Date.parse(asked.to);
  const from = asked.from ?? new Date(toMs - DAYS * DAY_MS).toISOString();
  return askedRange({ ...asked, from }, nowMs);
}
