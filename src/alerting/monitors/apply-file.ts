import type { MonitorsApplied, MonitorsFile, NewMonitor } from '../../contract/monitors.ts';
import { AppError } from '../../core/errors.ts';
import type { Queryable } from '../../store/database.ts';
import { assertSensible } from './check-monitor.ts';
import {
  type Asker,
  assertChannels,
  changedFields,
  deleteMonitor,
  insertMonitor,
  lockMonitors,
  MAX_MONITORS,
  type MonitorDeps,
  writeMonitor,
} from './manage-monitors.ts';
import { definitionOf, type MonitorRow, monitorsByName } from './monitor-store.ts';

interface Plan {
  readonly created: readonly NewMonitor[];
  readonly changed: readonly { readonly before: MonitorRow; readonly wish: NewMonitor }[];
  readonly removed: readonly MonitorRow[];
  readonly unchanged: readonly string[];
}

/**
 * Makes the monitors of a project those of the file, and removes monitors of the file before that are not in it. A
 * monitor of the same name that was made by hand becomes the file's. With `dryRun` it only tells what it would do.
 * Throws `invalid_request` that names the monitor at fault; then nothing was changed.
 */
export async function applyFile(
  deps: MonitorDeps,
  asker: Asker,
  { file, dryRun }: { readonly file: MonitorsFile; readonly dryRun: boolean },
): Promise<MonitorsApplied> {
  assertFile(file);
  return await deps.database.transaction(async (tx) => {
    await lockMonitors(tx, asker.projectId);
    await assertChannels(tx, asker.projectId, file.monitors);
    const existing = await monitorsByName(tx, asker.projectId);
    const plan = planOf(file, existing);
    if (existing.size - plan.removed.length + plan.created.length > MAX_MONITORS) {
      throw new AppError('conflict', `A project can have ${MAX_MONITORS} monitors.`);
    }
    if (!dryRun) await carryOut(deps, tx, { asker, plan });
    return {
      created: plan.created.map(({ name }) => name),
      changed: plan.changed.map(({ wish }) => wish.name),
      removed: plan.removed.map(({ name }) => name),
      unchanged: [...plan.unchanged],
      dryRun,
    };
  });
}

/** The monitors of a project as a file, by name. */
export async function exportFile(db: Queryable, projectId: string): Promise<MonitorsFile> {
  const rows = await monitorsByName(db, projectId);
  return { version: 1, monitors: [...rows.values()].map(definitionOf) };
}

function assertFile({ monitors }: MonitorsFile): void {
  const names = new Set<string>();
  for (const monitor of monitors) {
    if (names.has(monitor.name)) {
      throw new AppError('invalid_request', `The file has two monitors named "${monitor.name}".`);
    }
    names.add(monitor.name);
    try {
      assertSensible(monitor);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `"${monitor.name}": ${error.message}`);
    }
  }
}

function planOf({ monitors }: MonitorsFile, existing: ReadonlyMap<string, MonitorRow>): Plan {
  const created: NewMonitor[] = [];
  const changed: { before: MonitorRow; wish: NewMonitor }[] = [];
  const unchanged: string[] = [];
  for (const wish of monitors) {
    const before = existing.get(wish.name);
    if (before === undefined) created.push(wish);
    else if (before.managed_by === 'api' || changedFields(definitionOf(before), wish).length > 0) {
      changed.push({ before, wish });
    } else unchanged.push(wish.name);
  }
  const names = new Set(monitors.map(({ name }) => name));
  const removed = [...existing.values()].filter(
    ({ name, managed_by: managedBy }) => managedBy === 'file' && !names.has(name),
  );
  return { created, changed, removed, unchanged };
}

async function carryOut(
  deps: MonitorDeps,
  tx: Queryable,
  { asker, plan }: { readonly asker: Asker; readonly plan: Plan },
): Promise<void> {
  for (const before of plan.removed) await deleteMonitor(deps, tx, { asker, before });
  for (const { before, wish } of plan.changed) {
    await writeMonitor(deps, tx, { asker, before, wish });
    await tx.query(`update monitors set managed_by = 'file' where id = $1`, [before.id]);
  }
  for (const wish of plan.created) {
    await insertMonitor(deps, tx, { asker, wish, managedBy: 'file' });
  }
}
