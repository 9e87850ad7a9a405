import type { Queryable } from '../../store/database.ts';

/** Alerts that a transaction opened and closed. */
export interface AlertCount {
  readonly opened: number;
  readonly closed: number;
}

/**
 * Holds the alerts of these projects until the transaction ends: whoever changes alerts does this first, so that no two
 * programs decide about one alert at once. Rows are locked in the order of project ids.
 */
export async function lockAlerts(tx: Queryable, projectIds: Iterable<string>): Promise<void> {
  for (const projectId of inLockOrder(projectIds)) {
    await countAlerts(tx, projectId, { opened: 0, closed: 0 });
  }
}

/** Projects in the one order in which their alerts are held. */
export function inLockOrder(projectIds: Iterable<string>): string[] {
  return [...new Set(projectIds)].sort((one, other) => (one < other ? -1 : 1));
}

/** Counts openings and closings, which live pages are told of. */
export async function countAlerts(
  tx: Queryable,
  projectId: string,
  { opened, closed }: AlertCount,
): Promise<void> {
  await tx.query(
    `insert into alert_counters as c (project_id, opened, closed) values ($1, $2, $3)
     on conflict (project_id) do update set opened = c.opened + excluded.opened, closed = c.closed + excluded.closed`,
    [projectId, opened, closed],
  );
}
