import type { Database, Queryable } from '../store/database.ts';
import { releaseHeld } from './spending.ts';

export const STRATA = [
  'base',
  'flagged',
  'unclear',
  'low_feedback',
  'new_prompt_version',
  'backfill',
  'manual',
] as const;
export type Stratum = (typeof STRATA)[number];

/** An interaction that a version of a rubric is to be asked about. */
export interface NewTask {
  readonly id: string;
  readonly projectId: string;
  readonly rubric: string;
  readonly version: number;
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly stratum: Stratum;
  /** With which it was chosen, in (0, 1]. */
  readonly probability: number;
  readonly backfillId?: string | null;
}

export interface Task extends NewTask {
  readonly attempts: number;
}

/** Tries of one task before it is set aside. */
export const MAX_ATTEMPTS = 4;
/** A claim holds this long beyond the last sign of life of its program. */
const LEASE_SECONDS = 30;
export const HEARTBEAT_MS = 10_000;
const BACKOFF_SECONDS = 20;
const MAX_BACKOFF_SECONDS = 3_600;

/** Queues tasks; those that wait already stay as they are. Answers how many are new. */
export async function addTasks(db: Queryable, tasks: readonly NewTask[]): Promise<number> {
  if (tasks.length === 0) return 0;
  const rows = await db.query(
    `insert into judge_tasks (id, project_id, rubric, version, interaction_id, interaction_created_at,
       stratum, probability, backfill_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::uuid[], $6::timestamptz[],
       $7::text[], $8::double precision[], $9::uuid[])
     on conflict (project_id, rubric, version, interaction_id) do nothing returning id`,
    [
      tasks.map(({ id }) => id),
      tasks.map(({ projectId }) => projectId),
      tasks.map(({ rubric }) => rubric),
      tasks.map(({ version }) => version),
      tasks.map(({ interactionId }) => interactionId),
      tasks.map(({ interactionCreatedAt }) => interactionCreatedAt),
      tasks.map(({ stratum }) => stratum),
      tasks.map(({ probability }) => probability),
      tasks.map(({ backfillId }) => backfillId ?? null),
    ],
  );
  return rows.length;
}

const DUE = `t.set_aside_at is null and t.next_attempt_at <= now()
  and (t.claimed_until is null or t.claimed_until < now())
  and not exists (select 1 from judge_backfills b where b.id = t.backfill_id and b.state <> 'running')`;

