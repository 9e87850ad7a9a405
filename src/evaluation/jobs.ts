import { asError } from '../core/errors.ts';
import type { Jobs } from '../store/jobs.ts';
import { forgetOldResults } from './known-results.ts';
import {
  type EvaluationDeps,
  type RunOptions,
  type RunResult,
  runEvaluation,
  showCounts,
} from './run.ts';
import { beginSchedule, endSchedule, forgetOldRuns, lastTurnAt, takeTurn } from './runs.ts';

export interface EvaluationSettings {
  readonly enabled: boolean;
  /** Fractions allowed. The upper bound of how long an interaction waits; arrivals are scored at once. */
  readonly intervalMinutes: number;
  /** Once a turn by the clock has run, in the program that took it. */
  readonly afterTurn?: (() => Promise<void>) | undefined;
}

/** Automatic evaluation of one program. */
export interface EvaluationJobs {
  /** Something was stored: evaluates soon. Cheap; to be called after every load. */
  nudge(): void;
  /** Evaluates what is due, on somebody's request, beside whatever runs by itself. */
  run(options: Omit<RunOptions, 'signal'>): Promise<RunResult>;
  /** Begins to evaluate by itself; to be called once the job queue has started. */
  start(): Promise<void>;
  /** Stops after the batch in hand. */
  stop(): Promise<void>;
}

const JOB = 'evaluation';
const EVERY_MINUTE = '* * * * *';
const MINUTE_MS = 60_000;
/** Arrivals within this time are scored together. */
const GATHER_MS = 400;
const GAUGES_EVERY_MS = 15_000;

/**
 * Defines the job of automatic evaluation; before `jobs.start()`. The minute's tick looks whether it is time, so
 * any interval works and any number of programs may run; for shorter intervals the job queues itself in between.
 */
export function defineEvaluationJobs(
  jobs: Jobs,
  deps: EvaluationDeps,
  settings: EvaluationSettings,
): EvaluationJobs {
  const intervalMs = settings.intervalMinutes * MINUTE_MS;
  const arrivals = createArrivals(deps, settings.enabled);
  let gauges: NodeJS.Timeout | null = null;
  jobs.define({
    name: JOB,
    ...(settings.enabled ? { cron: EVERY_MINUTE } : {}),
    retries: 1,
    timeoutSeconds: 3600,
    work: async (signal) => {
      if (!settings.enabled) return;
      await takeTurnAndRun(deps, { intervalMs, afterTurn: settings.afterTurn }, signal);
      if (intervalMs < MINUTE_MS && !signal.aborted) {
        await jobs.send(JOB, {}, { delaySeconds: Math.max(1, intervalMs / 1000) });
      }
    },
  });
  return {
    nudge: arrivals.nudge,
    run: (options) => runEvaluation(deps, options),
    start: async (): Promise<void> => {
      if (settings.enabled) {
        await beginSchedule(deps.database, new Date(deps.clock.now() + intervalMs));
        deps.metrics.evaluator.schedulerInterval.set(intervalMs / 1000);
      } else {
        await endSchedule(deps.database);
      }
      gauges = setInterval(() => void refreshGauges(deps), GAUGES_EVERY_MS).unref();
      await refreshGauges(deps);
      arrivals.nudge();
    },
    stop: async (): Promise<void> => {
      if (gauges !== null) clearInterval(gauges);
      await arrivals.stop();
    },
  };
}

/** One turn by the clock, if it is time and nobody else took it. */
async function takeTurnAndRun(
  deps: EvaluationDeps,
  {
    intervalMs,
    afterTurn,
  }: { readonly intervalMs: number } & Pick<EvaluationSettings, 'afterTurn'>,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = deps.clock.now();
  const turn = { now: new Date(nowMs), nextRunAt: new Date(nowMs + intervalMs) };
  if (!(await takeTurn(deps.database, turn))) return;
  const { schedulerRuns, schedulerLastRun } = deps.metrics.evaluator;
  try {
    await runEvaluation(deps, { trigger: 'interval', projectId: null, limit: null, signal });
    await forgetOldRuns(deps.database);
    await forgetOldResults(deps.database, turn.now);
    await afterTurn?.();
    schedulerRuns.inc({ status: 'success' });
  } catch (thrown) {
    schedulerRuns.inc({ status: 'error' });
    throw thrown;
  } finally {
    schedulerLastRun.set(deps.clock.now() / 1000);
  }
}

/** Scores arrivals in this program itself, without a way through the job queue. */
function createArrivals(
  deps: EvaluationDeps,
  enabled: boolean,
): { nudge(): void; stop(): Promise<void> } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let again = false;

  const runNow = async (): Promise<void> => {
    const options: RunOptions = {
      trigger: 'arrival',
      projectId: null,
      limit: null,
      signal: stopping.signal,
    };
    try {
      await runEvaluation(deps, options);
    } catch (thrown) {
      // The next arrival or the next turn tries again.
      if (!stopping.signal.aborted) deps.log.error({ err: asError(thrown) }, 'evaluation failed');
    }
  };
  const begin = (): void => {
    timer = null;
    again = false;
    running = runNow().finally(() => {
      running = null;
      if (again) nudge();
    });
  };
  function nudge(): void {
    if (!enabled || stopping.signal.aborted || timer !== null) return;
    if (running === null) timer = setTimeout(begin, GATHER_MS).unref();
    else again = true;
  }
  return {
    nudge,
    stop: async (): Promise<void> => {
      stopping.abort();
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** Gauges tell the same from every program, also while another one does the work. */
async function refreshGauges({ database, metrics, log }: EvaluationDeps): Promise<void> {
  try {
    await showCounts({ database, metrics });
    const last = await lastTurnAt(database);
    if (last !== null) metrics.evaluator.schedulerLastRun.set(last.getTime() / 1000);
  } catch (thrown) {
    log.debug({ err: asError(thrown) }, 'the evaluation gauges could not be read');
  }
}
