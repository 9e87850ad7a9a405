import type { PGlite } from '@electric-sql/pglite';
import type { PgliteServer } from './pglite-server.ts';

/**
 * PGlite has no background processes: nobody writes checkpoints (its log would grow for ever and
 * the next start would replay all of it) and nobody vacuums. This does both, a piece at a time,
 * when the database is idle, or anyway when it cannot wait any longer.
 */
export interface Housekeeping {
  /** One round, as the timer does it. Answers what it did. */
  round(): Promise<HousekeepingRound>;
  stop(): void;
}

export interface HousekeepingRound {
  readonly checkpointed: boolean;
  /** The table that was vacuumed; one per round, so that nobody waits long. */
  readonly vacuumed: string | null;
}

export interface HousekeepingOptions {
  readonly intervalMs?: number;
  /** Log written since the last checkpoint from which one is due when idle. */
  readonly checkpointBytes?: number;
}

const INTERVAL_MS = 10_000;
const CHECKPOINT_BYTES = 32 * 1024 * 1024;
/** From here on a checkpoint happens under load too. */
const OVERDUE_FACTOR = 8;
const IDLE_MS = 250;
/** Under steady load one table is vacuumed every so many rounds all the same. */
const PATIENCE_ROUNDS = 6;
/** PostgreSQL's own autovacuum thresholds: 50 rows plus a fifth (dead) or a tenth (analyze). */
const DUE_TABLES = `
  select quote_ident(schemaname) || '.' || quote_ident(relname) as name,
    n_dead_tup + n_ins_since_vacuum + n_mod_since_analyze as changes
  from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup
    or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
    or n_mod_since_analyze > 50 + 0.1 * n_live_tup
  order by 2 desc limit 1`;

/** Starts the rounds on a timer of its own. */
export function startHousekeeping(
  server: PgliteServer,
  options: HousekeepingOptions = {},
): Housekeeping {
  const checkpointBytes = options.checkpointBytes ?? CHECKPOINT_BYTES;
  let checkpointAt: string | null = null;
  let running = false;
  let busyRounds = 0;

  const round = async (): Promise<HousekeepingRound> => {
    const idle = server.idleMs() >= IDLE_MS;
    const checkpointed = await server.exclusive(async (pg) => {
      const written = await writtenSince(pg, checkpointAt);
      checkpointAt ??= written.position;
      const due = written.bytes >= checkpointBytes * (idle ? 1 : OVERDUE_FACTOR);
      if (!due) return false;
      await pg.exec('checkpoint');
      checkpointAt = (await writtenSince(pg, null)).position;
      return true;
    });
    busyRounds = idle ? 0 : busyRounds + 1;
    const due = idle || busyRounds % PATIENCE_ROUNDS === 0;
    const vacuumed = due ? await server.exclusive(vacuumOne) : null;
    return { checkpointed, vacuumed };
  };

  const timer = setInterval(() => {
    if (running) return;
    running = true;
    // A failed round costs disk space, not data: the next one tries again.
    void round()
      .catch(() => undefined)
      .finally(() => {
        running = false;
      });
  }, options.intervalMs ?? INTERVAL_MS);
  timer.unref();
  return { round, stop: (): void => clearInterval(timer) };
}

async function writtenSince(
  pg: PGlite,
  position: string | null,
): Promise<{ position: string; bytes: number }> {
  const { rows } = await pg.query<{ position: string; bytes: number }>(
    `select pg_current_wal_lsn()::text as position,
      (pg_current_wal_lsn() - coalesce($1::pg_lsn, redo_lsn))::float8 as bytes
     from pg_control_checkpoint()`,
    [position],
  );
  return rows[0] ?? { position: '0/0', bytes: 0 };
}

async function vacuumOne(pg: PGlite): Promise<string | null> {
  const { rows } = await pg.query<{ name: string }>(DUE_TABLES);
  const [due] = rows;
  if (due === undefined) return null;
  await pg.exec(`vacuum (analyze) ${due.name}`);
  return due.name;
}