/** Projects with something to judge now. */
export async function projectsDue(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select distinct t.project_id as id from judge_tasks t where ${DUE} limit 1000`,
  );
  return rows.map(({ id }) => id);
}

const COLUMNS = `t.id, t.project_id as "projectId", t.rubric, t.version, t.interaction_id as "interactionId",
  t.interaction_created_at as "interactionCreatedAt", t.stratum, t.probability, t.backfill_id as "backfillId",
  t.attempts`;

/** Claims tasks of a project, oldest first; what a dead program held for them is given back. */
export async function claimTasks(
  tx: Queryable,
  of: {
    readonly projectId: string;
    readonly worker: string;
    readonly limit: number;
    /** Only tasks about these interactions by this rubric; null: any. */
    readonly only: { readonly rubric: string; readonly interactionIds: readonly string[] } | null;
  },
): Promise<Task[]> {
  const rows = await tx.query<Task & { held: number }>(
    `with due as materialized (
       select t.id from judge_tasks t
       where t.project_id = $1 and ${DUE}
         and ($4::text is null or (t.rubric = $4 and t.interaction_id = any($5::uuid[])))
       order by t.next_attempt_at, t.id limit $2 for update of t skip locked
     )
     update judge_tasks t set attempts = t.attempts + 1, claimed_by = $3,
       claimed_until = now() + make_interval(secs => ${LEASE_SECONDS})
     from due where t.id = due.id returning ${COLUMNS}, t.reserved_micro_usd as held`,
    [of.projectId, of.limit, of.worker, of.only?.rubric ?? null, of.only?.interactionIds ?? []],
  );
  const dead = rows.filter(({ held }) => held > 0);
  if (dead.length > 0) {
    await releaseHeld(
      tx,
      dead.map(({ id }) => id),
    );
  }
  return rows;
}

/** Holds on to what this program works on. */
export async function keepClaims(
  db: Queryable,
  worker: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await db.query(
    `update judge_tasks set claimed_until = now() + make_interval(secs => ${LEASE_SECONDS})
     where id = any($1::uuid[]) and claimed_by = $2`,
    [ids, worker],
  );
}

/** Takes a judged task off the queue; false when somebody else has it by now, and its scores are theirs to write. */
export async function takeOff(tx: Queryable, id: string, worker: string): Promise<boolean> {
  const rows = await tx.query(
    'delete from judge_tasks where id = $1 and claimed_by = $2 returning id',
    [id, worker],
  );
  return rows.length > 0;
}

/** Gives a task back untried: the budget is used up, or the program stops. */
export async function release(
  db: Queryable,
  of: { readonly id: string; readonly worker: string; readonly waitSeconds: number },
): Promise<void> {
  await db.query(
    `update judge_tasks set claimed_by = null, claimed_until = null, attempts = greatest(0, attempts - 1),
       next_attempt_at = now() + make_interval(secs => $3)
     where id = $1 and claimed_by = $2`,
    [of.id, of.worker, of.waitSeconds],
  );
}

export interface TaskFailure {
  readonly reason: string;
  readonly rawReply: string | null;
  /** Whether it may be tried again; else it is set aside at once. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
}

const MAX_REASON = 1_000;
const MAX_RAW = 20_000;

/** Notes a failed try: tries again later, or sets the task aside with the reason and the judge's words. */
export async function noteFailure(
  db: Queryable,
  of: { readonly task: Task; readonly worker: string },
  failure: TaskFailure,
): Promise<'later' | 'aside'> {
  const { task, worker } = of;
  const aside = !failure.retryable || task.attempts >= MAX_ATTEMPTS;
  const backoff = BACKOFF_SECONDS * 2 ** (task.attempts - 1);
  const wait = Math.min(MAX_BACKOFF_SECONDS, Math.max(backoff, (failure.retryAfterMs ?? 0) / 1000));
  await db.query(
    `update judge_tasks set claimed_by = null, claimed_until = null, last_error = $3, raw_reply = $4,
       next_attempt_at = now() + make_interval(secs => $5),
       set_aside_at = case when $6::boolean then now() end
     where id = $1 and claimed_by = $2`,
    [
      task.id,
      worker,
      failure.reason.slice(0, MAX_REASON),
      failure.rawReply?.slice(0, MAX_RAW) ?? null,
      wait,
      aside,
    ],
  );
  return aside ? 'aside' : 'later';
}

export interface SetAsideTask {
  readonly id: string;
  readonly rubric: string;
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly attempts: number;
  readonly reason: string;
  readonly rawReply: string | null;
  readonly setAsideAt: Date;
}

/** Tasks of a project that failed for good, newest first, after the given place. */
export function listSetAside(
  db: Queryable,
  projectId: string,
  page: { readonly limit: number; readonly after: { at: Date; id: string } | null },
): Promise<SetAsideTask[]> {
  return db.query<SetAsideTask>(
    `select id, rubric, interaction_id as "interactionId", interaction_created_at as "interactionCreatedAt",
       attempts, coalesce(last_error, 'unknown') as reason, raw_reply as "rawReply",
       date_trunc('milliseconds', set_aside_at) as "setAsideAt"
     from judge_tasks
     where project_id = $1 and set_aside_at is not null
       and ($2::timestamptz is null or (date_trunc('milliseconds', set_aside_at), id) < ($2, $3::uuid))
     order by date_trunc('milliseconds', set_aside_at) desc, id desc limit $4`,
    [projectId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
}

/** Puts set-aside tasks of a project back on the queue, to be asked anew. Answers how many. */
export async function retryTasks(database: Database, projectId: string): Promise<number> {
  return await database.transaction(async (tx) => {
    const rows = await tx.query<{ id: string }>(
      `update judge_tasks set set_aside_at = null, attempts = 0, last_error = null, raw_reply = null,
         next_attempt_at = now()
       where project_id = $1 and set_aside_at is not null returning id`,
      [projectId],
    );
    await tx.query('delete from judge_calls where task_id = any($1::uuid[])', [
      rows.map(({ id }) => id),
    ]);
    return rows.length;
  });
}
