import type { PGlite } from '@electric-sql/pglite';
import {
  CONNECTION_FAILURE,
  DatabaseError,
  TRANSACTION_ABORTED,
  TRANSACTION_IDLE,
} from './database-error.ts';
import type { LeasePriority, LeaseQueue } from './lease.ts';
import type { PgliteConnection } from './pglite-connection.ts';
import type { PortRequest } from './pglite-protocol.ts';

/** What the sessions of one embedded database share. */
export interface SharedConnection {
  readonly connection: PgliteConnection;
  readonly lease: LeaseQueue;
  /** A transaction that sends nothing for so long is rolled back, or everybody waits for ever. */
  readonly idleTransactionMs: number;
}

interface OpenTransaction {
  readonly id: number;
  readonly generation: number;
  readonly release: () => void;
  /** True from a failed statement until one succeeds again (after going back to a savepoint). */
  failed: boolean;
  /** Statements that were sent and have not ended; several may be sent at once. */
  running: number;
  timer: NodeJS.Timeout | null;
}

/** One port's view of the single connection: its priority and its open transaction. */
export class PgliteSession {
  readonly #shared: SharedConnection;
  #priority: LeasePriority = 'normal';
  #transaction: OpenTransaction | null = null;
  #closed = false;

  constructor(shared: SharedConnection) {
    this.#shared = shared;
  }

  /** Carries out one request and answers its value; throws what the database throws. */
  answer(request: PortRequest): Promise<unknown> {
    switch (request.op) {
      case 'hello':
        this.#priority = request.priority;
        return Promise.resolve(null);
      case 'begin':
        return this.#begin(request.tx);
      case 'commit':
        return this.#commit(request.tx);
      case 'rollback':
        return this.#transaction?.id === request.tx ? this.#end('rollback') : Promise.resolve();
      default:
        return this.#statement(request);
    }
  }

  /** Rolls back what is open; requests that still wait for the connection are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end('rollback');
  }

  #statement(request: Extract<PortRequest, { op: 'query' | 'script' | 'copy' }>): Promise<unknown> {
    const work = (pg: PGlite): Promise<unknown> => runStatement(pg, request);
    return request.tx === null
      ? runAlone({ ...this.#shared, priority: this.#priority }, work)
      : this.#inTransaction(request.tx, work);
  }

  async #begin(tx: number): Promise<null> {
    const release = await this.#shared.lease.acquire(this.#priority);
    try {
      if (this.#closed) throw closedError();
      await this.#shared.connection.run((pg) => pg.exec('begin'));
    } catch (error) {
      release();
      throw error;
    }
    const { generation } = this.#shared.connection;
    this.#transaction = { id: tx, generation, release, failed: false, running: 0, timer: null };
    if (this.#closed) await this.#end('rollback');
    else this.#watchIdle(this.#transaction);
    return null;
  }

  async #commit(tx: number): Promise<null> {
    const { failed } = this.#open(tx);
    await this.#end(failed ? 'rollback' : 'commit');
    if (!failed) return null;
    throw new DatabaseError({
      code: TRANSACTION_ABORTED,
      message: 'a statement of the transaction failed; it was rolled back',
    });
  }

  async #inTransaction(tx: number, work: (pg: PGlite) => Promise<unknown>): Promise<unknown> {
    const open = this.#open(tx);
    if (open.timer !== null) clearTimeout(open.timer);
    open.running += 1;
    try {
      const value = await this.#run(open, work);
      open.failed = false;
      return value;
    } catch (error) {
      open.failed = true;
      throw error;
    } finally {
      open.running -= 1;
      if (this.#transaction === open && open.running === 0) this.#watchIdle(open);
    }
  }

  async #end(sql: 'commit' | 'rollback'): Promise<void> {
    const open = this.#transaction;
    if (open === null) return;
    this.#transaction = null;
    if (open.timer !== null) clearTimeout(open.timer);
    try {
      await this.#run(open, (pg) => pg.exec(sql));
    } catch (error) {
      await this.#run(open, (pg) => pg.exec('rollback')).catch(() => undefined);
      throw error;
    } finally {
      open.release();
    }
  }

  /** A database that started again knows nothing of the transaction. */
  async #run<T>(open: OpenTransaction, work: (pg: PGlite) => Promise<T>): Promise<T> {
    const { connection } = this.#shared;
    if (open.generation !== connection.generation) throw closedError();
    return connection.run(work);
  }

  #open(tx: number): OpenTransaction {
    if (this.#transaction?.id === tx) return this.#transaction;
    throw new DatabaseError({
      code: TRANSACTION_IDLE,
      message: 'the transaction is over: it waited too long for its next statement',
    });
  }

  #watchIdle(open: OpenTransaction): void {
    open.timer = setTimeout(() => {
      if (this.#transaction === open) void this.#end('rollback').catch(() => undefined);
    }, this.#shared.idleTransactionMs);
    open.timer.unref();
  }
}

/** Runs work while nobody else uses the connection, and leaves no transaction open behind it. */
export async function runAlone<T>(
  shared: {
    readonly connection: PgliteConnection;
    readonly lease: LeaseQueue;
    readonly priority: LeasePriority;
  },
  work: (pg: PGlite) => Promise<T>,
): Promise<T> {
  const release = await shared.lease.acquire(shared.priority);
  try {
    return await shared.connection.run(work);
  } catch (error) {
    // A script may have opened a transaction block of its own before it failed.
    await shared.connection.run((pg) => pg.exec('rollback')).catch(() => undefined);
    throw error;
  } finally {
    release();
  }
}

/** The error of requests that arrive after the end. */
export function closedError(): DatabaseError {
  return new DatabaseError({
    code: CONNECTION_FAILURE,
    message: 'the embedded database is closed',
  });
}

async function runStatement(
  pg: PGlite,
  request: Extract<PortRequest, { op: 'query' | 'script' | 'copy' }>,
): Promise<unknown> {
  if (request.op === 'query') return (await pg.query(request.sql, [...request.params])).rows;
  if (request.op === 'script') return (await pg.exec(request.sql)).flatMap(({ rows }) => rows);
  const blob = new Blob([new Uint8Array(request.data)]);
  const { affectedRows } = await pg.query(`copy ${request.target} from '/dev/blob'`, [], { blob });
  return affectedRows ?? 0;
}
