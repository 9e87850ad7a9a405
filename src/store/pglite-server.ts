import type { MessagePort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import {
  CONNECTION_FAILURE,
  DatabaseError,
  type DatabaseErrorFields,
  errorFields,
  TRANSACTION_ABORTED,
  TRANSACTION_IDLE,
} from './database-error.ts';
import { createLeaseQueue, type LeasePriority } from './lease.ts';
import type { PortReply, PortRequest } from './pglite-protocol.ts';

/** The side of the embedded database that owns it and answers many ports. */
export interface PgliteServer {
  /** Answers requests on a port until it closes; an open transaction is then rolled back. */
  serve(port: MessagePort): void;
  /** Runs work of the store itself while nobody else uses the connection. */
  exclusive<T>(work: (pg: PGlite) => Promise<T>): Promise<T>;
  /** Milliseconds since the last statement; 0 while one runs or waits. */
  idleMs(): number;
  /** Refuses further requests, waits for the running one and closes the database. */
  close(): Promise<void>;
}

export interface PgliteServerOptions {
  /** A transaction that sends nothing for so long is rolled back, or everybody waits for ever. */
  readonly idleTransactionMs?: number;
}

const IDLE_TRANSACTION_MS = 120_000;

interface OpenTransaction {
  readonly id: number;
  readonly release: () => void;
  failed: boolean;
  timer: NodeJS.Timeout | null;
}

interface Session {
  priority: LeasePriority;
  transaction: OpenTransaction | null;
  closed: boolean;
}

/** Serves one PGlite instance to many ports, one transaction at a time. */
export function createPgliteServer(pg: PGlite, options: PgliteServerOptions = {}): PgliteServer {
  const lease = createLeaseQueue();
  const idleMs = options.idleTransactionMs ?? IDLE_TRANSACTION_MS;
  let closing = false;

  const alone = async <T>(priority: LeasePriority, work: () => Promise<T>): Promise<T> => {
    const release = await lease.acquire(priority);
    try {
      return await work();
    } catch (error) {
      // A script may have opened a transaction block of its own before it failed.
      await pg.exec('rollback').catch(() => undefined);
      throw error;
    } finally {
      release();
    }
  };

  const endTransaction = async (session: Session, sql: 'commit' | 'rollback'): Promise<void> => {
    const open = session.transaction;
    if (open === null) return;
    session.transaction = null;
    if (open.timer !== null) clearTimeout(open.timer);
    try {
      await pg.exec(sql);
    } catch (error) {
      await pg.exec('rollback').catch(() => undefined);
      throw error;
    } finally {
      open.release();
    }
  };

  const watchIdle = (session: Session, open: OpenTransaction): void => {
    if (open.timer !== null) clearTimeout(open.timer);
    open.timer = setTimeout(() => {
      if (session.transaction === open)
        void endTransaction(session, 'rollback').catch(() => undefined);
    }, idleMs);
    open.timer.unref();
  };

  const begin = async (session: Session, tx: number): Promise<null> => {
    const release = await lease.acquire(session.priority);
    if (session.closed || closing) {
      release();
      throw closedError();
    }
    try {
      await pg.exec('begin');
    } catch (error) {
      release();
      throw error;
    }
    session.transaction = { id: tx, release, failed: false, timer: null };
    if (session.closed) await endTransaction(session, 'rollback');
    else watchIdle(session, session.transaction);
    return null;
  };

  const commit = async (session: Session, tx: number): Promise<null> => {
    const { failed } = openTransaction(session, tx);
    await endTransaction(session, failed ? 'rollback' : 'commit');
    if (!failed) return null;
    throw new DatabaseError({
      code: TRANSACTION_ABORTED,
      message: 'a statement of the transaction failed; it was rolled back',
    });
  };

  const inTransaction = async <T>(
    session: Session,
    tx: number,
    work: () => Promise<T>,
  ): Promise<T> => {
    const open = openTransaction(session, tx);
    if (open.timer !== null) clearTimeout(open.timer);
    try {
      const value = await work();
      open.failed = false;
      return value;
    } catch (error) {
      open.failed = true;
      throw error;
    } finally {
      if (session.transaction === open) watchIdle(session, open);
    }
  };

  const statement = (
    session: Session,
    tx: number | null,
    work: () => Promise<unknown>,
  ): Promise<unknown> =>
    tx === null ? alone(session.priority, work) : inTransaction(session, tx, work);

  const answer = (session: Session, request: PortRequest): Promise<unknown> => {
    if (closing) return Promise.reject(closedError());
    switch (request.op) {
      case 'hello':
        session.priority = request.priority;
        return Promise.resolve(null);
      case 'begin':
        return begin(session, request.tx);
      case 'commit':
        return commit(session, request.tx);
      case 'rollback':
        return session.transaction?.id === request.tx
          ? endTransaction(session, 'rollback')
          : Promise.resolve();
      case 'query':
        return statement(session, request.tx, () => runQuery(pg, request));
      case 'script':
        return statement(session, request.tx, () => runScript(pg, request.sql));
      case 'copy':
        return statement(session, request.tx, () => runCopy(pg, request));
    }
  };

  const serve = (port: MessagePort): void => {
    const session: Session = { priority: 'normal', transaction: null, closed: false };
    port.on('message', (request: PortRequest) => {
      answer(session, request).then(
        (value) => reply(port, { id: request.id, ok: true, value }),
        (error: unknown) => reply(port, { id: request.id, ok: false, error: fieldsOf(error) }),
      );
    });
    port.on('close', () => {
      session.closed = true;
      void endTransaction(session, 'rollback').catch(() => undefined);
    });
  };

  return {
    serve,
    exclusive: (work) => alone('normal', () => work(pg)),
    idleMs() {
      const since = lease.idleSince();
      return since === null ? 0 : performance.now() - since;
    },
    async close() {
      closing = true;
      const release = await lease.acquire('loader');
      try {
        await pg.close();
      } finally {
        release();
      }
    },
  };
}

function reply(port: MessagePort, message: PortReply): void {
  port.postMessage(message);
}

function openTransaction(session: Session, tx: number): OpenTransaction {
  if (session.transaction?.id === tx) return session.transaction;
  throw new DatabaseError({
    code: TRANSACTION_IDLE,
    message: 'the transaction is over: it waited too long for its next statement',
  });
}

function closedError(): DatabaseError {
  return new DatabaseError({
    code: CONNECTION_FAILURE,
    message: 'the embedded database is closed',
  });
}

function fieldsOf(error: unknown): DatabaseErrorFields {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return errorFields(thrown) ?? { code: 'XX000', message: thrown.message };
}

async function runQuery(
  pg: PGlite,
  request: Extract<PortRequest, { op: 'query' }>,
): Promise<unknown[]> {
  const { rows } = await pg.query(request.sql, [...request.params]);
  return rows;
}

async function runScript(pg: PGlite, sql: string): Promise<unknown[]> {
  const results = await pg.exec(sql);
  return results.flatMap(({ rows }) => rows);
}

async function runCopy(pg: PGlite, request: Extract<PortRequest, { op: 'copy' }>): Promise<number> {
  const blob = new Blob([new Uint8Array(request.data)]);
  const { affectedRows } = await pg.query(`copy ${request.target} from '/dev/blob'`, [], { blob });
  return affectedRows ?? 0;
}
