import { once } from 'node:events';
import { Pool, type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type CopyRequest, copyTarget, encodeCopyRows } from './copy-text.ts';
import type { Queryable, SqlValue } from './database.ts';
import {
  CONNECTION_FAILURE,
  DatabaseError,
  TRANSACTION_ABORTED,
  toDatabaseError,
} from './database-error.ts';
import type { StoreDatabase } from './sql-database.ts';
import { encodeParam, parserOf } from './values.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Told about connections that break while nobody uses them; the pool replaces them. */
  readonly onIdleError?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** A PostgreSQL server behind a pool. Nothing is connected before the first statement. */
export function openPostgres(options: PostgresOptions): StoreDatabase {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'lqo',
    types: { getTypeParser: parserOf },
    onConnect: async (client): Promise<void> => {
      await client.query("set time zone 'UTC'");
    },
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));

  const withClient = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    const broken: Error[] = [];
    const onError = (error: Error): void => void broken.push(error);
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      const failure = toDatabaseError(error);
      if (failure instanceof DatabaseError && failure.code.startsWith('08')) broken.push(failure);
      throw failure;
    } finally {
      client.off('error', onError);
      client.release(broken[0]);
    }
  };

  return {
    kind: 'postgres',
    query: <Row extends object>(sql: string, params?: readonly SqlValue[]) =>
      withClient((client) => query<Row>(client, sql, params)),
    exec: async (sql) => void (await withClient((client) => script(client, sql))),
    script: (sql) => withClient((client) => script(client, sql)),
    copyIn: (copy) => withClient((client) => copyIn(client, copy)),
    transaction: (work) => withClient((client) => transaction(client, work)),
    close: () => pool.end(),
  };
}

async function query<Row extends object>(
  client: PoolClient,
  sql: string,
  params?: readonly SqlValue[],
): Promise<Row[]> {
  const { rows } = await client.query<Row>(sql, params?.map(encodeParam));
  return rows;
}

async function script(client: PoolClient, sql: string): Promise<object[]> {
  const results: unknown = await client.query(sql).catch(async (error: unknown) => {
    // The script may have opened a transaction block of its own before it failed.
    await client.query('rollback').catch(() => undefined);
    throw error;
  });
  const list: unknown[] = Array.isArray(results) ? results : [results];
  return list.flatMap((result) =>
    typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows)
      ? result.rows
      : [],
  );
}

async function copyIn(
  client: PoolClient,
  copy: CopyRequest,
  data = encodeCopyRows(copy.rows),
): Promise<number> {
  if (copy.rows.length === 0) return 0;
  const stream = client.query(copyFrom(`copy ${copyTarget(copy)} from stdin`));
  const finished = once(stream, 'finish');
  stream.end(data);
  await finished;
  return stream.rowCount;
}

async function transaction<T>(client: PoolClient, work: (tx: Queryable) => Promise<T>): Promise<T> {
  await client.query('begin');
  let result: T;
  try {
    result = await work(inTurn(client));
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => {
      // Never hand back a connection with an open transaction: 08006 makes the pool drop it.
      throw new DatabaseError(
        { code: CONNECTION_FAILURE, message: 'the connection was lost during a rollback' },
        { cause },
      );
    });
    throw error;
  }
  const { command } = await client.query('commit');
  // PostgreSQL answers COMMIT of a failed transaction with a silent ROLLBACK.
  if (command === 'ROLLBACK') {
    throw new DatabaseError({
      code: TRANSACTION_ABORTED,
      message: 'a statement of the transaction failed; it was rolled back',
    });
  }
  return result;
}

/** Statements of one transaction one after the other, also when they are started together. */
function inTurn(client: PoolClient): Queryable {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work).catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    query: <Row extends object>(sql: string, params?: readonly SqlValue[]) =>
      next(() => query<Row>(client, sql, params)),
    exec: async (sql) => void (await next(() => client.query(sql))),
    copyIn: (copy): Promise<number> => {
      // Encoded now, while the server may still be busy with the statement before.
      const data = encodeCopyRows(copy.rows);
      return next(() => copyIn(client, copy, data));
    },
  };
}
