import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { recordDeed } from './access/audit.ts';
import { withLanguages } from './add-languages.ts';
import { openAlerting } from './alert-parts.ts';
import { type BacktestQuestion, backtestMonitor } from './alerting/monitors/backtest.ts';
import type { Ticking } from './alerting/monitors/tick.ts';
import { createMetricsFiles } from './analytics/metrics-files.ts';
import type { BackgroundData, BackgroundStatus, MetricsJson } from './background.ts';
import { openDoctor } from './background-doctor.ts';
import { isLocalEvaluator, openEvaluation } from './background-evaluation.ts';
import { openJudges } from './background-judges.ts';
import { monitorJobs, startMonitors } from './background-monitors.ts';
import { budgetJobs } from './budgets/jobs.ts';
import { evaluationNotices } from './channel-parts.ts';
import type { MonitorBacktest } from './contract/monitors.ts';
import type { RuleTrial, RuleTrialReply } from './contract/rules.ts';
import { systemClock } from './core/clock.ts';
import { createIdGenerator } from './core/ids.ts';
import { createLog } from './core/log.ts';
import { createMetrics } from './core/metrics.ts';
import type { MicroUsd } from './core/money.ts';
import { watchEventLoop } from './core/watch-event-loop.ts';
import { anchorJobs } from './datasets/judge-anchors.ts';
import { startRunner } from './datasets/runner.ts';
import { createAskEmbeddings } from './evaluation/ask-embeddings.ts';
import { type AskDeps, createAsk, type GatewayWay } from './evaluation/ask-gateway.ts';
import { localBackfill } from './evaluation/backfill-local.ts';
import { createBackfillWorker } from './evaluation/backfill-worker.ts';
import { defineEvaluationJobs } from './evaluation/jobs.ts';
import { meterAsk } from './evaluation/meter-ask.ts';
import type { EvaluationDeps, RunOptions, RunResult } from './evaluation/run.ts';
import type { ItemScores, ScoreItem } from './evaluation/scorer.ts';
import { experimentJobs } from './experiments/jobs.ts';
import { createLedger, type SpoolLedger } from './ingest/ledger.ts';
import { type Loader, startLoader } from './ingest/loader.ts';
import { createPriceSource } from './ingest/price-source.ts';
import type { RecordStep } from './interactions/record.ts';
import { createPatternWorker } from './patterns/worker.ts';
import { defineRepricingJobs } from './pricing/jobs.ts';
import { type PricedTexts, priceTexts } from './pricing/price-texts.ts';
import { recordAll, recount, takeBackScoresAll } from './record.ts';
import { runEvaluators } from './run-evaluators.ts';
import { connectDatabase } from './store/connect.ts';
import { toDatabaseError } from './store/database-error.ts';
import { createJobs } from './store/jobs.ts';
import { maintenanceJobs } from './store/maintenance-jobs.ts';
import { countDatabaseError, meterDatabase } from './store/meter-database.ts';
import { serveCalls } from './worker/calls.ts';
import { lineOfPort } from './worker/lines.ts';

/** The background thread: loads the spool and runs jobs, away from the gateway's event loop. */
const port = parentPort;
if (port === null) throw new Error('background-thread.ts runs as a worker thread');
// Posted by background.ts, which builds it with this type.
const data = workerData as BackgroundData;
const { config } = data;

const LOOK_EVERY_MS = 5_000;

const clock = systemClock;
const newId = createIdGenerator(clock);
const log = createLog(config.LOG_LEVEL).child({ thread: 'background' });
const metrics = createMetrics({
  version: data.version,
  environment: config.APP_ENV,
  defaults: false,
});
const stopWatching = watchEventLoop(metrics, 'background');
const onIdleError = (error: Error): void => {
  countDatabaseError(metrics, toDatabaseError(error));
  log.warn({ err: error }, 'an idle database connection broke');
};
const loaderDatabase = meterDatabase(
  connectDatabase(data.loaderTarget, { priority: 'loader', onIdleError }),
  { metrics, clock },
);
const database = meterDatabase(connectDatabase(data.jobsTarget, { onIdleError }), {
  metrics,
  clock,
});

/** The main thread tells the way once it listens. */
const gatewayWay = Promise.withResolvers<GatewayWay | null>();
const askDeps: AskDeps = { fetch, clock, way: () => gatewayWay.promise };
const ask = meterAsk(createAsk(askDeps), { metrics, monotonic: clock.monotonic });

const ledger = createLedger({
  database,
  spoolDirectory: join(config.DATA_DIR, 'spool'),
  metrics,
});
const jobs = createJobs({ database, log, work: data.runsJobs });
const notices = evaluationNotices({ database, clock, newId, config });
for (const job of notices.jobs) jobs.define(job);
const judges = openJudges({
  ...{ database, config, clock, newId, log, metrics, ask },
  record: notices.recordAndTell,
  works: data.runsJobs,
  loaded: () => loader.settled(),
});
const texts = openEvaluation({
  database,
  clock,
  log,
  metrics,
  onnxFolder: config.DETECTOR_ONNX_DIR,
  embeddingModel: config.EMBEDDING_MODEL,
  askEmbeddings: createAskEmbeddings(askDeps),
});
const evaluationDeps: EvaluationDeps = {
  database,
  record: notices.recordAndTell,
  clock,
  newId,
  log,
  metrics,
  score: texts.score,
  afterEvaluated: judges.afterEvaluated,
  batchSize: config.EVALUATION_BATCH_SIZE,
  lowQualityThreshold: config.NOTIFICATION_SCORE_THRESHOLD,
};
const evaluation = defineEvaluationJobs(jobs, evaluationDeps, {
  enabled: config.ENABLE_AUTO_EVALUATION,
  intervalMinutes: config.EVALUATION_INTERVAL_MINUTES,
  afterTurn: notices.afterTurn,
});
const backfills = createBackfillWorker({
  database,
  clock,
  log,
  targets: [
    localBackfill({
      ...evaluationDeps,
      // What is evaluated again is no news.
      record: recordAll,
      takeBackScores: takeBackScoresAll,
      handles: isLocalEvaluator,
    }),
  ],
});
const patterns = createPatternWorker({ database, clock, log });
const metricsFiles = config.METRICS_FILES_ENABLE
  ? createMetricsFiles({ database, clock, log, directory: join(config.DATA_DIR, 'metrics') })
  : null;
