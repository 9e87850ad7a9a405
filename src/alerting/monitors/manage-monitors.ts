import type { Monitor, NewMonitor } from '../../contract/monitors.ts';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { NewId } from '../../core/ids.ts';
import type { Database, Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import { assertSensible } from './check-monitor.ts';
import {
  definitionOf,
  findMonitor,
  type MonitorRow,
  monitorsByName,
  readMonitor,
} from './monitor-store.ts';
import type { JudgedMonitor } from './verdicts.ts';

export interface MonitorDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
  /** Ends the open alerts of a monitor that will not look after them any more. */
  endAlerts(tx: Queryable, of: JudgedMonitor): Promise<void>;
}

/** Whose monitors, and who asks. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

export const MAX_MONITORS = 500;

/** Adds a monitor. Throws `invalid_request` for one that makes no sense and `conflict` for a name that is taken. */
export async function addMonitor(
  deps: MonitorDeps,
  asker: Asker,
  wish: NewMonitor,
): Promise<Monitor> {
  assertSensible(wish);
  return await deps.database.transaction(async (tx) => {
    await lockMonitors(tx, asker.projectId);
    await assertChannels(tx, asker.projectId, [wish]);
    const others = await monitorsByName(tx, asker.projectId);
    if (others.size >= MAX_MONITORS) {
      throw new AppError('conflict', `A project can have ${MAX_MONITORS} monitors.`);
    }
    assertFree(others, wish.name);
    const id = await insertMonitor(deps, tx, { asker, wish, managedBy: 'api' });
    return await readMonitor({ ...deps, database: tx }, { ...asker, id });
  });
}

/** Puts a new definition in the place of a monitor's. Throws like {@link addMonitor}, and `not_found`. */
export async function replaceMonitor(
  deps: MonitorDeps,
  asker: Asker,
  { id, wish }: { readonly id: string; readonly wish: NewMonitor },
): Promise<Monitor> {
  assertSensible(wish);
  return await deps.database.transaction(async (tx) => {
    await lockMonitors(tx, asker.projectId);
    const before = await findMonitor(tx, { ...asker, id });
    assertOwn(before);
    await assertChannels(tx, asker.projectId, [wish]);
    const others = await monitorsByName(tx, asker.projectId);
    others.delete(before.name);
    assertFree(others, wish.name);
    await writeMonitor(deps, tx, { asker, before, wish });
    return await readMonitor({ ...deps, database: tx }, { ...asker, id });
  });
}

/** Switches a monitor on or off. Throws `not_found`, and `conflict` for one of a file. */
export async function switchMonitor(
  deps: MonitorDeps,
  asker: Asker,
  { id, enabled }: { readonly id: string; readonly enabled: boolean },
): Promise<Monitor> {
  return await deps.database.transaction(async (tx) => {
    await lockMonitors(tx, asker.projectId);
    const before = await findMonitor(tx, { ...asker, id });
    assertOwn(before);
    await writeMonitor(deps, tx, { asker, before, wish: { ...definitionOf(before), enabled } });
    return await readMonitor({ ...deps, database: tx }, { ...asker, id });
  });
}

/** Removes a monitor; its alerts stay as history. Throws `not_found`, and `conflict` for one of a file. */
export async function removeMonitor(deps: MonitorDeps, asker: Asker, id: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await lockMonitors(tx, asker.projectId);
    const before = await findMonitor(tx, { ...asker, id });
    assertOwn(before);
    await deleteMonitor(deps, tx, { asker, before });
  });
}

/**
 * One writer of a project's monitors at a time. The rows are locked before anything is done about their alerts, because
 * looks lock in this order, too.
 */
export async function lockMonitors(tx: Queryable, projectId: string): Promise<void> {
  await tx.query('select id from projects where id = $1 for update', [projectId]);
  await tx.query('select id from monitors where project_id = $1 order by id for update', [
    projectId,
  ]);
}

