import type { DatabaseTarget } from './database.ts';
import type { LeasePriority } from './lease.ts';
import { connectPglite } from './pglite-client.ts';
import { openPostgres } from './postgres.ts';
import type { StoreDatabase } from './sql-database.ts';

/**
 * The database behind a target, from any thread. `priority: 'loader'` goes before everything else
 * that waits for the embedded database; a server ignores it.
 */
export function connectDatabase(
  target: DatabaseTarget,
  options: {
    readonly priority?: LeasePriority;
    readonly onIdleError?: (error: Error) => void;
  } = {},
): StoreDatabase {
  if (target.kind === 'pglite') return connectPglite(target.port, options.priority);
  return openPostgres({
    url: target.url,
    poolSize: target.poolSize,
    ...(options.onIdleError ? { onIdleError: options.onIdleError } : {}),
  });
}
