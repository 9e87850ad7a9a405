import type { Alert, AlertEvent, AlertState } from '../../contract/alerts.ts';
import { AppError } from '../../core/errors.ts';
import type { Queryable } from '../../store/database.ts';
import type { ManageDeps, Person } from '../manage-deps.ts';
import { type AlertRow, toAlert } from './alert-row.ts';
import { findAlert } from './list-alerts.ts';
import { lockAlerts } from './lock-alerts.ts';
import { recordEvent } from './record-event.ts';
import { tellDue } from './tell-due.ts';

/** What somebody says about an alert; an empty note leaves the one that is there. */
export interface Said {
  readonly id: string;
  readonly note: string;
}

/**
 * Somebody takes care of an alert: it is told no more until it resolves. Doing it twice changes nothing. Throws
 * `not_found`, and `conflict` for one that does not fire.
 */
export async function acknowledge(deps: ManageDeps, by: Person, said: Said): Promise<Alert> {
  return change(deps, { by, said, kind: 'acknowledged' }, async (tx, row) => {
    if (row.state === 'acknowledged') return false;
    allow(row, ['firing', 'silenced']);
    await tx.query(
      `update alerts set state = 'acknowledged', silence_id = null, acknowledged_at = $2, acknowledged_by = $3
       where id = $1`,
      [row.id, new Date(deps.clock.now()), by.actor],
    );
    return true;
  });
}

/** Nobody takes care any more: it fires, and is told as if it had done so all the time. Throws as `acknowledge`. */
export async function unacknowledge(deps: ManageDeps, by: Person, said: Said): Promise<Alert> {
  return change(deps, { by, said, kind: 'unacknowledged' }, async (tx, row) => {
    allow(row, ['acknowledged']);
    await tx.query(
      `update alerts set state = 'firing', acknowledged_at = null, acknowledged_by = null where id = $1`,
      [row.id],
    );
    return true;
  });
}

/** Writes down what is known, on an alert of any state. Throws `not_found`, and `invalid_request` for an empty note. */
export async function noteOnAlert(deps: ManageDeps, by: Person, said: Said): Promise<Alert> {
  if (said.note.trim() === '') throw new AppError('invalid_request', 'The note is empty.');
  return change(deps, { by, said, kind: 'note' }, async () => true);
}

function allow(row: AlertRow, states: readonly AlertState[]): void {
  if (states.includes(row.state)) return;
  throw new AppError('conflict', `The alert is ${row.state}.`);
}

async function change(
  deps: ManageDeps,
  of: { readonly by: Person; readonly said: Said; readonly kind: AlertEvent['kind'] },
  write: (tx: Queryable, row: AlertRow) => Promise<boolean>,
): Promise<Alert> {
  const { by, said, kind } = of;
  const { projectId, actor } = by;
  const { id, note } = said;
  return await deps.database.transaction(async (tx) => {
    await lockAlerts(tx, [projectId]);
    const row = await findAlert(tx, { projectId, id });
    const changed = await write(tx, row);
    if (changed) {
      const at = new Date(deps.clock.now());
      await tx.query(
        `update alerts set note = coalesce(nullif($2, ''), note), updated_at = $3 where id = $1`,
        [id, note.trim(), at],
      );
      const details = note.trim() === '' ? {} : { note: note.trim() };
      await recordEvent(tx, deps, { alertId: id, at, kind, actor, details });
      const action = kind === 'note' ? 'alert.noted' : `alert.${kind}`;
      await deps.recordDeed(tx, { ...by, action, target: id, details: { name: row.name } });
      if (kind === 'unacknowledged') await tellDue(tx, deps, projectId);
    }
    return toAlert(await findAlert(tx, { projectId, id }), deps.clock.now());
  });
}
