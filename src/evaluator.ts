import { Worker } from 'node:worker_threads';
import type { Log } from './core/log.ts';
import type { ItemScores, ScoreItem } from './evaluation/scorer.ts';
import type { Trial, TrialRequest } from './rules/try-rule.ts';
import { type Caller, createCaller } from './worker/calls.ts';
import { lineToThread } from './worker/lines.ts';

/** The evaluator thread as the background thread sees it. */
export interface EvaluatorThread {
  /** What all evaluators say of each item. Rejects when the thread ends or takes too long. */
  score(items: readonly ScoreItem[]): Promise<readonly ItemScores[]>;
  /** What a rule comes to about each item. Rejects like `score`. */
  tryRule(request: TrialRequest): Promise<readonly Trial[]>;
  /** Gives it something to remember; a thread that takes the place of a broken one is told again. */
  tell(name: string, snapshot: object): void;
  close(): Promise<void>;
}

interface Running {
  readonly worker: Worker;
  readonly caller: Caller;
}

/** An evaluator that has not answered by then is taken for lost; a hundred items take a few of these seconds. */
const TIMEOUT_MS = 60_000;

/** A hundred of the longest texts need a part of this; a thread that wants more is started anew. */
const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 };

/**
 * Starts the thread with the first call, and anew with the first call after it broke. Whatever an evaluator does to
 * its thread, nobody else's thread is in it.
 */
export function openEvaluator({
  log,
  timeoutMs = TIMEOUT_MS,
  file = threadFile(),
}: {
  readonly log: Log;
  readonly timeoutMs?: number;
  /** What runs in the thread; tests put something else in its place. */
  readonly file?: URL;
}): EvaluatorThread {
  const told = new Map<string, object>();
  let running: Running | null = null;
  let closed = false;

  const start = (): Running => {
    const worker = new Worker(file, { resourceLimits: MEMORY });
    const started: Running = { worker, caller: createCaller(lineToThread(worker)) };
    const gone = (): void => {
      if (running === started) running = null;
    };
    worker.on('error', (error) => {
      log.error({ err: error }, 'the evaluator thread broke; it is started anew');
      gone();
    });
    worker.on('exit', gone);
    running = started;
    for (const [name, snapshot] of told) send(started, name, snapshot);
    return started;
  };

  const call = async (name: string, payload: unknown): Promise<unknown> => {
    if (closed) throw new Error('The evaluator thread was closed.');
    const { worker, caller } = running ?? start();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`The evaluators took longer than ${timeoutMs / 1000} seconds.`));
        if (running?.worker === worker) running = null;
        log.error('the evaluator thread took too long; it is started anew');
        void worker.terminate();
      }, timeoutMs);
      timer.unref();
    });
    try {
      return await Promise.race([caller.call(name, payload), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    // The other side is our own evaluator-thread.ts, whose handlers have these types.
    score: (items) => call('score', items) as Promise<readonly ItemScores[]>,
    tryRule: (request) => call('tryRule', request) as Promise<readonly Trial[]>,
    tell(name, snapshot): void {
      told.set(name, snapshot);
      if (running !== null) send(running, name, snapshot);
    },
    async close(): Promise<void> {
      closed = true;
      await running?.worker.terminate();
    },
  };
}

function threadFile(): URL {
  const name = import.meta.url.endsWith('.ts') ? './evaluator-thread.ts' : './evaluator-thread.js';
  return new URL(name, import.meta.url);
}

/** Messages arrive in order, so what is asked next is asked of a thread that knows. */
function send({ caller }: Running, name: string, snapshot: object): void {
  // A thread that ended in between is told again when it is started anew.
  caller.call(name, snapshot).catch(() => undefined);
}
