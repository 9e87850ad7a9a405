import { recordDeed } from './access/audit.ts';
import type { CostAnalysis } from './analytics/cost-analysis.ts';
import { costRoutes } from './analytics/cost-routes.ts';
import type { Parts } from './app.ts';
import { budgetRoutes } from './budgets/routes.ts';
import { type CacheCounts, sumCounts } from './cache/create-answer-cache.ts';
import { cacheRoutes } from './cache/routes.ts';
import type { App } from './core/http.ts';
import { experimentsUsing } from './experiments/experiment-store.ts';
import { experimentRoutes } from './experiments/routes.ts';
import { limitRoutes } from './limits/routes.ts';
import { repriceRoutes } from './pricing/reprice-routes.ts';
import { promptRoutes } from './prompts/routes.ts';
import { environmentProviders } from './routing/environment-providers.ts';
import { routingRoutes } from './routing/routes.ts';
import { testProvider } from './routing/test-provider.ts';
import type { Queryable } from './store/database.ts';

type ControlParts = Parts & { readonly analysis: CostAnalysis };
type Deed = Parameters<typeof recordDeed>[2];

/** What people set about the gateway: where calls go, how many, for how much, and what is tried out. */
export function controlRoutes(app: App, parts: ControlParts): void {
  const { config, store, clock, newId, controls } = parts;
  const deps = {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx: Queryable, deed: Deed): Promise<void> => recordDeed(tx, parts, deed),
  };
  const { routing } = controls;
  routingRoutes(app, {
    ...deps,
    secretKey: routing.secretKey,
    always: environmentProviders(config),
    refresh: routing.refresh,
    directory: routing.directory,
    router: routing.router,
    processName: `${process.pid}`,
    testProvider: (provider) => testProvider(provider, clock),
    healthElsewhere: async (projectId) =>
      (await parts.gateways.current?.routeHealth(projectId)) ?? [],
  });
  limitRoutes(app, {
    ...deps,
    changed: controls.refresh.limits,
    busiest: (projectId, limit) => controls.limits.busiest(projectId, limit),
  });
  cacheRoutes(app, {
    ...deps,
    changed: controls.refresh.cache,
    counts: (projectId) => cacheCounts(parts, projectId),
  });
  budgetRoutes(app, { ...deps, changed: controls.refresh.budgets });
  promptRoutes(app, { ...deps, usersOf: experimentsUsing });
  experimentRoutes(app, deps);
  costRoutes(app, { ...deps, analysis: parts.analysis });
  repriceRoutes(app, {
    ...deps,
    startRepricing: async (id) => {
      await parts.background.call('reprice', id);
    },
  });
}

/** Answers are cached where calls are answered: here, and in each gateway process. */
async function cacheCounts({ controls, gateways }: Parts, projectId: string): Promise<CacheCounts> {
  const others = (await gateways.current?.cacheCounts(projectId)) ?? [];
  return sumCounts([controls.cache.counts(projectId), ...others]);
}
