import type { ActivityFeed } from './analytics/activity-feed.ts';
import type { CostAnalysis } from './analytics/cost-analysis.ts';
import { frameworkMetricsRoutes } from './analytics/framework-routes.ts';
import { metricsSocket } from './analytics/metrics-socket.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import type { MicroUsd } from './core/money.ts';
import { frameworkRoutes } from './evaluation/framework-routes.ts';
import type { ItemScores } from './evaluation/scorer.ts';
import { toEventRecord } from './ingest/event-records.ts';
import { recordAll } from './record.ts';

/** The interface of llm-monitoring-framework: its entrances, its metrics and its socket. */
export function frameworkFeature(
  app: App,
  parts: Parts,
  { feed, analysis }: { readonly feed: ActivityFeed; readonly analysis: CostAnalysis },
): void {
  const { store, clock, newId, log, spool, background } = parts;
  const { database } = store;
  frameworkMetricsRoutes(app, { database, clock });
  metricsSocket(app, { feed, analysis, clock, log });
  frameworkRoutes(app, {
    database,
    clock,
    newId,
    record: recordAll,
    // The other side is our own background-thread.ts, whose handlers have these types.
    score: (items) => background.call('score', items) as Promise<readonly ItemScores[]>,
    price: (call) => background.call('price', call) as Promise<MicroUsd | null>,
    append: (projectId, event) => {
      const source = {
        projectId,
        origin: 'event',
        nowMs: clock.now(),
        timeRequired: false,
      } as const;
      const { record, reason } = toEventRecord(event, source);
      if (record === null) throw new Error(`a call that was checked makes no record: ${reason}`);
      return spool.append(record);
    },
  });
}
