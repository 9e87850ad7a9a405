import cluster, { type Worker } from 'node:cluster';
import type { MetricsJson } from './background.ts';
import type { CacheCounts } from './cache/create-answer-cache.ts';
import type { Clock } from './core/clock.ts';
import { type Config, ConfigError } from './core/config.ts';
import type { Log } from './core/log.ts';
import type { RouteHealthItem } from './routing/route-health.ts';
import { type Caller, createCaller, serveCalls } from './worker/calls.ts';
import { lineToProcess } from './worker/lines.ts';

/** Hidden command of a gateway process. */
export const GATEWAY_PROCESS = 'gateway-process';

/** Data that gateway processes keep a copy of: read anew and sent on when its version moves. */
export interface Feed {
  readonly name: string;
  version(): unknown;
  read(): Promise<unknown>;
}

export type Snapshots = Readonly<Record<string, unknown>>;

/** What a gateway process starts with. */
export interface GatewayProcessData {
  readonly config: Config;
  readonly version: string;
  /** Where the main process answers what is not the gateway's. */
  readonly socketPath: string;
  /** Opens the credentials of calls that the program makes itself. */
  readonly insideKey: Uint8Array;
  readonly snapshots: Snapshots;
}

export interface GatewayProcessStatus {
  /** What is wrong with its spool; null when all is well. */
  readonly problem: string | null;
  readonly callsUnderWay: number;
}

export interface GatewayProcesses {
  readonly url: string;
  /** Resolves with the cause when gateway processes cannot be kept running. */
  readonly crashed: Promise<Error>;
  /** One sentence when a process is missing or in trouble; null when all is well. */
  problem(): Promise<string | null>;
  metrics(): Promise<MetricsJson[]>;
  /** What the answer cache of each process did for a project. */
  cacheCounts(projectId: string): Promise<CacheCounts[]>;
  /** How the targets of a project's routes fare in each process. */
  routeHealth(projectId: string): Promise<(readonly RouteHealthItem[])[]>;
  /** Refuses new calls, waits for those under way, ends the processes. */
  stop(): Promise<void>;
}

export interface GatewayProcessesOptions {
  readonly count: number;
  readonly config: Config;
  readonly version: string;
  readonly socketPath: string;
  readonly insideKey: Uint8Array;
  readonly feeds: readonly Feed[];
  /** What gateway processes may ask of the main one. */
  handlers(client: number): Readonly<Record<string, (payload: never) => unknown>>;
  /** A gateway process ended: what it held is free. */
  gone(client: number): void;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY_MS = 200;
const RESTART_FIRST_MS = 100;
const RESTART_LAST_MS = 5_000;
/** A process that dies this often without having listened will not do so the next time. */
const MAX_FAILED_STARTS = 5;
const STATUS_WITHIN_MS = 2_000;

interface Running {
  readonly worker: Worker;
  readonly caller: Caller;
  state: 'starting' | 'greeted' | 'listening';
}

/**
 * Starts gateway processes that share one port and keeps them running: one that dies is replaced, and
 * what it had spooled is loaded by this process. Rejects when the port cannot be had.
 */
export async function startGatewayProcesses(
  options: GatewayProcessesOptions,
): Promise<GatewayProcesses> {
  const processes = new Processes(options);
  const url = await processes.start();
  return {
    url,
    crashed: processes.crashed,
    problem: () => processes.problem(),
    metrics: () => processes.askAll<MetricsJson>('metrics'),
    cacheCounts: (projectId) => processes.askAll<CacheCounts>('cacheCounts', projectId),
    routeHealth: (projectId) =>
      processes.askAll<readonly RouteHealthItem[]>('routeHealth', projectId),
    stop: () => processes.stop(),
  };
}

class Processes {
  readonly #options: GatewayProcessesOptions;
  readonly #running = new Set<Running>();
  readonly #sent = new Map<string, unknown>();
  readonly #crashed = Promise.withResolvers<Error>();
  readonly #url = Promise.withResolvers<string>();
  #snapshots: Record<string, unknown> = {};
  #failedStarts = 0;
  #stopping = false;
  #looking: NodeJS.Timeout | null = null;

  constructor(options: GatewayProcessesOptions) {
    this.#options = options;
  }

