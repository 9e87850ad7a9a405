import type { Database, Queryable } from '../store/database.ts';

export type RunTrigger = 'interval' | 'arrival' | 'manual';

/** What one run did in one project. Sums are over `overall`. */
export interface RunTally {
  evaluated: number;
  failed: number;
  lowQuality: number;
  scoreSum: number;
  nativeSum: number;
}

/** Runs older than this are forgotten; the totals stay. */
const KEPT_DAYS = 30;

export function emptyTally(): RunTally {
  return { evaluated: 0, failed: 0, lowQuality: 0, scoreSum: 0, nativeSum: 0 };
}

/** A finished run of one project, for the history. */
export interface FinishedRun {
  readonly id: string;
  readonly projectId: string;
  readonly trigger: RunTrigger;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly tally: Readonly<RunTally>;
}

/** Runs on arrival within this time are one row: they may come every second. */
const MERGED_SECONDS = 60;

/** Adds a run to the history and to the totals of its project; nothing when the project is gone. */
export async function recordRun(database: Database, run: FinishedRun): Promise<void> {
  const { tally } = run;
  await database.transaction(async (tx) => {
    if (run.trigger === 'arrival' && (await mergeIntoLast(tx, run))) return;
    const written = await tx.query(
      `insert into evaluation_runs (id, project_id, trigger, evaluator, evaluator_version, started_at,
         finished_at, evaluated, failed, low_quality, average_score, average_native)
       select $1, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from projects p where p.id = $2
       returning id`,
      [
        run.id,
        run.projectId,
        run.trigger,
        run.evaluator,
        run.evaluatorVersion,
        run.startedAt,
        run.finishedAt,
        tally.evaluated,
        tally.failed,
        tally.lowQuality,
        mean(tally.scoreSum, tally.evaluated),
        mean(tally.nativeSum, tally.evaluated),
      ],
    );
    if (written.length === 0) return;
    await tx.query(
      `insert into evaluation_totals as t (project_id, runs, evaluated, failed) values ($1, 1, $2, $3)
       on conflict (project_id) do update set runs = t.runs + 1,
         evaluated = t.evaluated + excluded.evaluated, failed = t.failed + excluded.failed`,
      [run.projectId, tally.evaluated, tally.failed],
    );
  });
}

async function mergeIntoLast(tx: Queryable, run: FinishedRun): Promise<boolean> {
  const { tally } = run;
  const merged = await tx.query(
    `with last as (
       select id from evaluation_runs
       where project_id = $1 and trigger = 'arrival' and evaluator = $2 and evaluator_version = $3
         and started_at > $4::timestamptz - make_interval(secs => ${MERGED_SECONDS})
         and started_at <= $4
       order by finished_at desc, id desc limit 1 for update
     )
     update evaluation_runs r
     set finished_at = greatest(r.finished_at, $5), evaluated = r.evaluated + $6::int,
         failed = r.failed + $7, low_quality = r.low_quality + $8,
         average_score = (coalesce(r.average_score * r.evaluated, 0) + $9) / nullif(r.evaluated + $6::int, 0),
         average_native = (coalesce(r.average_native * r.evaluated, 0) + $10) / nullif(r.evaluated + $6::int, 0)
     from last where r.id = last.id
     returning r.id`,
    [
      run.projectId,
      run.evaluator,
      run.evaluatorVersion,
      run.startedAt,
      run.finishedAt,
      tally.evaluated,
      tally.failed,
      tally.lowQuality,
      tally.scoreSum,
      tally.nativeSum,
    ],
  );
  if (merged.length === 0) return false;
  await tx.query(
    `update evaluation_totals set evaluated = evaluated + $2, failed = failed + $3
     where project_id = $1`,
    [run.projectId, tally.evaluated, tally.failed],
  );
  return true;
}

/** Interactions that were ever evaluated, in all projects. */
export async function countEvaluated(db: Queryable): Promise<number> {
  const [row] = await db.query<{ evaluated: number }>(
    'select coalesce(sum(evaluated), 0)::bigint as evaluated from evaluation_totals',
  );
  return row?.evaluated ?? 0;
}

/** Null when nothing was counted. */
export function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}

/** Drops runs older than 30 days. */
export async function forgetOldRuns(db: Queryable): Promise<void> {
  await db.query(
    'delete from evaluation_runs where finished_at < now() - make_interval(days => $1)',
    [KEPT_DAYS],
  );
}

/**
 * Takes the turn of automatic evaluation: true for the one program, of however many, whose turn it is now;
 * then the next turn is set to `nextRunAt`.
 */
export async function takeTurn(
  db: Queryable,
  at: { readonly now: Date; readonly nextRunAt: Date },
): Promise<boolean> {
  const taken = await db.query(
    `insert into evaluation_schedule as s (only_row, last_run_at, next_run_at) values (true, $1, $2)
     on conflict (only_row) do update set last_run_at = $1, next_run_at = $2
       where s.next_run_at is null or s.next_run_at <= $1 or s.next_run_at > $2
     returning only_row`,
    [at.now, at.nextRunAt],
  );
  return taken.length > 0;
}

/** Notes when the first turn will come, unless an earlier one is noted already. */
export async function beginSchedule(db: Queryable, nextRunAt: Date): Promise<void> {
  await db.query(
    `insert into evaluation_schedule as s (only_row, next_run_at) values (true, $1)
     on conflict (only_row) do update set next_run_at = least(s.next_run_at, $1)`,
    [nextRunAt],
  );
}

/** Notes that automatic evaluation is off: no next turn. */
export async function endSchedule(db: Queryable): Promise<void> {
  await db.query('update evaluation_schedule set next_run_at = null where next_run_at is not null');
}

/** When automatic evaluation last took a turn; null when never. */
export async function lastTurnAt(db: Queryable): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    'select last_run_at as at from evaluation_schedule',
  );
  return row?.at ?? null;
}

export interface RunFacts {
  readonly lastRunAt: Date | null;
  readonly nextRunAt: Date | null;
  readonly totalRuns: number;
  readonly lastRun: {
    readonly evaluated: number;
    readonly failed: number;
    readonly lowQuality: number;
    readonly averageScore: number | null;
    readonly averageNative: number | null;
  } | null;
}

/** What the history tells about a project; `lastRunAt` is the later of its own last run and the schedule's. */
export async function readRunFacts(db: Queryable, projectId: string): Promise<RunFacts> {
  const [schedule] = await db.query<{ lastRunAt: Date | null; nextRunAt: Date | null }>(
    'select last_run_at as "lastRunAt", next_run_at as "nextRunAt" from evaluation_schedule',
  );
  const [last] = await db.query<NonNullable<RunFacts['lastRun']> & { finishedAt: Date }>(
    `select evaluated, failed, low_quality as "lowQuality", average_score as "averageScore",
            average_native as "averageNative", finished_at as "finishedAt"
     from evaluation_runs where project_id = $1 order by finished_at desc, id desc limit 1`,
    [projectId],
  );
  const [totals] = await db.query<{ runs: number }>(
    'select runs from evaluation_totals where project_id = $1',
    [projectId],
  );
  return {
    lastRunAt: later(schedule?.lastRunAt ?? null, last?.finishedAt ?? null),
    nextRunAt: schedule?.nextRunAt ?? null,
    totalRuns: totals?.runs ?? 0,
    lastRun: last ?? null,
  };
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
