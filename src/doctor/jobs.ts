import type { DoctorGroup, DoctorRun } from '../contract/doctor.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Queryable } from '../store/database.ts';
import type { JobDefinition } from '../store/jobs.ts';
import { DAY_MS } from './finding.ts';
import type { DoctorOrder } from './run-doctor.ts';

export interface DoctorJobDeps {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly log: Log;
  readonly run: (order: DoctorOrder, signal: AbortSignal) => Promise<DoctorRun>;
}

/** Projects that nobody uses need no doctor. */
const USED_WITHIN_DAYS = 30;
const MAX_PROJECTS = 200;

/** The daily and the weekly checks of every project in use; those of a deployment run when somebody deploys. */
export function doctorJobs(deps: DoctorJobDeps): JobDefinition[] {
  const job = (name: string, cron: string, group: DoctorGroup): JobDefinition => ({
    name,
    cron,
    retries: 0,
    work: (signal) => examineProjects(deps, group, signal),
  });
  return [job('doctor-daily', '10 5 * * *', 'daily'), job('doctor-weekly', '20 5 * * 1', 'weekly')];
}

async function examineProjects(
  deps: DoctorJobDeps,
  group: DoctorGroup,
  signal: AbortSignal,
): Promise<void> {
  const rows = await deps.database.query<{ project_id: string }>(
    `select distinct u.project_id from usage_rollups u join projects p on p.id = u.project_id
     where u.grain = 'day' and u.slice = 'all' and u.at >= $1 limit ${MAX_PROJECTS}`,
    [new Date(deps.clock.now() - USED_WITHIN_DAYS * DAY_MS)],
  );
  for (const { project_id: projectId } of rows) {
    if (signal.aborted) return;
    try {
      const order = { projectId, groups: [group], model: 'demo/good', asked: null } as const;
      const { status, checks } = await deps.run(
        { ...order, groups: [...order.groups], startedBy: 'schedule' },
        signal,
      );
      const bad = checks.filter((check) => check.status === 'fail').map(({ name }) => name);
      if (status === 'fail')
        deps.log.warn({ projectId, group, bad }, 'checks of lqo doctor failed');
    } catch (thrown) {
      deps.log.warn({ err: asError(thrown), projectId }, 'lqo doctor could not run');
    }
  }
}