const doctor = openDoctor({
  ...{ database, config, clock, newId, log, ask, ledger },
  way: () => gatewayWay.promise,
  loader: () => loader,
});
const alerting = openAlerting({ database, clock, newId, log, metrics, config });
const otherJobs = [
  ...doctor.jobs,
  ...maintenanceJobs({ database, clock, log, retentionDays: config.RETENTION_DAYS }),
  ...budgetJobs({ database, clock }),
  ...anchorJobs({ ...judges.judging, log }),
  ...monitorJobs({ database, clock }),
  ...alerting.jobs,
  ...experimentJobs({
    database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, { clock, newId }, deed),
  }),
];
for (const job of otherJobs) jobs.define(job);
const repricing = defineRepricingJobs(jobs, { database, clock, log, recount });

/** Evaluation looks a moment later, when the transaction of this batch has ended. */
const nudgeEvaluation: RecordStep = async () => {
  if (data.runsJobs) evaluation.nudge();
};
const loader = startLoader({
  db: loaderDatabase,
  spoolDirectory: join(config.DATA_DIR, 'spool'),
  rejectedDirectory: join(config.DATA_DIR, 'rejected'),
  ownSpoolId: data.ownSpoolId,
  steps: [withLanguages(recordAll), judges.onFeedback, nudgeEvaluation],
  clock,
  log,
  metrics,
});
const prices = createPriceSource(database);
/** Runs over datasets ask through the gateway, so they wait until the way is known. */
const runner = data.runsJobs
  ? startRunner({
      database,
      clock,
      newId,
      log,
      ask,
      evaluators: runEvaluators(database, judges.judging),
      loaded: () => loader.settled(),
    })
  : null;
let monitors: Ticking | null = null;
const jobsStarted = startJobs();

serveCalls(lineOfPort(port), {
  status: (): BackgroundStatus => statusOf(loader),
  metrics: (): Promise<MetricsJson> => metrics.registry.getMetricsAsJSON(),
  ledger: (): Promise<SpoolLedger> => ledger.read(),
  evaluate: (options: Omit<RunOptions, 'signal'>): Promise<RunResult> => evaluation.run(options),
  ...judges.handlers,
  ...doctor.handlers,
  gateway: (way: GatewayWay | null): void => gatewayWay.resolve(way),
  backfill: (): void => backfills.nudge(),
  tryRule: (asked: { projectId: string; trial: RuleTrial }): Promise<RuleTrialReply> =>
    texts.tryRule(asked.projectId, asked.trial),
  score: (items: readonly ScoreItem[]): Promise<readonly ItemScores[]> => texts.score(items),
  price: async (call: PricedTexts): Promise<MicroUsd | null> => priceTexts(await prices(), call),
  runs: (): void => runner?.nudge(),
  reprice: (id: string): Promise<void> => repricing.send(id),
  backtestMonitor: (asked: BacktestQuestion): Promise<MonitorBacktest> =>
    backtestMonitor({ database, clock }, asked),
  stop: async (timeoutMs: number): Promise<void> => {
    doctor.stop();
    await jobsStarted;
    await monitors?.stop();
    await runner?.stop();
    await alerting.stop();
    await evaluation.stop();
    await backfills.stop();
    await patterns.stop();
    await metricsFiles?.stop();
    // A way that is still unknown will not be told any more.
    gatewayWay.resolve(null);
    await judges.stop();
    await texts.close();
    await jobs.stop();
    await loader.stop(timeoutMs);
    stopWatching();
    await Promise.all([loaderDatabase.close(), database.close()]);
  },
});

function statusOf(running: Loader): BackgroundStatus {
  const { problem, oldestWaitingMs } = running.status();
  const waited =
    oldestWaitingMs === null ? null : Math.max(0, (clock.now() - oldestWaitingMs) / 1000);
  return { problem, oldestWaitingSeconds: waited };
}

/** A database that is away at this moment must not keep the loader from working later. */
async function startJobs(): Promise<void> {
  try {
    await jobs.start();
    if (!data.runsJobs) return;
    alerting.start();
    await evaluation.start();
    monitors = startMonitors({
      ...{ database, clock, newId, log, metrics },
      oldestWaitingMs: () => loader.status().oldestWaitingMs,
    });
    // What other processes loaded is found by looking.
    backfills.nudge();
    patterns.nudge();
    setInterval(() => {
      evaluation.nudge();
      backfills.nudge();
      patterns.nudge();
      void metricsFiles?.look();
    }, LOOK_EVERY_MS).unref();
  } catch (error) {
    log.error({ err: error }, 'background jobs could not be started');
  }
}
