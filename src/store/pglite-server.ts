import type { MessagePort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { type DatabaseErrorFields, errorFields } from './database-error.ts';
import { createLeaseQueue } from './lease.ts';
import { type ConnectionOptions, PgliteConnection } from './pglite-connection.ts';
import type { PortReply, PortRequest } from './pglite-protocol.ts';
import { closedError, PgliteSession, runAlone } from './pglite-session.ts';

/** The side of the embedded database that owns it and answers many ports. */
export interface PgliteServer {
  /** Answers requests on a port until it closes; an open transaction is then rolled back. */
  serve(port: MessagePort): void;
  /** Runs work of the store itself while nobody else uses the connection. */
  exclusive<T>(work: (pg: PGlite) => Promise<T>): Promise<T>;
  /** Milliseconds since the last statement; 0 while one runs. */
  idleMs(): number;
  /** Refuses further requests, waits for the running one and closes the database. */
  close(): Promise<void>;
}

const IDLE_TRANSACTION_MS = 120_000;

/** Serves one PGlite instance to many ports, one transaction at a time. */
export function createPgliteServer(
  pg: PGlite,
  options: ConnectionOptions & { readonly idleTransactionMs?: number } = {},
): PgliteServer {
  const lease = createLeaseQueue();
  const connection = new PgliteConnection(pg, options);
  const shared = {
    connection,
    lease,
    idleTransactionMs: options.idleTransactionMs ?? IDLE_TRANSACTION_MS,
  };
  const sessions = new Set<PgliteSession>();
  let closing = false;

  const serve = (port: MessagePort): void => {
    const session = new PgliteSession(shared);
    sessions.add(session);
    port.on('message', (request: PortRequest) => {
      const answer = closing ? Promise.reject(closedError()) : session.answer(request);
      answer.then(
        (value) => reply(port, { id: request.id, ok: true, value }),
        (error: unknown) => reply(port, { id: request.id, ok: false, error: fieldsOf(error) }),
      );
    });
    port.on('close', () => {
      sessions.delete(session);
      void session.close().catch(() => undefined);
    });
  };

  return {
    serve,
    exclusive: (work) => runAlone({ connection, lease, priority: 'normal' }, work),
    idleMs: (): number => {
      const since = lease.idleSince();
      return since === null ? 0 : performance.now() - since;
    },
    close: async (): Promise<void> => {
      closing = true;
      await Promise.all([...sessions].map((session) => session.close().catch(() => undefined)));
      const release = await lease.acquire('loader');
      try {
        await connection.close();
      } finally {
        release();
      }
    },
  };
}

function reply(port: MessagePort, message: PortReply): void {
  port.postMessage(message);
}

function fieldsOf(error: unknown): DatabaseErrorFields {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return errorFields(thrown) ?? { code: 'XX000', message: thrown.message };
}
