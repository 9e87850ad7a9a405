import type { MessagePort } from 'node:worker_threads';

/** A value that both database drivers accept as a parameter. */
export type SqlValue =
  | string
  | number
  | boolean
  | bigint
  | Date
  | null
  | Uint8Array
  | readonly SqlValue[];

/** Where SQL can be sent: the database itself or an open transaction. */
export interface Queryable {
  /**
   * Rows of one parameterised statement (`$1`, `$2` …). int8 and numeric arrive as numbers when they
   * are safe integers or finite, timestamps as Date, json as parsed values, bytea as Uint8Array.
   */
  query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs several statements without parameters. */
  exec(sql: string): Promise<void>;
  /** Bulk load: `COPY table (columns) FROM STDIN` in text format; answers the number of rows. */
  copyIn(copy: {
    table: string;
    columns: readonly string[];
    rows: readonly (readonly CopyValue[])[];
  }): Promise<number>;
}

/** Arrays become PostgreSQL arrays, objects become JSON text, Date becomes an ISO timestamp. */
export type CopyValue = string | number | boolean | Date | null | readonly string[] | object;

export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /** Commits when `work` resolves, rolls back when it throws. Serialisation failures are not retried. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * How a thread reaches the database: PostgreSQL by its URL, the embedded one through a port of the
 * database thread. A target with a port must be listed for transfer when it is posted.
 * `priority: 'loader'` goes before everything else that waits for the embedded connection.
 */
export type DatabaseTarget =
  | { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number }
  | { readonly kind: 'pglite'; readonly port: MessagePort };
