import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Ask } from '../evaluation/ask.ts';
import { findVersion } from '../prompts/registry.ts';
import type { Database } from '../store/database.ts';
import type { EvaluatorCatalogue } from './run-evaluator.ts';
import { type ItemDeps, type ItemOutcome, recordedAnswer, runItem, scoreItem } from './run-item.ts';
import {
  type ClaimedRun,
  claimRuns,
  countWaiting,
  itemsIn,
  keepAnswer,
  keepFailure,
  keepRun,
  readCosts,
  releaseRun,
  takeItem,
} from './run-queue.ts';

export interface RunnerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly ask: Ask;
  readonly evaluators: EvaluatorCatalogue;
  /** Resolves once every call that was acknowledged before is in the database, as far as this program can see. */
  loaded(): Promise<void>;
}

/** Works on runs, of every project, until it is stopped. */
export interface Runner {
  /** Something may be to do. Cheap. */
  nudge(): void;
  /** Stops asking; what was under way is found out at the next start. */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 3_000;
const KEEP_EVERY_MS = 4_000;
const COSTS_EVERY_MS = 1_000;
/** Runs worked on at once by one program. */
const MAX_RUNS = 4;
/** Items that fail one after the other before a run pauses: the provider is away, or the request is wrong. */
const FAILURES_IN_A_ROW = 10;
const IDLE_MS = 250;
/** How long the end of a run waits for the records of its last calls. */
const LAST_COSTS_MS = 15_000;

export function startRunner(deps: RunnerDeps): Runner {
  const owner = deps.newId();
  const stopping = new AbortController();
  const active = new Map<string, Promise<void>>();
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    const free = MAX_RUNS - active.size;
    if (free <= 0 || stopping.signal.aborted) return;
    const runs = await claimRuns(deps.database, owner, free);
    for (const run of runs) {
      const work = workOn(deps, run, { owner, signal: stopping.signal })
        .catch((thrown: unknown) => {
          deps.log.error({ err: asError(thrown), run: run.id }, 'a dataset run was interrupted');
        })
        .finally(() => active.delete(run.id));
      active.set(run.id, work);
    }
  };
  const nudge = (): void => {
    looking ??= look()
      .catch((thrown: unknown) => {
        deps.log.warn({ err: asError(thrown) }, 'dataset runs could not be looked for');
      })
      .finally(() => {
        looking = null;
      });
  };
  const timer = setInterval(nudge, LOOK_EVERY_MS).unref();
  return {
    nudge,
    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await looking;
      await Promise.all(active.values());
    },
  };
}

interface Holding {
  readonly owner: string;
  readonly signal: AbortSignal;
}

async function workOn(deps: RunnerDeps, run: ClaimedRun, holding: Holding): Promise<void> {
  const { database, clock } = deps;
  const lost = new AbortController();
  const keeping = setInterval(() => {
    keepRun(database, run.id, holding.owner).then(
      (kept) => kept || lost.abort(),
      () => undefined,
    );
  }, KEEP_EVERY_MS);
  const mine = { id: run.id, owner: holding.owner };
  try {
    const work = new RunWork(await itemDeps(deps, run, holding.signal), deps, {
      owner: holding.owner,
      lost: lost.signal,
    });
    await work.recover();
    const notice = await work.askAll();
    if (holding.signal.aborted || lost.signal.aborted) {
      await releaseRun(database, mine);
      return;
    }
    await work.lastCosts();
    const at = new Date(clock.now());
    const status = notice === null ? 'done' : 'paused';
    await releaseRun(database, mine, { status, notice, at });
  } catch (thrown) {
    const notice = `The run stopped: ${asError(thrown).message}`.slice(0, 1000);
    // A database that is away cannot be told either; then the lease ends by itself.
    await releaseRun(database, mine, {
      status: 'paused',
      notice,
      at: new Date(clock.now()),
    }).catch(() => undefined);
    throw thrown;
  } finally {
    clearInterval(keeping);
  }
}

async function itemDeps(deps: RunnerDeps, run: ClaimedRun, signal: AbortSignal): Promise<ItemDeps> {
  const { database, clock, ask } = deps;
  const { projectId, promptName: name, promptVersion } = run;
  const reference = String(promptVersion);
  const prompt = name === null ? null : await findVersion(database, { projectId, name, reference });
  const evaluators = await deps.evaluators.choose(projectId, run.evaluators);
  return { database, clock, ask, run, prompt, evaluators, signal };
}

