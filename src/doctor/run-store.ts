import {
  DoctorCheck,
  type DoctorGroup,
  type DoctorPage,
  type DoctorRun,
} from '../contract/doctor.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import type { Queryable } from '../store/database.ts';

/** Older runs of a project are forgotten. */
const KEPT_RUNS = 200;

interface RunRow {
  readonly id: string;
  readonly started_at: Date;
  readonly finished_at: Date;
  readonly started_by: DoctorRun['startedBy'];
  readonly groups: DoctorGroup[];
  readonly status: DoctorRun['status'];
  readonly checks: unknown;
}

/** Keeps a run, and the newest 200 of its project. */
export async function storeRun(db: Queryable, projectId: string, run: DoctorRun): Promise<void> {
  await db.query(
    `insert into doctor_runs (id, project_id, started_at, finished_at, started_by, groups, status, checks)
     values ($1, $2, $3, $4, $5, $6::text[], $7, $8::jsonb)`,
    [
      run.id,
      projectId,
      new Date(run.startedAt),
      new Date(run.finishedAt),
      run.startedBy,
      run.groups,
      run.status,
      JSON.stringify(run.checks),
    ],
  );
  await db.query(
    `delete from doctor_runs where project_id = $1 and id not in (
       select id from doctor_runs where project_id = $1 order by started_at desc, id desc limit ${KEPT_RUNS})`,
    [projectId],
  );
}

/** Runs of a project, newest first; with `group` those that looked at it. Throws `invalid_request` for a foreign cursor. */
export async function listRuns(
  db: Queryable,
  projectId: string,
  asked: {
    readonly limit: number;
    readonly cursor?: string | undefined;
    readonly group?: DoctorGroup | undefined;
  },
): Promise<DoctorPage> {
  const before = fromCursor(asked.cursor);
  const rows = await db.query<RunRow>(
    `select id, started_at, finished_at, started_by, groups, status, checks from doctor_runs
     where project_id = $1 and ($2::text is null or $2 = any(groups))
       and ($3::timestamptz is null or (started_at, id) < ($3, $4::uuid))
     order by started_at desc, id desc limit $5`,
    [projectId, asked.group ?? null, before?.at ?? null, before?.id ?? null, asked.limit + 1],
  );
  const page = cutPage(rows, asked.limit, (row) => ({ at: row.started_at, id: row.id }));
  return { ...page, items: page.items.map(toRun) };
}

function toRun(row: RunRow): DoctorRun {
  return {
    id: row.id,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
    startedBy: row.started_by,
    groups: row.groups,
    status: row.status,
    checks: DoctorCheck.array().parse(row.checks),
  };
}
