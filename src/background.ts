import { Worker } from 'node:worker_threads';
import type { Config } from './core/config.ts';
import type { DatabaseTarget } from './store/database.ts';
import { createCaller } from './worker/calls.ts';
import { lineToThread } from './worker/lines.ts';

/** What the background thread starts with. */
export interface BackgroundData {
  readonly config: Config;
  readonly version: string;
  /** Two ways to the same database: loading goes before everything else that waits. */
  readonly loaderTarget: DatabaseTarget;
  readonly jobsTarget: DatabaseTarget;
  /** The spool that this process writes. */
  readonly ownSpoolId: string;
  /** Whether this process runs jobs (evaluation, maintenance) beside loading. */
  readonly runsJobs: boolean;
}

export interface BackgroundStatus {
  /** Why nothing is loaded at the moment; null when all is well. */
  readonly problem: string | null;
  /** Seconds that the oldest record has waited; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
}

/** Prometheus families of the thread, as prom-client writes them. */
export type MetricsJson = unknown;

/** The background thread as the main thread sees it. */
export interface Background {
  call(name: string, payload?: unknown): Promise<unknown>;
  status(): Promise<BackgroundStatus>;
  metrics(): Promise<MetricsJson>;
  /** Resolves with the cause when the thread ends without having been asked to. */
  readonly crashed: Promise<Error>;
  /** Loads what is left (for at most `timeoutMs`), ends the jobs, ends the thread. */
  stop(timeoutMs: number): Promise<void>;
}

/** Starts the thread; calls wait until it is ready. */
export function startBackground(data: BackgroundData): Background {
  const file = import.meta.url.endsWith('.ts')
    ? './background-thread.ts'
    : './background-thread.js';
  const ports = [data.loaderTarget, data.jobsTarget].flatMap((target) =>
    target.kind === 'pglite' ? [target.port] : [],
  );
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: data,
    transferList: ports,
  });
  const caller = createCaller(lineToThread(worker));
  let stopping = false;
  const crashed = new Promise<Error>((resolve) => {
    worker.on('error', resolve);
    worker.on('exit', (code) => {
      if (!stopping) resolve(new Error(`The background thread ended with code ${code}`));
    });
  });
  return {
    call: caller.call,
    // The other side is our own background-thread.ts, whose handlers have these types.
    status: () => caller.call('status') as Promise<BackgroundStatus>,
    metrics: () => caller.call('metrics'),
    crashed,
    async stop(timeoutMs): Promise<void> {
      stopping = true;
      await caller.call('stop', timeoutMs);
      await worker.terminate();
    },
  };
}
