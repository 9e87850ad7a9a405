import type { Database, Queryable } from '../store/database.ts';

/** Tries of one interaction before it is set aside. */
export const MAX_ATTEMPTS = 3;
/** How long a claim holds; a worker that died is replaced after this. */
const LEASE_SECONDS = 120;
/** Wait before the next try, doubled each time. */
const BACKOFF_SECONDS = 30;

export interface ClaimedRow {
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly projectId: string;
  readonly attempts: number;
}

/** Rows that one worker holds until `until`, which names the claim. */
export interface Claim {
  readonly until: Date;
  readonly rows: readonly ClaimedRow[];
}

export interface ClaimRequest {
  /** Only this project's; null claims for all. */
  readonly projectId: string | null;
  readonly limit: number;
}

/**
 * Claims what is due, oldest first; null when nothing is. The try is counted when it begins, so a record that
 * takes the whole process down is noticed too; records with failed tries are claimed one at a time, so
 * that such a record takes no other with it. Times are the database's, which all replicas share.
 */
export async function claimDue(database: Database, request: ClaimRequest): Promise<Claim | null> {
  const fresh = await claimRows(database, request, 'q.attempts = 0');
  if (fresh !== null) return fresh;
  await setAsideExhausted(database);
  return claimRows(
    database,
    { ...request, limit: 1 },
    `q.attempts between 1 and ${MAX_ATTEMPTS - 1}`,
  );
}

async function claimRows(
  database: Database,
  { projectId, limit }: ClaimRequest,
  condition: string,
): Promise<Claim | null> {
  const rows = await database.query<ClaimedRow & { until: Date }>(
    `with due as materialized (
       select q.interaction_id from evaluation_queue q
       where q.set_aside_at is null and q.next_attempt_at <= now() and ${condition}
         and (q.claimed_until is null or q.claimed_until < now())
         and ($1::uuid is null or q.project_id = $1)
       order by q.next_attempt_at, q.interaction_id
       limit $2
       for update skip locked
     )
     update evaluation_queue q
     set attempts = q.attempts + 1,
         claimed_until = date_trunc('milliseconds', now() + make_interval(secs => ${LEASE_SECONDS}))
     from due where q.interaction_id = due.interaction_id
     returning q.interaction_id as "interactionId", q.interaction_created_at as "interactionCreatedAt",
               q.project_id as "projectId", q.attempts, q.claimed_until as until`,
    [projectId, limit],
  );
  const [first] = rows;
  return first === undefined ? null : { until: first.until, rows };
}

/** Records whose last try never came back: the process ended while it evaluated them. */
async function setAsideExhausted(database: Database): Promise<void> {
  await database.query(
    `update evaluation_queue
     set set_aside_at = now(), claimed_until = null,
         last_error = coalesce(last_error, 'The program ended each time while evaluating it.')
     where set_aside_at is null and attempts >= $1 and next_attempt_at <= now()
       and (claimed_until is null or claimed_until < now())`,
    [MAX_ATTEMPTS],
  );
}

/**
 * Takes evaluated rows off the queue and answers the ids that were still ours: a row whose claim ran out
 * belongs to whoever claimed it next, and its scores are theirs to write.
 */
export async function takeOff(
  tx: Queryable,
  claim: Claim,
  interactionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `delete from evaluation_queue where interaction_id = any($1::uuid[]) and claimed_until = $2
     returning interaction_id as id`,
    [interactionIds, claim.until],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Gives failed rows back for a later try, or sets them aside with the reason after the last one. */
export async function giveBack(
  tx: Queryable,
  claim: Claim,
  failures: readonly { readonly interactionId: string; readonly reason: string }[],
): Promise<void> {
  if (failures.length === 0) return;
  await tx.query(
    `update evaluation_queue q
     set claimed_until = null, last_error = f.reason,
         next_attempt_at = now() + make_interval(secs => ${BACKOFF_SECONDS} * power(2, q.attempts - 1)),
         set_aside_at = case when q.attempts >= ${MAX_ATTEMPTS} then now() end
     from unnest($1::uuid[], $2::text[]) as f(id, reason)
     where q.interaction_id = f.id and q.claimed_until = $3`,
    [
      failures.map(({ interactionId }) => interactionId),
      failures.map(({ reason }) => reason.slice(0, 1000)),
      claim.until,
    ],
  );
}

/** Gives rows back untried: the database was away, or the program stops. */
export async function release(database: Database, claim: Claim): Promise<void> {
  await database.query(
    `update evaluation_queue set claimed_until = null, attempts = greatest(attempts - 1, 0)
     where interaction_id = any($1::uuid[]) and claimed_until = $2`,
    [claim.rows.map(({ interactionId }) => interactionId), claim.until],
  );
}

/** Interactions that wait, of one project or (null) of all. */
export async function countPending(db: Queryable, projectId: string | null): Promise<number> {
  const [row] = await db.query<{ pending: number }>(
    `select count(*)::bigint as pending from evaluation_queue
     where set_aside_at is null and ($1::uuid is null or project_id = $1)`,
    [projectId],
  );
  return row?.pending ?? 0;
}

/** Seconds that the oldest interaction of all projects has been due for evaluation; 0 when none is. */
export async function oldestDueSeconds(db: Queryable): Promise<number> {
  const [row] = await db.query<{ seconds: number }>(
    `select coalesce(greatest(0, extract(epoch from now() - min(next_attempt_at))), 0)::float8 as seconds
     from evaluation_queue where set_aside_at is null`,
  );
  return row?.seconds ?? 0;
}

/** Interactions that were set aside in a project. */
export async function countSetAside(db: Queryable, projectId: string): Promise<number> {
  const [row] = await db.query<{ aside: number }>(
    `select count(*)::bigint as aside from evaluation_queue
     where set_aside_at is not null and project_id = $1`,
    [projectId],
  );
  return row?.aside ?? 0;
}

export interface SetAsideRow {
  readonly interactionId: string;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly reason: string;
  readonly setAsideAt: Date;
}

/** Set-aside interactions of a project, newest first, after the given place. */
export function listSetAside(
  db: Queryable,
  projectId: string,
  page: { readonly limit: number; readonly after: { at: Date; id: string } | null },
): Promise<SetAsideRow[]> {
  return db.query<SetAsideRow>(
    `select interaction_id as "interactionId", interaction_created_at as "createdAt", attempts,
            coalesce(last_error, 'unknown') as reason,
            date_trunc('milliseconds', set_aside_at) as "setAsideAt"
     from evaluation_queue
     where project_id = $1 and set_aside_at is not null
       and ($2::timestamptz is null
            or (date_trunc('milliseconds', set_aside_at), interaction_id) < ($2, $3::uuid))
     order by date_trunc('milliseconds', set_aside_at) desc, interaction_id desc
     limit $4`,
    [projectId, page.after?.at ?? null, page.after?.id ?? null, page.limit],
  );
}

/** Puts set-aside interactions of a project back on the queue; all, or those named. Answers how many. */
export async function retrySetAside(
  db: Queryable,
  projectId: string,
  interactionIds: readonly string[] | null,
): Promise<number> {
  const rows = await db.query(
    `update evaluation_queue
     set set_aside_at = null, attempts = 0, last_error = null, next_attempt_at = now()
     where project_id = $1 and set_aside_at is not null
       and ($2::uuid[] is null or interaction_id = any($2))
     returning interaction_id`,
    [projectId, interactionIds],
  );
  return rows.length;
}
