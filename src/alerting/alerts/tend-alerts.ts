import type { Database } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { closeAbandoned } from './close-alerts.ts';
import { tellDue } from './tell-due.ts';

/** Projects with open alerts that are looked at in one go; the others are next. */
const PROJECTS_AT_ONCE = 1_000;

/**
 * Does what is due by time: group waits and re-notify intervals that are over, escalations, silences that begin and end,
 * alerts of monitors that are gone. Any number of programs may do it at once. Rejects with all that went wrong, after
 * having looked at the other projects.
 */
export async function tendAlerts(
  deps: AlertingDeps & { readonly database: Database },
  signal: AbortSignal,
): Promise<void> {
  const projects = await deps.database.query<{ project_id: string }>(
    `select distinct project_id from alerts where ended_at is null order by project_id limit $1`,
    [PROJECTS_AT_ONCE],
  );
  const errors: unknown[] = [];
  for (const { project_id: projectId } of projects) {
    if (signal.aborted) break;
    try {
      await deps.database.transaction(async (tx) => {
        await closeAbandoned(tx, deps, projectId);
        await tellDue(tx, deps, projectId);
      });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'alerts could not be tended');
}
