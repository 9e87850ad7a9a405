import type { Estimate } from '../../contract/common.ts';
import { type Monitor, type MonitorState, NewMonitor } from '../../contract/monitors.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { Queryable } from '../../store/database.ts';
import { type StateChange, stripOf } from './strip.ts';

/** A monitor as it is stored, with where looking at it stands. */
export interface MonitorRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly definition: unknown;
  readonly enabled: boolean;
  readonly managed_by: 'api' | 'file';
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly state: MonitorState | null;
  readonly state_since: Date | null;
  readonly current: Estimate | null;
  readonly checked_at: Date | null;
  readonly problem: string | null;
  readonly figures: Monitor['drift'];
  readonly open_alert: string | null;
}

const SELECT = `select m.id, m.project_id, m.name, m.definition, m.enabled, m.managed_by, m.created_at, m.updated_at,
    s.state, s.state_since, s.current, s.checked_at, s.problem, s.figures,
    (select a.id from alerts a where a.monitor_id = m.id and a.ended_at is null
     order by a.started_at desc limit 1) as open_alert
  from monitors m left join monitor_states s on s.monitor_id = m.id`;

interface Reader {
  readonly database: Queryable;
  readonly clock: Clock;
}

/** A project's monitors, newest first; `before` is the last id of the page before. */
export async function listMonitors(
  deps: Reader,
  of: { readonly projectId: string; readonly before: string | null; readonly limit: number },
): Promise<Monitor[]> {
  const rows = await deps.database.query<MonitorRow>(
    `${SELECT} where m.project_id = $1 and ($2::uuid is null or m.id < $2) order by m.id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return present(deps, rows);
}

/** One monitor as the API shows it. Throws `not_found`, also for one of another project. */
export async function readMonitor(
  deps: Reader,
  of: { readonly projectId: string; readonly id: string },
): Promise<Monitor> {
  const [monitor] = await present(deps, [await findMonitor(deps.database, of)]);
  if (monitor === undefined) throw notFound();
  return monitor;
}

/** The row of a monitor. Throws `not_found`. */
export async function findMonitor(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<MonitorRow> {
  const [row] = await db.query<MonitorRow>(`${SELECT} where m.id = $1 and m.project_id = $2`, [
    of.id,
    of.projectId,
  ]);
  if (row === undefined) throw notFound();
  return row;
}

/** All monitors of a project, by name. */
export async function monitorsByName(
  db: Queryable,
  projectId: string,
): Promise<Map<string, MonitorRow>> {
  const rows = await db.query<MonitorRow>(`${SELECT} where m.project_id = $1 order by m.name`, [
    projectId,
  ]);
  return new Map(rows.map((row) => [row.name, row]));
}

/** What the row says, without what is known of it. */
export function definitionOf(row: Pick<MonitorRow, 'definition' | 'enabled' | 'name'>): NewMonitor {
  const stored = NewMonitor.safeParse(row.definition);
  if (!stored.success) {
    throw new Error(`The stored definition cannot be read: ${stored.error.issues[0]?.message}.`);
  }
  return { ...stored.data, name: row.name, enabled: row.enabled };
}

async function present(
  { database, clock }: Reader,
  rows: readonly MonitorRow[],
): Promise<Monitor[]> {
  const nowMs = clock.now();
  const changes = await changesOf(database, rows, nowMs);
  return rows.map((row) => ({
    ...definitionOf(row),
    id: row.id,
    managedBy: row.managed_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    state: row.enabled ? (row.state ?? 'no_data') : 'disabled',
    stateSince: row.enabled ? (row.state_since?.toISOString() ?? null) : null,
    current: row.current,
    checkedAt: row.checked_at?.toISOString() ?? null,
    problem: row.problem,
    drift: row.figures,
    openAlertId: row.open_alert,
    strip: stripOf(changes.get(row.id) ?? [], { nowMs, until: row.checked_at }),
  }));
}

const DAY_MS = 86_400_000;

async function changesOf(
  db: Queryable,
  rows: readonly MonitorRow[],
  nowMs: number,
): Promise<ReadonlyMap<string, StateChange[]>> {
  const found = await db.query<{ monitor_id: string; at: Date; state: MonitorState }>(
    `select c.monitor_id, c.at, c.state from monitor_changes c
     where c.monitor_id = any($1::uuid[]) and c.at >= coalesce((select max(b.at) from monitor_changes b
       where b.monitor_id = c.monitor_id and b.at <= $2), $2)
     order by c.monitor_id, c.at`,
    [rows.map(({ id }) => id), new Date(nowMs - DAY_MS)],
  );
  return Map.groupBy(found, ({ monitor_id }) => monitor_id);
}

export function notFound(): AppError {
  return new AppError('not_found', 'There is no such monitor.');
}