/** Writes a new monitor; the caller has checked it and holds the lock. Answers its id. */
export async function insertMonitor(
  deps: MonitorDeps,
  tx: Queryable,
  given: {
    readonly asker: Asker;
    readonly wish: NewMonitor;
    readonly managedBy: 'api' | 'file';
  },
): Promise<string> {
  const { asker, wish, managedBy } = given;
  const id = deps.newId();
  await tx.query(
    `insert into monitors (id, project_id, name, definition, enabled, managed_by, created_at, updated_at)
     values ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $7)`,
    [
      id,
      asker.projectId,
      wish.name,
      jsonText(wish),
      wish.enabled,
      managedBy,
      new Date(deps.clock.now()),
    ],
  );
  await deps.recordDeed(tx, {
    ...asker,
    action: 'monitor.created',
    target: id,
    details: { ...wish },
  });
  return id;
}

/** Writes a changed definition. What asks something else begins anew, and what nobody looks at ends its alerts. */
export async function writeMonitor(
  deps: MonitorDeps,
  tx: Queryable,
  given: { readonly asker: Asker; readonly before: MonitorRow; readonly wish: NewMonitor },
): Promise<void> {
  const { asker, before, wish } = given;
  const old = definitionOf(before);
  const changed = changedFields(old, wish);
  if (changed.length === 0) return;
  await tx.query(
    `update monitors set name = $3, definition = $4::text::jsonb, enabled = $5, updated_at = $6
     where id = $1 and project_id = $2`,
    [
      before.id,
      asker.projectId,
      wish.name,
      jsonText(wish),
      wish.enabled,
      new Date(deps.clock.now()),
    ],
  );
  const asksElse = changed.some((field) => ['metric', 'slice', 'condition'].includes(field));
  if (asksElse) await tx.query('delete from monitor_points where monitor_id = $1', [before.id]);
  if (asksElse || !wish.enabled) {
    await tx.query('delete from monitor_states where monitor_id = $1', [before.id]);
  }
  // An open alert is found again by the monitor's name.
  if (asksElse || !wish.enabled || changed.includes('name')) {
    await deps.endAlerts(tx, { projectId: asker.projectId, id: before.id, definition: old });
  }
  await deps.recordDeed(tx, {
    ...asker,
    action: 'monitor.changed',
    target: before.id,
    details: { name: wish.name, changed, enabled: wish.enabled },
  });
}

/** Removes a monitor; the caller holds the lock. */
export async function deleteMonitor(
  deps: MonitorDeps,
  tx: Queryable,
  { asker, before }: { readonly asker: Asker; readonly before: MonitorRow },
): Promise<void> {
  await deps.endAlerts(tx, {
    ...{ projectId: asker.projectId, id: before.id },
    definition: definitionOf(before),
  });
  await tx.query('delete from monitors where id = $1 and project_id = $2', [
    before.id,
    asker.projectId,
  ]);
  await deps.recordDeed(tx, {
    ...asker,
    action: 'monitor.deleted',
    target: before.id,
    details: { name: before.name },
  });
}

/** Refuses names of channels that the project does not have. Throws `invalid_request`. */
export async function assertChannels(
  tx: Queryable,
  projectId: string,
  wishes: readonly Pick<NewMonitor, 'channels' | 'escalation'>[],
): Promise<void> {
  const named = new Set(
    wishes.flatMap(({ channels, escalation }) => [...channels, ...(escalation?.channels ?? [])]),
  );
  if (named.size === 0) return;
  const rows = await tx.query<{ name: string }>(
    'select name from channels where project_id = $1 and name = any($2::text[])',
    [projectId, [...named]],
  );
  for (const { name } of rows) named.delete(name);
  const [unknown] = named;
  if (unknown !== undefined) {
    throw new AppError('invalid_request', `There is no channel named "${unknown}".`);
  }
}

/** The fields in which two definitions differ. */
export function changedFields(before: NewMonitor, after: NewMonitor): string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([field, value]) => canonical(old.get(field)) !== canonical(value))
    .map(([field]) => field);
}

/** JSON text in which the order of keys makes no difference: databases keep none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function assertFree(others: ReadonlyMap<string, MonitorRow>, name: string): void {
  if (others.has(name)) {
    throw new AppError('conflict', `There is a monitor named "${name}" already.`);
  }
}

function assertOwn({ managed_by: managedBy }: MonitorRow): void {
  if (managedBy === 'file') {
    throw new AppError(
      'conflict',
      'This monitor comes from a file: change it there and apply the file.',
    );
  }
}
