import type { RunScore } from '../contract/dataset-runs.ts';
import type { DatasetMessage } from '../contract/datasets.ts';
import type { CallParameters } from '../contract/prompts.ts';
import { idTimeMs } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';

/** How long a program that died keeps its runs. */
const LEASE_SECONDS = 15;

/** A run that this program works on. */
export interface ClaimedRun {
  readonly id: string;
  readonly projectId: string;
  readonly model: string;
  readonly promptName: string | null;
  readonly promptVersion: number | null;
  readonly parameters: CallParameters;
  readonly evaluators: readonly string[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly limitMicroUsd: number | null;
}

/** An item that is to be asked, or was. */
export interface RunItem {
  readonly position: number;
  /** Of this try. */
  readonly interactionId: string;
  readonly attempts: number;
  readonly messages: DatasetMessage[];
  readonly reference: string | null;
  readonly context: string[];
  readonly variables: Record<string, string>;
  readonly key: string;
}

/** What came back for an item. */
export interface Answer {
  readonly text: string;
  readonly finishReason: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly latencyMs: number | null;
}

/** Takes runs that nobody works on; the longest known first. */
export async function claimRuns(
  database: Database,
  owner: string,
  limit: number,
): Promise<ClaimedRun[]> {
  return await database.query<ClaimedRun>(
    `with free as materialized (
       select id from dataset_runs
       where status = 'running' and (lease_until is null or lease_until < now())
       order by id limit $2 for update skip locked)
     update dataset_runs r
     set lease_owner = $1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
         started_at = coalesce(r.started_at, now())
     from free where r.id = free.id
     returning r.id, r.project_id as "projectId", r.model, r.prompt_name as "promptName",
       r.prompt_version as "promptVersion", r.parameters, r.evaluators, r.concurrency,
       r.timeout_ms as "timeoutMs", r.limit_micro_usd as "limitMicroUsd"`,
    [owner, limit],
  );
}

/**
 * Keeps a run for as long as calls are under way; false when nothing more is to be asked: it was paused, cancelled,
 * removed or taken over.
 */
export async function keepRun(db: Queryable, id: string, owner: string): Promise<boolean> {
  const [row] = await db.query<{ status: string }>(
    `update dataset_runs set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
     where id = $1 and lease_owner = $2 returning status`,
    [id, owner],
  );
  return row?.status === 'running';
}

/** Lets a run go; `status` ends or pauses it, with the reason. */
export async function releaseRun(
  db: Queryable,
  of: { readonly id: string; readonly owner: string },
  ended?: { readonly status: 'done' | 'paused'; readonly notice: string | null; readonly at: Date },
): Promise<void> {
  await db.query(
    `update dataset_runs set lease_owner = null, lease_until = null,
       status = case when status = 'running' then coalesce($3, status) else status end,
       notice = case when status = 'running' then $4 else notice end,
       finished_at = case when status = 'running' and $3 = 'done' then $5 else finished_at end
     where id = $1 and lease_owner = $2`,
    [of.id, of.owner, ended?.status ?? null, ended?.notice ?? null, ended?.at ?? null],
  );
}

const ITEM = `r.position, r.interaction_id as "interactionId", r.attempts, r.item_key as key,
  i.messages, i.reference, i.context, i.variables`;

/**
 * Takes the next item that is due and notes the id of the call before it is made; null when none is due, or the run is
 * no longer this program's to go on with.
 */
export async function takeItem(
  db: Queryable,
  runId: string,
  next: { readonly interactionId: string; readonly now: Date; readonly owner: string },
): Promise<RunItem | null> {
  const [item] = await db.query<RunItem>(
    `with due as materialized (
       select position from dataset_run_results
       where run_id = $1 and status = 'waiting' and (next_attempt_at is null or next_attempt_at <= $3)
         and exists (select 1 from dataset_runs where id = $1 and status = 'running' and lease_owner = $4)
       order by position limit 1 for update skip locked)
     update dataset_run_results r
     set status = 'asking', attempts = r.attempts + 1, asked_at = $3, interaction_id = $2, recorded = false,
         cost_micro_usd = null
     from due, dataset_items i
     where r.run_id = $1 and r.position = due.position and i.id = r.item_id
     returning ${ITEM}`,
    [runId, next.interactionId, next.now, next.owner],
  );
  return item ?? null;
}

/** Items of a run in a status, at most 200: calls that nobody waits for any more, answers without scores. */
export async function itemsIn(
  db: Queryable,
  runId: string,
  status: 'asking' | 'answered',
): Promise<(RunItem & { readonly answer: Answer })[]> {
  const rows = await db.query<RunItem & Omit<Answer, 'text'> & { readonly text: string | null }>(
    `select ${ITEM}, r.answer as text, r.finish_reason as "finishReason", r.input_tokens as "inputTokens",
       r.output_tokens as "outputTokens", r.latency_ms as "latencyMs"
     from dataset_run_results r join dataset_items i on i.id = r.item_id
     where r.run_id = $1 and r.status = $2 order by r.position limit 200`,
    [runId, status],
  );
  return rows.map(({ text, finishReason, inputTokens, outputTokens, latencyMs, ...item }) => ({
    ...item,
    answer: { text: text ?? '', finishReason, inputTokens, outputTokens, latencyMs },
  }));
}

/** Items that are still to be asked, whenever that is. */
export async function countWaiting(db: Queryable, runId: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*) as n from dataset_run_results where run_id = $1 and status = 'waiting'`,
    [runId],
  );
  return row?.n ?? 0;
}

/** Every write about a try names its call, so that a try that was taken over changes nothing. */
const MINE = 'run_id = $1 and interaction_id = $2';

/** Keeps an answer before anything else is done with it. */
export async function keepAnswer(
  db: Queryable,
  runId: string,
  { interactionId, answer }: { readonly interactionId: string; readonly answer: Answer },
): Promise<void> {
  await db.query(
    `update dataset_run_results set status = 'answered', answer = $3, finish_reason = $4, input_tokens = $5,
       output_tokens = $6, latency_ms = $7, error = null, error_code = null
     where ${MINE} and status = 'asking'`,
    [
      runId,
      interactionId,
      answer.text,
      answer.finishReason,
      answer.inputTokens,
      answer.outputTokens,
      answer.latencyMs,
    ],
  );
}

/** Ends an item with its scores; `problem` tells what an evaluator could not say. */
export async function keepScores(
  db: Queryable,
  runId: string,
  made: {
    readonly interactionId: string;
    readonly scores: readonly RunScore[];
    readonly quality: number | null;
    readonly problem: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db.query(
    `update dataset_run_results set status = 'done', scores = $3::text::jsonb, quality = $4, finished_at = $5,
       error = $6, error_code = case when $6::text is null then null else 'evaluator_failed' end
     where ${MINE} and status = 'answered'`,
    [runId, made.interactionId, jsonText(made.scores), made.quality, made.at, made.problem],
  );
}

/** What becomes of a try without an answer: asked again later, or given up. */
export async function keepFailure(
  db: Queryable,
  runId: string,
  failed: {
    readonly interactionId: string;
    readonly code: string;
    readonly message: string;
    /** Null: given up. */
    readonly retryAt: Date | null;
    /** The try does not count: nobody tried. */
    readonly uncounted?: boolean;
    readonly at: Date;
  },
): Promise<void> {
  await db.query(
    `update dataset_run_results set status = $3, next_attempt_at = $4, error_code = $5, error = $6,
       finished_at = $7, attempts = attempts - $8::integer
     where ${MINE} and status = 'asking'`,
    [
      runId,
      failed.interactionId,
      failed.retryAt === null ? 'failed' : 'waiting',
      failed.retryAt,
      failed.code,
      failed.message.slice(0, 1000),
      failed.retryAt === null ? failed.at : null,
      failed.uncounted === true ? 1 : 0,
    ],
  );
}

const MINUTE_MS = 60_000;

/**
 * Reads what calls cost from their records, which come a moment after the answers. Answers how many calls are not
 * recorded yet, and what is known to be spent.
 */
export async function readCosts(
  db: Queryable,
  run: Pick<ClaimedRun, 'id' | 'projectId'>,
): Promise<{ readonly unrecorded: number; readonly microUsd: number }> {
  const open = await db.query<{ id: string }>(
    `select interaction_id as id from dataset_run_results
     where run_id = $1 and not recorded and interaction_id is not null and status in ('answered', 'done')
     order by position limit 500`,
    [run.id],
  );
  const found = open.length === 0 ? 0 : await readSome(db, run, open);
  const [sum] = await db.query<{ spent: number | null }>(
    'select sum(cost_micro_usd) as spent from dataset_run_results where run_id = $1',
    [run.id],
  );
  return { unrecorded: open.length - found, microUsd: sum?.spent ?? 0 };
}

async function readSome(
  db: Queryable,
  run: Pick<ClaimedRun, 'id' | 'projectId'>,
  open: readonly { readonly id: string }[],
): Promise<number> {
  const times = open.map(({ id }) => idTimeMs(id));
  const rows = await db.query(
    `update dataset_run_results r
     set recorded = true, cost_micro_usd = found.cost,
         input_tokens = coalesce(found.input, r.input_tokens), output_tokens = coalesce(found.output, r.output_tokens)
     from (
       select q.id, i.cost_micro_usd as cost, i.input_tokens as input, i.output_tokens as output
       from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as q(id, from_at, to_at)
       cross join lateral (
         select * from interactions
         where created_at >= q.from_at and created_at <= q.to_at and id = q.id and project_id = $5
           and created_at >= $6 and created_at <= $7 limit 1) i
     ) found
     where r.run_id = $1 and r.interaction_id = found.id returning 1`,
    [
      run.id,
      open.map(({ id }) => id),
      times.map((at) => new Date(at - MINUTE_MS / 60)),
      times.map((at) => new Date(at + MINUTE_MS / 6)),
      run.projectId,
      new Date(Math.min(...times) - MINUTE_MS),
      new Date(Math.max(...times) + MINUTE_MS),
    ],
  );
  return rows.length;
}
