import { ActivityFeed } from './analytics/activity-feed.ts';
import { type CostAnalysis, createCostAnalysis } from './analytics/cost-analysis.ts';
import { ragRoutes } from './analytics/rag-routes.ts';
import { analyticsRoutes } from './analytics/routes.ts';
import { safetyRoutes } from './analytics/safety-routes.ts';
import { streamRoutes } from './analytics/stream-routes.ts';
import { windowRoutes } from './analytics/window-routes.ts';
import type { Parts } from './app.ts';
import { readDailyBudget } from './budgets/accounts.ts';
import type { App } from './core/http.ts';
import { redactText } from './evaluators/pii/redact.ts';
import { frameworkFeature } from './framework-routes.ts';
import { rememberCorrections } from './review/remember-corrections.ts';

/** What is answered from roll-ups and what is told as it happens; answers the cost analysis, which costs share. */
export function analyticsFeature(app: App, parts: Parts): CostAnalysis {
  const { store, clock, log, spool } = parts;
  const { database } = store;
  const analysis = createCostAnalysis({
    database,
    clock,
    dailyBudget: (projectId) => readDailyBudget(database, projectId, clock.now()),
  });
  const feed = new ActivityFeed({
    database,
    clock,
    log,
    isDegraded: (): boolean => spool.status().degraded,
  });
  analyticsRoutes(app, { database, clock, correctQuality: rememberCorrections(database, clock) });
  safetyRoutes(app, { database, clock, hidePrivate: redactText });
  ragRoutes(app, { database, clock, hidePrivate: redactText });
  windowRoutes(app, { database, clock });
  streamRoutes(app, { feed });
  frameworkFeature(app, parts, { feed, analysis });
  return analysis;
}
