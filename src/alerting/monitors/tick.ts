import { asError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { type LookDeps, lookAtMonitor } from './look.ts';

/** How looking at monitors is told to operators. */
export interface MonitorMeters {
  /** A round ended; `error` when it could not look at every monitor. */
  ran(status: 'success' | 'error'): void;
  /** Seconds since the least recent look at any enabled monitor; and when any was looked at last, null: never. */
  stands(of: { readonly lagSeconds: number; readonly lastRun: Date | null }): void;
}

export interface TickDeps extends LookDeps {
  readonly log: Log;
  readonly meters: MonitorMeters;
}

/** Monitors that one round looks at; those that were looked at longest ago come first. */
const MOST_A_ROUND = 2_000;
const MINUTE_MS = 60_000;

/**
 * Looks at every monitor that was not looked at in this minute. Any number of programs may do it at once: each monitor is
 * looked at by one of them. One that cannot be looked at says so in its `problem` and stops no other.
 */
export async function lookAtMonitors(deps: TickDeps, signal: AbortSignal): Promise<void> {
  const minute = new Date(Math.floor(deps.clock.now() / MINUTE_MS) * MINUTE_MS);
  const due = await deps.database.query<{ id: string }>(
    `select m.id from monitors m left join monitor_states s on s.monitor_id = m.id
     where m.enabled and (s.checked_at is null or s.checked_at < $1)
     order by s.checked_at nulls first, m.id limit $2`,
    [minute, MOST_A_ROUND],
  );
  let failed = 0;
  for (const { id } of due) {
    if (signal.aborted) break;
    failed += (await lookSafely(deps, id)) ? 0 : 1;
  }
  deps.meters.ran(failed === 0 ? 'success' : 'error');
  await tellStanding(deps);
}

async function lookSafely(deps: TickDeps, id: string): Promise<boolean> {
  try {
    await lookAtMonitor(deps, id);
    return true;
  } catch (thrown) {
    const error = asError(thrown);
    deps.log.warn({ err: error, monitor: id }, 'a monitor could not be looked at');
    await noteProblem(deps, id, error.message);
    return false;
  }
}

const MAX_PROBLEM = 500;

/** The state stays what it was: nothing is known that would change it. */
async function noteProblem(
  { database, clock }: TickDeps,
  id: string,
  message: string,
): Promise<void> {
  const now = new Date(clock.now());
  await database.query(
    `insert into monitor_states (monitor_id, state, state_since, checked_at, problem)
     select id, 'no_data', $2, $2, $3 from monitors where id = $1
     on conflict (monitor_id) do update set checked_at = excluded.checked_at, problem = excluded.problem`,
    [id, now, message.slice(0, MAX_PROBLEM)],
  );
}

/** Every program tells the same, whichever of them looks. */
async function tellStanding({ database, clock, meters }: TickDeps): Promise<void> {
  const [row] = await database.query<{ oldest: Date | null; newest: Date | null }>(
    `select min(coalesce(s.checked_at, m.updated_at)) as oldest, max(s.checked_at) as newest
     from monitors m left join monitor_states s on s.monitor_id = m.id where m.enabled`,
  );
  const oldest = row?.oldest ?? null;
  const lagSeconds = oldest === null ? 0 : Math.max(0, (clock.now() - oldest.getTime()) / 1000);
  meters.stands({ lagSeconds, lastRun: row?.newest ?? null });
}

/** The rounds of looking, one after the other. */
export interface Ticking {
  /** Waits for the round under way. */
  stop(): Promise<void>;
}

const ROUND_EVERY_MS = 15_000;

/** Looks at monitors every 15 seconds, so that each is looked at soon after a minute is over. */
export function startTicking(deps: TickDeps): Ticking {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const round = async (): Promise<void> => {
    try {
      await lookAtMonitors(deps, stopping.signal);
    } catch (error) {
      deps.log.warn({ err: asError(error) }, 'monitors could not be looked at');
    }
  };
  const next = (): void => {
    running ??= round().finally(() => {
      running = null;
    });
  };
  const timer = setInterval(next, ROUND_EVERY_MS);
  timer.unref();
  next();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
