import type { Clock } from '../../core/clock.ts';
import { asError } from '../../core/errors.ts';
import type { NewId } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { settle, Verdict } from '../alerts/settle.ts';

export interface LateDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly settle: typeof settle;
}

const MINUTE_MS = 60_000;
/** Monitors are looked at every minute. */
const LATE_AFTER_MS = 5 * MINUTE_MS;
/** The name of the alert. */
export const LATE_ALERT = 'Monitors stand still';

interface LateRow {
  readonly project_id: string;
  readonly monitors: number;
  readonly oldest: Date;
  readonly channels: readonly string[];
}

/**
 * Raises an alert of the program in every project of which monitors were not looked at for five minutes, and ends it
 * when they are again. To be called by a part that does not look at monitors itself: who stands still tells nothing.
 * It goes to the channels that the project's monitors name. Answers in how many projects monitors are late.
 */
export async function tellLateMonitors(deps: LateDeps): Promise<number> {
  const now = new Date(deps.clock.now());
  return await deps.database.transaction(async (tx) => {
    const late = await lateProjects(tx, new Date(now.getTime() - LATE_AFTER_MS));
    const ids = new Set(late.map(({ project_id: id }) => id));
    const open = await tx.query<{ project_id: string }>(
      `select project_id from alerts where source = 'program' and name = $1 and ended_at is null`,
      [LATE_ALERT],
    );
    const well = open.filter(({ project_id: id }) => !ids.has(id));
    await deps.settle(tx, deps, [
      ...late.map((row) => verdictOf(row, now)),
      ...well.map(({ project_id }) => ({
        ...verdictOf({ project_id, monitors: 0, oldest: now, channels: [] }, now),
        state: 'ok' as const,
      })),
    ]);
    return late.length;
  });
}

async function lateProjects(tx: Queryable, before: Date): Promise<LateRow[]> {
  return await tx.query<LateRow>(
    `select m.project_id, count(*) as monitors, min(coalesce(s.checked_at, m.updated_at)) as oldest,
       (select coalesce(array_agg(distinct c.name), '{}') from monitors o
          cross join lateral jsonb_array_elements_text(o.definition -> 'channels') as c(name)
        where o.project_id = m.project_id and o.enabled) as channels
     from monitors m left join monitor_states s on s.monitor_id = m.id
     where m.enabled and coalesce(s.checked_at, m.updated_at) < $1 and m.updated_at < $1
     group by m.project_id order by m.project_id limit 1000`,
    [before],
  );
}

function verdictOf(
  { project_id: projectId, monitors, oldest, channels }: LateRow,
  at: Date,
): Verdict {
  const seconds = Math.round((at.getTime() - oldest.getTime()) / 1000);
  return {
    ...{ projectId, at },
    source: 'program',
    monitorId: null,
    name: LATE_ALERT,
    subject: '',
    severity: 'critical',
    state: 'firing',
    reason: {
      kind: 'monitors_late',
      metric: null,
      unit: 'seconds',
      current: { value: seconds, n: monitors, low: seconds, high: seconds },
      against: LATE_AFTER_MS / 1000,
      details: { monitors },
    },
    labels: { severity: 'critical', monitor: LATE_ALERT },
    notify: { channels, renotifyMinutes: 180, escalation: null, groupBy: [] },
    since: oldest,
    changedAt: null,
    runbookUrl: null,
  };
}

/**
 * Looks every minute, from five minutes on: a program that was away finds monitors that nobody looked at, and looks at
 * them itself first.
 */
export function watchLateMonitors(deps: LateDeps): { stop(): Promise<void> } {
  const begun = deps.clock.monotonic();
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (deps.clock.monotonic() - begun < LATE_AFTER_MS) return;
    running = tellLateMonitors(deps).then(
      (projects) => {
        if (projects > 0) deps.log.error({ projects }, 'monitors stand still');
      },
      (error: unknown) =>
        deps.log.warn({ err: asError(error) }, 'could not see whether monitors stand still'),
    );
  }, MINUTE_MS);
  timer.unref();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