/** The work on one run. */
class RunWork {
  readonly #item: ItemDeps;
  readonly #deps: RunnerDeps;
  readonly #owner: string;
  readonly #lost: AbortSignal;
  #failures = 0;
  #spent = 0;
  #notice: string | null = null;

  constructor(
    item: ItemDeps,
    deps: RunnerDeps,
    { owner, lost }: { readonly owner: string; readonly lost: AbortSignal },
  ) {
    this.#item = item;
    this.#deps = deps;
    this.#owner = owner;
    this.#lost = lost;
  }

  /** Takes over what an earlier program left: calls it had made, answers it had not scored. */
  async recover(): Promise<void> {
    await this.#findAsked();
    const { database, run, signal } = this.#item;
    while (!signal.aborted) {
      const answered = await itemsIn(database, run.id, 'answered');
      if (answered.length === 0) return;
      for (const item of answered) await scoreItem(this.#item, item, item.answer);
    }
  }

  /** A call whose answer is recorded is not made again. */
  async #findAsked(): Promise<void> {
    const { database, run, signal, clock } = this.#item;
    let asked = await itemsIn(database, run.id, 'asking');
    if (asked.length > 0) await Promise.race([this.#deps.loaded(), whenAborted(signal)]);
    while (asked.length > 0 && !signal.aborted) {
      for (const { interactionId } of asked) {
        const of = { projectId: run.projectId, id: interactionId };
        const answer = await recordedAnswer(database, of);
        if (answer !== null) await keepAnswer(database, run.id, { interactionId, answer });
        else await this.#putBack(interactionId, new Date(clock.now()));
      }
      asked = await itemsIn(database, run.id, 'asking');
    }
  }

  async #putBack(interactionId: string, at: Date): Promise<void> {
    const { database, run } = this.#item;
    const code = 'interrupted';
    const message = 'The program ended while this was asked.';
    const uncounted = true;
    await keepFailure(database, run.id, {
      interactionId,
      code,
      message,
      retryAt: at,
      uncounted,
      at,
    });
  }

  /** Asks what is left, several at a time; answers why it stopped early, null when nothing is left. */
  async askAll(): Promise<string | null> {
    const costs = setInterval(() => void this.#readCosts(), COSTS_EVERY_MS);
    try {
      const { concurrency } = this.#item.run;
      await Promise.all(Array.from({ length: concurrency }, () => this.#askOneByOne()));
    } finally {
      clearInterval(costs);
    }
    return this.#notice;
  }

  async #askOneByOne(): Promise<void> {
    const { database, run, clock, signal } = this.#item;
    while (!this.#stopped()) {
      const next = {
        interactionId: this.#deps.newId(),
        now: new Date(clock.now()),
        owner: this.#owner,
      };
      const item = await takeItem(database, run.id, next);
      if (item !== null) {
        this.#note(await runItem(this.#item, item));
      } else {
        if ((await countWaiting(database, run.id)) === 0) return;
        // Whatever is left waits for its next try.
        await delay(IDLE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #stopped(): boolean {
    const { run, signal } = this.#item;
    if (run.limitMicroUsd !== null && this.#spent >= run.limitMicroUsd) {
      this.#notice ??= 'The limit of this run is spent.';
    }
    return signal.aborted || this.#lost.aborted || this.#notice !== null;
  }

  #note(outcome: ItemOutcome): void {
    if (outcome === 'answered') this.#failures = 0;
    if (outcome === 'failed') this.#failures += 1;
    if (outcome === 'budget') this.#notice ??= 'A budget is used up.';
    if (this.#failures >= FAILURES_IN_A_ROW) {
      this.#notice ??= `${FAILURES_IN_A_ROW} items failed one after the other.`;
    }
  }

  async #readCosts(): Promise<number> {
    const { database, run } = this.#item;
    try {
      const { unrecorded, microUsd } = await readCosts(database, run);
      this.#spent = microUsd;
      return unrecorded;
    } catch (thrown) {
      this.#deps.log.debug({ err: asError(thrown), run: run.id }, 'costs are read again later');
      return 1;
    }
  }

  /** Waits for the records of the last calls, within reason. */
  async lastCosts(): Promise<void> {
    const { clock, signal } = this.#item;
    const until = clock.monotonic() + LAST_COSTS_MS;
    while ((await this.#readCosts()) > 0 && clock.monotonic() < until && !signal.aborted) {
      await delay(IDLE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
