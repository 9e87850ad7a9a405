import { randomUUID } from 'node:crypto';
import { type Db, PgBoss } from 'pg-boss';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { SqlValue } from './database.ts';
import type { StoreDatabase } from './sql-database.ts';
import { jsonText } from './values.ts';

/** A kind of background work. It must be idempotent: it may run again after a crash. */
export interface JobDefinition {
  readonly name: string;
  /** Five fields, UTC. Fires once, however many programs run. */
  readonly cron?: string;
  /** Tries after the first one, with growing pauses; then the job is set aside. */
  readonly retries?: number;
  /** The first pause, doubled each time up to ten minutes. */
  readonly retryDelaySeconds?: number;
  /** A run that takes longer is given up and tried again. */
  readonly timeoutSeconds?: number;
  /** Aborted when the program stops or the run takes too long. */
  work(signal: AbortSignal, data: object): Promise<void>;
}

/** A job that failed for good. */
export interface FailedJob {
  readonly id: string;
  readonly name: string;
  readonly data: object | null;
  readonly reason: string;
  readonly failedAt: Date;
}

export interface Jobs {
  /** Before `start`. */
  define(definition: JobDefinition): void;
  /**
   * Queues a run of a defined job. With `singletonKey` (and always for cron jobs) at most one run of
   * that key waits and one is active; answers false when one waits already.
   */
  send(name: string, data?: object, options?: SendJobOptions): Promise<boolean>;
  /** Jobs that were set aside after their last try, newest first, with the reason. */
  failed(limit: number): Promise<FailedJob[]>;
  start(): Promise<void>;
  /** Aborts what runs, waits for it, and leaves the rest to the next program. */
  stop(): Promise<void>;
}

export interface SendJobOptions {
  readonly singletonKey?: string;
  readonly delaySeconds?: number;
}

export interface JobsOptions {
  readonly database: StoreDatabase;
  readonly log: Log;
  /** False for programs that only queue. */
  readonly work?: boolean;
  readonly pollSeconds?: number;
}

const SCHEMA = 'jobs';
const DEAD_LETTERS = 'dead-letters';
const DEFAULTS = { retries: 5, retryDelaySeconds: 5, timeoutSeconds: 900 };
const RETRY_DELAY_MAX_SECONDS = 600;
const KEEP_DONE_SECONDS = 86_400;
const KEEP_FAILED_SECONDS = 30 * 86_400;
const STOP_TIMEOUT_MS = 10_000;

/** The job queue of this program, in the schema `jobs` of its database. */
export function createJobs(options: JobsOptions): Jobs {
  const { database, log } = options;
  const works = options.work ?? true;
  const definitions = new Map<string, JobDefinition>();
  const stopping = new AbortController();
  const boss = new PgBoss({
    db: bossDatabase(database),
    backend: database.kind,
    schema: SCHEMA,
    schedule: works,
    supervise: works,
    // Needs a connection outside any transaction, and owns indexes only on a server.
    reindex: database.kind === 'postgres',
    monitorVacuum: database.kind === 'postgres',
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the job queue warns'));

  const prepare = async (definition: JobDefinition): Promise<void> => {
    const queue = queueOptions(definition);
    if ((await boss.getQueue(definition.name)) === null) {
      await boss.createQueue(definition.name, { ...queue, policy: 'stately' });
    } else {
      await boss.updateQueue(definition.name, queue);
    }
    if (!works) return;
    if (definition.cron === undefined) await boss.unschedule(definition.name);
    else await boss.schedule(definition.name, definition.cron, null, { tz: 'UTC' });
    await boss.work<object>(
      definition.name,
      { batchSize: 1, pollingIntervalSeconds: options.pollSeconds ?? 2 },
      async ([job]) => {
        if (job === undefined) return;
        const signal = AbortSignal.any([job.signal, stopping.signal]);
        await run(definition, { signal, data: job.data ?? {}, log });
      },
    );
  };

  return {
    define: (definition): void => {
      definitions.set(definition.name, definition);
    },
    send: async (name, data = {}, sending = {}): Promise<boolean> => {
      const definition = definitions.get(name);
      if (definition === undefined) throw new Error(`the job ${name} is not defined`);
      const key =
        sending.singletonKey ?? (definition.cron === undefined ? randomUUID() : undefined);
      const id = await boss.send(name, data, {
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(sending.delaySeconds === undefined ? {} : { startAfter: sending.delaySeconds }),
      });
      return id !== null;
    },
    failed: (limit) => failedJobs(database, limit),
    start: async (): Promise<void> => {
      await boss.start();
      if ((await boss.getQueue(DEAD_LETTERS)) === null) {
        await boss.createQueue(DEAD_LETTERS, { retentionSeconds: KEEP_FAILED_SECONDS });
      }
      for (const definition of definitions.values()) await prepare(definition);
    },
    stop: async (): Promise<void> => {
      stopping.abort(new Error('the program stops'));
      await boss.stop({ close: false, graceful: true, timeout: STOP_TIMEOUT_MS });
    },
  };
}

interface Run {
  readonly signal: AbortSignal;
  readonly data: object;
  readonly log: Log;
}

async function run(definition: JobDefinition, { signal, data, log }: Run): Promise<void> {
  try {
    await definition.work(signal, data);
  } catch (thrown) {
    log.warn(
      { err: asError(thrown), job: definition.name },
      'a job failed; it will be tried again',
    );
    throw thrown;
  }
}

function queueOptions(definition: JobDefinition): {
  deadLetter: string;
  retryLimit: number;
  retryDelay: number;
  retryBackoff: boolean;
  retryDelayMax: number;
  expireInSeconds: number;
  deleteAfterSeconds: number;
} {
  return {
    deadLetter: DEAD_LETTERS,
    retryLimit: definition.retries ?? DEFAULTS.retries,
    retryDelay: definition.retryDelaySeconds ?? DEFAULTS.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_SECONDS,
    expireInSeconds: definition.timeoutSeconds ?? DEFAULTS.timeoutSeconds,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  };
}

async function failedJobs(database: StoreDatabase, limit: number): Promise<FailedJob[]> {
  const rows = await database.query<{
    id: string;
    name: string;
    data: object | null;
    output: unknown;
    failedAt: Date;
  }>(
    `select id, coalesce(source_name, name) as name, data, output, created_on as "failedAt"
     from ${SCHEMA}.job where name = $1 order by created_on desc, id desc limit $2`,
    [DEAD_LETTERS, limit],
  );
  return rows.map(({ output, ...job }) => ({ ...job, reason: reasonOf(output) }));
}

/** pg-boss keeps the thrown error as JSON. */
function reasonOf(output: unknown): string {
  if (typeof output === 'object' && output !== null && 'message' in output) {
    return String(output.message);
  }
  return output === null || output === undefined ? 'unknown' : JSON.stringify(output);
}

/** pg-boss speaks to either driver through this; scripts without parameters may open transactions. */
function bossDatabase(database: StoreDatabase): Db {
  return {
    executeSql: async (text, values) => ({
      rows:
        values === undefined || values.length === 0
          ? await database.script(text)
          : await database.query(text, values.map(toParam)),
    }),
  };
}

function toParam(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(toParam);
  if (typeof value !== 'object') return isScalar(value) ? value : String(value);
  if (value instanceof Date || value instanceof Uint8Array) return value;
  return jsonText(value);
}

function isScalar(value: unknown): value is string | number | boolean | bigint {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}