  get crashed(): Promise<Error> {
    return this.#crashed.promise;
  }

  async start(): Promise<string> {
    await this.#readFeeds();
    cluster.setupPrimary({ args: [GATEWAY_PROCESS], serialization: 'advanced' });
    for (let n = 0; n < this.#options.count; n += 1) this.#fork();
    const failed = this.#crashed.promise.then((error): never => {
      throw error;
    });
    const url = await Promise.race([this.#url.promise, failed]);
    this.#schedule();
    return url;
  }

  async problem(): Promise<string | null> {
    const { count } = this.#options;
    const listening = [...this.#running].filter(({ state }) => state === 'listening').length;
    if (listening < count) return `${listening} of ${count} gateway processes are running`;
    const all = await this.askAll<GatewayProcessStatus>('status');
    return all.find(({ problem }) => problem !== null)?.problem ?? null;
  }

  /** The answers of all processes that can give one; one that dies meanwhile gives none. */
  async askAll<Answer>(name: string, payload?: unknown): Promise<Answer[]> {
    const asked = [...this.#running].filter(({ state }) => state !== 'starting');
    const answers = await Promise.allSettled(
      asked.map(({ caller }) => within(caller.call(name, payload), STATUS_WITHIN_MS)),
    );
    // The other side is our own gateway-process.ts, whose handlers have these types.
    return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value as Answer] : []));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#looking !== null) clearTimeout(this.#looking);
    await Promise.all([...this.#running].map((one) => this.#end(one)));
  }

  async #end({ worker, caller }: Running): Promise<void> {
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    // A process that dies instead of answering has ended as well.
    await caller.call('stop').catch(() => undefined);
    if (worker.isConnected()) worker.disconnect();
    await gone;
  }

  #fork(): void {
    const worker = cluster.fork();
    const line = lineToProcess(worker);
    const running: Running = { worker, caller: createCaller(line), state: 'starting' };
    this.#running.add(running);
    serveCalls(line, {
      ...this.#options.handlers(worker.id),
      hello: () => this.#greet(running),
      listening: (url: string) => this.#listens(running, url),
      failed: (message: string) => this.#crashed.resolve(new ConfigError(message)),
    });
    worker.once('exit', (code, signal) => this.#exited(running, signal ?? `code ${code}`));
  }

  /** From here on the process gets every newer snapshot. */
  #greet(running: Running): GatewayProcessData {
    running.state = 'greeted';
    const { config, version, socketPath, insideKey } = this.#options;
    return { config, version, socketPath, insideKey, snapshots: this.#snapshots };
  }

  #listens(running: Running, url: string): void {
    running.state = 'listening';
    this.#failedStarts = 0;
    if ([...this.#running].every(({ state }) => state === 'listening')) this.#url.resolve(url);
  }

  #exited(running: Running, how: string): void {
    this.#running.delete(running);
    this.#options.gone(running.worker.id);
    if (this.#stopping) return;
    this.#options.log.error({ how }, 'a gateway process ended; another one is started');
    if (running.state !== 'listening') this.#failedStarts += 1;
    if (this.#failedStarts >= MAX_FAILED_STARTS) {
      this.#crashed.resolve(new Error(`Gateway processes do not start (${how}).`));
      return;
    }
    const waitMs = Math.min(RESTART_LAST_MS, RESTART_FIRST_MS * 2 ** this.#failedStarts);
    setTimeout(() => {
      if (!this.#stopping) this.#fork();
    }, waitMs).unref();
  }

  #schedule(): void {
    this.#looking = setTimeout(() => {
      this.#readFeeds()
        .catch((error: unknown) =>
          this.#options.log.warn({ err: error }, 'gateway processes keep their last settings'),
        )
        .finally(() => {
          if (!this.#stopping) this.#schedule();
        });
    }, LOOK_EVERY_MS).unref();
  }

  async #readFeeds(): Promise<void> {
    for (const { name, version, read } of this.#options.feeds) {
      const current = version();
      if (this.#sent.has(name) && this.#sent.get(name) === current) continue;
      const snapshot = await read();
      this.#sent.set(name, current);
      this.#snapshots = { ...this.#snapshots, [name]: snapshot };
      await this.askAll('replace', { name, snapshot });
    }
  }
}

function within<Value>(answer: Promise<Value>, ms: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
