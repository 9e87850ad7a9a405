import { recordDeed } from './access/audit.ts';
import { channelCatalog } from './alerting/notify/channel-catalog.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { evaluationRoutes } from './evaluation/routes.ts';
import type { RunResult } from './evaluation/run.ts';
import { LOCAL_EVALUATORS } from './evaluators/index.ts';
import { judgeOnceInBackground, recordFeedback } from './judge-parts.ts';
import { CUSTOM_RULES } from './rules/rule-scorer.ts';

/** The routes of evaluation; the work itself is done in the background thread. */
export function evaluationFeature(app: App, parts: Parts): void {
  const { config, store, clock, newId, background } = parts;
  evaluationRoutes(app, {
    database: store.database,
    clock,
    newId,
    channelKinds: channelCatalog(),
    record: recordFeedback(parts),
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    askable: () =>
      Promise.resolve(new Set([...LOCAL_EVALUATORS.map(({ id }) => id), CUSTOM_RULES])),
    backfillChanged: () => {
      // Without it the backfill is found within seconds.
      background.call('backfill').catch(() => undefined);
    },
    // The other side is our own background-thread.ts, which answers with a RunResult.
    runEvaluation: (options) => background.call('evaluate', options) as Promise<RunResult>,
    judgeOnce: (asked) => judgeOnceInBackground(parts, asked),
    settings: {
      enabled: config.ENABLE_AUTO_EVALUATION,
      judgeType: config.EVALUATION_JUDGE_TYPE,
      intervalMinutes: config.EVALUATION_INTERVAL_MINUTES,
      batchSize: config.EVALUATION_BATCH_SIZE,
    },
  });
}
