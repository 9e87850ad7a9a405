import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Database, DatabaseTarget } from './database.ts';
import { isDatabaseUnavailable } from './database-error.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrate.ts';
import { ensurePartitionsAhead } from './partitions.ts';
import { startPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import type { StoreDatabase } from './sql-database.ts';

export interface OpenStoreOptions {
  /** Of a PostgreSQL server; null for the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly poolSize: number;
  readonly log: Log;
  readonly clock: Clock;
  /** How long a server that is down may stay so before the start is given up. */
  readonly waitForServerMs?: number;
  readonly signal?: AbortSignal;
}

/** The migrated database of this program. */
export interface Store {
  readonly database: StoreDatabase;
  readonly kind: Database['kind'];
  /** How another thread reaches the same database; a port in it must be listed for transfer. */
  target(): DatabaseTarget;
  /** Resolves when the embedded database ended by itself: nothing can be stored any more. */
  readonly crashed: Promise<Error>;
  close(): Promise<void>;
}

const WAIT_FOR_SERVER_MS = 60_000;
const RETRY_MS = 1_000;
const OLDEST_SERVER = 150_000;

/**
 * Opens, migrates and prepares the database. Throws `FolderLockedError` when another program uses
 * the folder, `NotDurableError` when the embedded database could lose commits, `MigrationError` for
 * a database of a newer program, and `DatabaseError` when a server stays away for too long.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const store =
    options.databaseUrl === null
      ? await openEmbedded(options)
      : await openServer(options, options.databaseUrl);
  try {
    const ran = await migrate(store.database);
    if (ran.length > 0) options.log.info({ migrations: ran }, 'database migrated');
    await ensurePartitionsAhead(store.database, options.clock.now());
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEmbedded({ dataDir, log }: OpenStoreOptions): Promise<Store> {
  const lock = await lockFolder(join(dataDir, 'database.lock'));
  try {
    const pglite = await startPglite(join(dataDir, 'database'), log);
    return {
      database: pglite.database,
      kind: 'pglite',
      target: pglite.target,
      crashed: pglite.crashed,
      close: async (): Promise<void> => {
        await pglite.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openServer(options: OpenStoreOptions, url: string): Promise<Store> {
  const { log, poolSize } = options;
  const database = openPostgres({
    url,
    poolSize,
    onIdleError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  });
  try {
    await waitForServer(database, options);
    await refuseOldServer(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    kind: 'postgres',
    target: (): DatabaseTarget => ({ kind: 'postgres', url, poolSize }),
    crashed: new Promise(() => undefined),
    close: () => database.close(),
  };
}

async function waitForServer(database: Database, options: OpenStoreOptions): Promise<void> {
  const { log, clock, signal } = options;
  const deadline = clock.monotonic() + (options.waitForServerMs ?? WAIT_FOR_SERVER_MS);
  for (;;) {
    try {
      await database.query('select 1');
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isDatabaseUnavailable(error) || clock.monotonic() >= deadline) throw error;
      log.warn(
        { reason: asError(error).message },
        'the database does not answer yet; trying again',
      );
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function refuseOldServer(database: Database): Promise<void> {
  const [server] = await database.query<{ version: number; name: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as name",
  );
  if (server !== undefined && server.version < OLDEST_SERVER) {
    throw new Error(`PostgreSQL 15 or newer is needed; the server is ${server.name}.`);
  }
}
