import { AsyncLocalStorage } from 'node:async_hooks';
import type { MessagePort } from 'node:worker_threads';
import { type CopyRequest, copyTarget, encodeCopyRows } from './copy-text.ts';
import type { Queryable, SqlValue } from './database.ts';
import { CONNECTION_FAILURE, DatabaseError } from './database-error.ts';
import type { LeasePriority } from './lease.ts';
import type { PortReply, PortRequest } from './pglite-protocol.ts';
import type { StoreDatabase } from './sql-database.ts';
import { encodeParam } from './values.ts';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Unnumbered = PortRequest extends infer Request
  ? Request extends PortRequest
    ? Omit<Request, 'id'>
    : never
  : never;

type Send = <T>(request: Unnumbered, transfer?: ArrayBuffer[]) => Promise<T>;

/** The embedded database, reached through a port of the thread that owns it. */
export function connectPglite(
  port: MessagePort,
  priority: LeasePriority = 'normal',
): StoreDatabase {
  const send = createSender(port);
  let lastTx = 0;
  // One connection serves everybody: waiting for it inside one's own transaction would never end.
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  const outside: Send = (request, transfer) => {
    if (inside.getStore()?.open === true) {
      return Promise.reject(
        new Error(
          'inside a transaction use its own `tx`: the embedded database has one connection',
        ),
      );
    }
    return send(request, transfer);
  };
  void send({ op: 'hello', priority }).catch(() => undefined);

  const transaction = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const tx = ++lastTx;
    await outside({ op: 'begin', tx });
    const scope = { open: true };
    let result: T;
    try {
      result = await inside.run(scope, () => work(queryable(send, tx)));
    } catch (error) {
      await send({ op: 'rollback', tx }).catch(() => undefined);
      throw error;
    } finally {
      scope.open = false;
    }
    await send({ op: 'commit', tx });
    return result;
  };

  return {
    kind: 'pglite',
    ...queryable(outside, null),
    script: (sql) => outside<object[]>({ op: 'script', tx: null, sql }),
    transaction,
    close: (): Promise<void> => {
      port.close();
      return Promise.resolve();
    },
  };
}

function queryable(send: Send, tx: number | null): Queryable {
  return {
    query: <Row extends object>(sql: string, params: readonly SqlValue[] = []) =>
      send<Row[]>({ op: 'query', tx, sql, params: params.map(encodeParam) }),
    exec: async (sql) => void (await send({ op: 'script', tx, sql })),
    copyIn: (copy) => copyIn(send, tx, copy),
  };
}

async function copyIn(send: Send, tx: number | null, copy: CopyRequest): Promise<number> {
  if (copy.rows.length === 0) return 0;
  // A buffer of its own, so that it can be handed over instead of copied.
  const data = new Uint8Array(encodeCopyRows(copy.rows));
  return send<number>({ op: 'copy', tx, target: copyTarget(copy), data }, [data.buffer]);
}

function createSender(port: MessagePort): Send {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closed = false;

  const settle = (id: number): Pending | undefined => {
    const waiting = pending.get(id);
    pending.delete(id);
    // An idle connection must not keep the process alive.
    if (pending.size === 0) port.unref();
    return waiting;
  };
  port.on('message', (reply: PortReply) => {
    const waiting = settle(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new DatabaseError(reply.error));
  });
  port.on('close', () => {
    closed = true;
    for (const { reject } of pending.values()) reject(connectionLost());
    pending.clear();
  });
  port.unref();

  return <T>(request: Unnumbered, transfer: ArrayBuffer[] = []): Promise<T> => {
    if (closed) return Promise.reject(connectionLost());
    const id = ++lastId;
    return new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve: (value) => resolve(asAnswer<T>(value)), reject });
      port.ref();
      port.postMessage({ ...request, id }, transfer);
    });
  };
}

/** The server answers each operation with its own shape, which the protocol fixes per `op`. */
function asAnswer<T>(value: unknown): T {
  return value as T;
}

function connectionLost(): DatabaseError {
  return new DatabaseError({
    code: CONNECTION_FAILURE,
    message: 'the connection to the embedded database is closed',
  });
}
