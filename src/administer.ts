import {
  type Administration,
  administrateDatabase,
  administrateProgram,
} from './access/administration.ts';
import { findLocalAccess } from './access/local-access.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import { createIdGenerator } from './core/ids.ts';
import { createLog } from './core/log.ts';
import type { Database } from './store/database.ts';
import { openStore } from './store/open.ts';

/** A program that runs on this DATA_DIR and answers. */
export interface LocalProgram {
  readonly url: string;
  readonly token: string;
}

/** The program that runs on DATA_DIR, if one does; a file left by a killed one is not believed. */
export async function findLocalProgram(config: Config): Promise<LocalProgram | null> {
  const local = await findLocalAccess(config.DATA_DIR);
  if (local === null) return null;
  const answers = await fetch(new URL('/health', local.url)).then(
    ({ ok }) => ok,
    () => false,
  );
  return answers ? local : null;
}

/**
 * Runs `work` on the running program when there is one, and on the database itself otherwise. Second
 * argument: the address that links begin with.
 */
export async function administer<Result>(
  { config, clock }: { config: Config; clock: Clock },
  work: (administration: Administration, baseUrl: string) => Promise<Result>,
): Promise<Result> {
  const program = await findLocalProgram(config);
  if (program !== null) return await work(administrateProgram({ ...program, fetch }), program.url);
  return await withDatabase({ config, clock }, async (database) => {
    const refresh = (): Promise<void> => Promise.resolve();
    const newId = createIdGenerator(clock);
    const administration = administrateDatabase({ database, clock, newId, refresh });
    return await work(administration, `http://${config.HOST}:${config.PORT}`);
  });
}

/** Runs `work` on the migrated database; throws FolderLockedError while a program uses the embedded one. */
export async function withDatabase<Result>(
  { config, clock }: { config: Config; clock: Clock },
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const store = await openStore({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    poolSize: 2,
    log: createLog('warn'),
    clock,
    // A person waits: say soon that the server is not there.
    waitForServerMs: 3_000,
  });
  try {
    return await work(store.database);
  } finally {
    await store.close();
  }
}
