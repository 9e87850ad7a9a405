import { setTimeout as delay } from 'node:timers/promises';
import { asError } from '../core/errors.ts';
import type { ScoreRow } from '../interactions/record.ts';
import { type JudgeDeps, runTask, type TaskOutcome } from './run-task.ts';
import { type ProjectJudging, readJudging } from './settings.ts';
import {
  addTasks,
  claimTasks,
  HEARTBEAT_MS,
  keepClaims,
  type NewTask,
  projectsDue,
  type Task,
} from './tasks.ts';

/** What judging some tasks came to. */
export interface JudgedTasks {
  readonly judged: number;
  readonly failed: number;
  /** Left for later: the budget is used up. */
  readonly overBudget: number;
  readonly scores: readonly ScoreRow[];
}

/** Judges what waits, by itself or on somebody's request. */
export interface JudgeWorker {
  /** There may be something to judge: looks soon. */
  nudge(): void;
  /** Judges these tasks now and answers when they are done. */
  runNow(rubric: string, tasks: readonly NewTask[]): Promise<JudgedTasks>;
  /** Gives up what is asked at the moment and ends. */
  stop(): Promise<void>;
}

/** Tasks of all projects that one program works on at once. */
const MOST_AT_ONCE = 64;
const LOOK_EVERY_MS = 5_000;
/** A project whose budget is used up is looked at again after this. */
const PAUSE_MS = 30_000;

/** Opens the worker; with `works` false it only does what it is asked to. */
export function createJudgeWorker(deps: JudgeDeps, works: boolean): JudgeWorker {
  const worker = new Worker(deps);
  if (works) worker.start();
  return worker;
}

class Worker implements JudgeWorker {
  readonly #deps: JudgeDeps;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, { projectId: string; ended: Promise<unknown> }>();
  readonly #paused = new Map<string, number>();
  #looping: Promise<void> = Promise.resolve();
  #heartbeat: NodeJS.Timeout | null = null;
  #wake: () => void = () => undefined;
  #nudged = false;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS).unref();
  }

  start(): void {
    this.#looping = this.#loop();
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#looping;
    await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
  }

  async runNow(rubric: string, wanted: readonly NewTask[]): Promise<JudgedTasks> {
    const [first] = wanted;
    if (first === undefined) return summed([]);
    const { projectId } = first;
    const { database, worker, defaults } = this.#deps;
    const judging = (await readJudging(database, [projectId], defaults)).get(projectId);
    if (judging === undefined) return summed([]);
    const outcomes: TaskOutcome[] = [];
    const limit = judging.settings.concurrency;
    for (let at = 0; at < wanted.length; at += limit) {
      const some = wanted.slice(at, at + limit);
      const only = { rubric, interactionIds: some.map(({ interactionId }) => interactionId) };
      // Claimed in the transaction that queues them, so that nobody else takes them in between.
      const tasks = await database.transaction(async (tx) => {
        await addTasks(tx, some);
        return await claimTasks(tx, { projectId, worker, limit, only });
      });
      outcomes.push(...(await Promise.all(tasks.map((task) => this.#run(task, judging)))));
    }
    return summed(outcomes);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const begun = await this.#round().catch((thrown: unknown) => {
        if (!signal.aborted) this.#deps.log.warn({ err: asError(thrown) }, 'judging waits');
        return 0;
      });
      if (begun === 0) await this.#nudgedOrAfter(LOOK_EVERY_MS);
    }
  }

  async #nudgedOrAfter(ms: number): Promise<void> {
    if (this.#nudged) {
      this.#nudged = false;
      return;
    }
    const woken = new AbortController();
    this.#wake = (): void => woken.abort();
    const signal = AbortSignal.any([woken.signal, this.#stopping.signal]);
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }

  /** Begins what there is room for; waits until something ended when there is none. Answers how many began. */
  async #round(): Promise<number> {
    const { database, clock, defaults } = this.#deps;
    const due = await projectsDue(database);
    const projects = await readJudging(database, due, defaults);
    let begun = 0;
    for (const judging of projects.values()) {
      if ((this.#paused.get(judging.projectId) ?? 0) > clock.now()) continue;
      begun += await this.#begin(judging);
    }
    if (begun === 0 && this.#running.size > 0) {
      await Promise.race([...this.#running.values()].map(({ ended }) => ended));
      return 1;
    }
    return begun;
  }

  async #begin(judging: ProjectJudging): Promise<number> {
    const { projectId, settings } = judging;
    const own = [...this.#running.values()].filter((one) => one.projectId === projectId).length;
    const room = Math.min(settings.concurrency - own, MOST_AT_ONCE - this.#running.size);
    if (room <= 0 || this.#stopping.signal.aborted) return 0;
    const { database, worker } = this.#deps;
    const tasks = await database.transaction((tx) =>
      claimTasks(tx, { projectId, worker, limit: room, only: null }),
    );
    for (const task of tasks) void this.#run(task, judging);
    return tasks.length;
  }

  #run(task: Task, judging: ProjectJudging): Promise<TaskOutcome> {
    const ended = runTask(this.#deps, { task, judging, signal: this.#stopping.signal })
      .catch((thrown: unknown): TaskOutcome => {
        // The database is away; the claim runs out by itself.
        this.#deps.log.warn({ err: asError(thrown) }, 'a judging could not be written');
        return { kind: 'stopped' };
      })
      .then((outcome) => {
        if (outcome.kind === 'over_budget') {
          this.#paused.set(task.projectId, this.#deps.clock.now() + PAUSE_MS);
        }
        return outcome;
      })
      .finally(() => {
        this.#running.delete(task.id);
        this.#wake();
      });
    this.#running.set(task.id, { projectId: task.projectId, ended });
    return ended;
  }

  async #beat(): Promise<void> {
    const { database, worker, log } = this.#deps;
    await keepClaims(database, worker, [...this.#running.keys()]).catch((thrown: unknown) =>
      log.warn({ err: asError(thrown) }, 'claims of judgings could not be kept'),
    );
  }
}

function summed(outcomes: readonly TaskOutcome[]): JudgedTasks {
  const count = (kind: TaskOutcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === kind).length;
  return {
    judged: count('judged'),
    failed: count('failed'),
    overBudget: count('over_budget'),
    scores: outcomes.flatMap((outcome) => (outcome.kind === 'judged' ? outcome.scores : [])),
  };
}
