import type { Database } from './database.ts';

/** A `Database` with what only the store itself and its job queue need. */
export interface StoreDatabase extends Database {
  /** Runs a script without parameters and answers the rows of all its statements, in order. */
  script(sql: string): Promise<object[]>;
}
