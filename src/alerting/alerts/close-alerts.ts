import type { Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-row.ts';
import { countAlerts, lockAlerts } from './lock-alerts.ts';
import { recordEvent } from './record-event.ts';
import { tellResolved } from './tell-resolved.ts';

/** Why an alert ended although nobody saw that all is well. */
type Why = 'monitor_removed' | 'monitor_disabled';

/**
 * Ends open alerts, and tells it to the channels that were told of them. The alerts of the project have to be held.
 * Answers the rows as they are now.
 */
export async function closeAlerts(
  tx: Queryable,
  deps: AlertingDeps,
  { rows, at, why }: { readonly rows: readonly AlertRow[]; readonly at: Date; readonly why?: Why },
): Promise<AlertRow[]> {
  const closed = await tx.query<AlertRow>(
    `update alerts set state = 'resolved', ended_at = greatest($2, started_at), updated_at = $2
     where id = any($1::uuid[]) and ended_at is null returning ${ALERT_COLUMNS}`,
    [rows.map(({ id }) => id), at],
  );
  for (const { id } of closed) {
    const details = why === undefined ? {} : { why };
    await recordEvent(tx, deps, { alertId: id, at, kind: 'resolved', details });
  }
  await tellResolved(tx, deps, closed);
  const fired = Map.groupBy(
    closed.filter(({ fired_at }) => fired_at !== null),
    ({ project_id }) => project_id,
  );
  for (const [projectId, { length }] of fired) {
    await countAlerts(tx, projectId, { opened: 0, closed: length });
  }
  return closed;
}

/**
 * Ends the open alerts of monitors that are gone or switched off, which nobody looks at any more. Holds the alerts of
 * the project until the transaction ends.
 */
export async function closeAbandoned(
  tx: Queryable,
  deps: AlertingDeps,
  projectId: string,
): Promise<void> {
  await lockAlerts(tx, [projectId]);
  const rows = await tx.query<AlertRow & { enabled: boolean | null }>(
    `select ${ALERT_COLUMNS}, (select enabled from monitors m where m.id = alerts.monitor_id) as enabled
     from alerts where project_id = $1 and source = 'monitor' and ended_at is null`,
    [projectId],
  );
  const at = new Date(deps.clock.now());
  const removed = rows.filter(({ enabled }) => enabled === null);
  const disabled = rows.filter(({ enabled }) => enabled === false);
  if (removed.length > 0)
    await closeAlerts(tx, deps, { rows: removed, at, why: 'monitor_removed' });
  if (disabled.length > 0) {
    await closeAlerts(tx, deps, { rows: disabled, at, why: 'monitor_disabled' });
  }
}
