import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Database } from '../store/database.ts';
import { KeyDirectory, keepDirectoryFresh } from './key-directory.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** What changes of keys, projects and users need. */
export interface AccessDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Makes a change count in this process at once; others notice within a second. */
  refresh(): Promise<void>;
}

export interface Access extends AccessDeps {
  readonly directory: KeyDirectory;
  readonly sessions: Sessions;
  /** Writes when keys were last used; the clockwork does it every few seconds. */
  flushUsed(): Promise<void>;
  /** Stops the clockwork and writes when keys were last used. */
  close(): Promise<void>;
}

/** Who may do what, kept in memory and fresh. Reads the database once before it answers. */
export async function openAccess(deps: {
  database: Database;
  clock: Clock;
  newId: NewId;
  log: Log;
  refreshMs?: number;
}): Promise<Access> {
  const { database, clock, newId, log } = deps;
  const directory = new KeyDirectory(clock);
  const freshness = keepDirectoryFresh({ ...deps, directory });
  await freshness.refresh();
  return {
    database,
    clock,
    newId,
    directory,
    sessions: createSessions({ database, clock }),
    // The change itself is committed by then; a failure here heals at the next look.
    refresh: () =>
      freshness.refresh().catch((thrown: unknown) => {
        log.warn({ err: asError(thrown) }, 'access: reads keys anew later');
      }),
    flushUsed: freshness.flushUsed,
    close: freshness.close,
  };
}
