import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import type { Clock } from './core/clock.ts';
import type { App } from './core/http.ts';
import { anchorRoutes } from './datasets/anchor-routes.ts';
import { datasetRoutes } from './datasets/dataset-routes.ts';
import type { Prices } from './datasets/estimate-run.ts';
import { itemRoutes } from './datasets/item-routes.ts';
import { retrievalRoutes } from './datasets/retrieval-routes.ts';
import { runRoutes } from './datasets/run-routes.ts';
import { trainingRoutes } from './datasets/training-routes.ts';
import { redactText } from './evaluators/pii/redact.ts';
import { loadPrices } from './pricing/load-prices.ts';
import { createPricer } from './pricing/price.ts';
import { countText, encodingOf } from './pricing/tokenizer.ts';
import { postOutside } from './routing/post-outside.ts';
import type { Router } from './routing/router.ts';
import { runEvaluators } from './run-evaluators.ts';
import type { Database } from './store/database.ts';

/** Datasets and the runs over them, for the main thread; the background thread does the asking. */
export function datasetFeature(app: App, parts: Parts): void {
  const { store, clock, newId, background, controls, log } = parts;
  const deps: Parameters<typeof runRoutes>[1] = {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    evaluators: runEvaluators(store.database, null),
    nudge: () => {
      background.call('runs').catch((error: unknown) => {
        log.debug({ err: error }, 'runs are found by looking');
      });
    },
    prices: createPrices({ database: store.database, clock, router: controls.routing.router }),
  };
  datasetRoutes(app, deps);
  anchorRoutes(app, deps);
  itemRoutes(app, deps);
  runRoutes(app, deps);
  retrievalRoutes(app, { database: store.database, clock, post: postOutside });
  trainingRoutes(app, { database: store.database, clock, redact: redactText });
}

/** Counts tokens as the loader does and prices them by the dearest provider that the router may choose. */
function createPrices(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly router: Router;
}): Prices {
  const { database, clock, router } = deps;
  return {
    async tokens(model, texts): Promise<number> {
      return (await countText([...texts], encodingOf(model).tokenizer)).tokens;
    },
    async price({ projectId, model, inputTokens, outputTokens }): Promise<number | null> {
      const { candidates } = router.plan({
        projectId,
        model,
        operation: 'chat',
        dialect: 'openai',
        sessionId: null,
        userId: null,
      });
      const price = createPricer({ prices: await loadPrices(database) });
      const usage = {
        input: inputTokens,
        cachedInput: null,
        cacheWriteInput: null,
        audioInput: null,
        output: outputTokens,
        reasoning: null,
        audioOutput: null,
        source: 'estimated',
      } as const;
      const at = new Date(clock.now());
      const costs = candidates.map((target) =>
        price({
          projectId,
          provider: target.provider.name,
          model: target.model ?? model,
          usage,
          at,
        }),
      );
      const known = costs.flatMap((cost) => cost?.costMicroUsd ?? []);
      return known.length < costs.length || known.length === 0 ? null : Math.max(...known);
    },
  };
}
