import { recordDeed } from './access/audit.ts';
import { accessRoutes } from './access/routes.ts';
import { takeBack } from './analytics/roll-up.ts';
import { analyticsRoutes } from './analytics/routes.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { evaluationRoutes } from './evaluation/routes.ts';
import type { RunResult } from './evaluation/run.ts';
import { gatewayRoutes } from './gateway/routes.ts';
import { interactionRoutes } from './interactions/routes.ts';
import { listProviders } from './providers-list.ts';
import { recordAll } from './record.ts';

/** The routes of every feature; which of them a process has depends on its role. */
export function registerRoutes(app: App, parts: Parts): void {
  const { config, store, clock, version, access, newId, background } = parts;
  const { database } = store;
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'gateway') gatewayRoutes(app, parts);
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'api') {
    accessRoutes(app, {
      access,
      authMode: config.AUTH_MODE,
      version,
      providers: () => listProviders(config),
    });
    analyticsRoutes(app, { database, clock });
    interactionRoutes(app, {
      database,
      clock,
      takeBack,
      recordDeletion: (tx, { projectId, actor, interactionId }) =>
        recordDeed(tx, parts, {
          projectId,
          actor,
          action: 'interaction.delete',
          target: interactionId,
        }),
    });
    evaluationRoutes(app, {
      database,
      clock,
      newId,
      record: recordAll,
      // The other side is our own background-thread.ts, which answers with a RunResult.
      runEvaluation: (options) => background.call('evaluate', options) as Promise<RunResult>,
      settings: {
        enabled: config.ENABLE_AUTO_EVALUATION,
        intervalMinutes: config.EVALUATION_INTERVAL_MINUTES,
        batchSize: config.EVALUATION_BATCH_SIZE,
      },
    });
  }
}
