import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Database } from './database.ts';
import type { JobDefinition } from './jobs.ts';
import { dropExpired, ensurePartitionsAhead } from './partitions.ts';

export interface MaintenanceOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Whole days that interactions are kept; null keeps them for ever. */
  readonly retentionDays: number | null;
}

/**
 * The jobs that keep the big tables in shape: partitions for the days to come, and the removal of
 * expired days. Checkpoints and vacuum of the embedded database belong to its own thread.
 */
export function maintenanceJobs(options: MaintenanceOptions): JobDefinition[] {
  const { database, clock, log, retentionDays } = options;
  return [
    {
      name: 'store-partitions-ahead',
      cron: '7 * * * *',
      work: (): Promise<void> => ensurePartitionsAhead(database, clock.now()),
    },
    {
      name: 'store-drop-expired',
      cron: '23 * * * *',
      work: async (): Promise<void> => {
        if (retentionDays === null) return;
        const expired = await dropExpired(database, retentionDays, clock.now());
        if (expired.partitions.length > 0 || expired.rows > 0) {
          log.info({ expired }, 'expired interactions removed');
        }
      },
    },
  ];
}
