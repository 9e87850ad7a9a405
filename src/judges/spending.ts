import type { Database, Queryable } from '../store/database.ts';
import { JudgeError } from './judge-error.ts';

/** Whose money, and for which task; null where it belongs to none (previews). */
export interface Spender {
  readonly projectId: string;
  readonly taskId: string | null;
}

/** The day (UTC) that a moment belongs to. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** Money that was taken for one call. */
export interface Reservation extends Spender {
  readonly step: string;
  readonly day: string;
  readonly microUsd: number;
}

/**
 * Takes the most that a call may cost from what judges of the project may spend today: what is spent and what is held
 * together never exceed the limit, however many programs judge. Throws JudgeError `over_budget`.
 */
export async function reserve(
  database: Database,
  of: Reservation & { readonly limitMicroUsd: number },
): Promise<void> {
  const { projectId, day, microUsd, limitMicroUsd, taskId } = of;
  const taken = await database.transaction(async (tx) => {
    const rows = await tx.query(
      `insert into judge_spending as s (project_id, day, reserved_micro_usd)
       select $1, $2::date, $3 where $3::bigint <= $4::bigint
       on conflict (project_id, day) do update
         set reserved_micro_usd = s.reserved_micro_usd + $3, exhausted_at = null
         where s.spent_micro_usd + s.reserved_micro_usd + $3 <= $4
       returning day`,
      [projectId, day, microUsd, limitMicroUsd],
    );
    if (rows.length === 0) return false;
    if (taskId !== null) {
      await tx.query(
        `update judge_tasks set reserved_micro_usd = reserved_micro_usd + $2, reserved_day = $3::date
         where id = $1`,
        [taskId, microUsd, day],
      );
    }
    return true;
  });
  if (taken) return;
  await database.query(
    `insert into judge_spending as s (project_id, day, exhausted_at) values ($1, $2::date, now())
     on conflict (project_id, day) do update set exhausted_at = coalesce(s.exhausted_at, now())`,
    [projectId, day],
  );
  const dollars = (limitMicroUsd / 1_000_000).toFixed(2);
  throw new JudgeError(
    'over_budget',
    `The budget of judges for today (${dollars} USD) does not cover another call.`,
    { retryable: true },
  );
}

/** Books what a call cost (null: unknown, so what was held counts) and gives back the rest. */
export async function settle(
  database: Database,
  held: Reservation,
  costMicroUsd: number | null,
): Promise<void> {
  const spent = costMicroUsd ?? held.microUsd;
  await database.transaction(async (tx) => {
    await book(tx, held, { spent, released: held.microUsd });
    if (held.taskId === null) return;
    await tx.query(
      `update judge_tasks set reserved_micro_usd = greatest(0, reserved_micro_usd - $2) where id = $1`,
      [held.taskId, held.microUsd],
    );
    await tx.query('update judge_calls set settled = true where task_id = $1 and step = $2', [
      held.taskId,
      held.step,
    ]);
  });
}

/** Moves the sums of a day. */
export async function book(
  tx: Queryable,
  of: { readonly projectId: string; readonly day: string },
  by: { readonly spent: number; readonly released: number },
): Promise<void> {
  await tx.query(
    `insert into judge_spending as s (project_id, day, spent_micro_usd) values ($1, $2::date, $3)
     on conflict (project_id, day) do update
       set spent_micro_usd = s.spent_micro_usd + $3,
           reserved_micro_usd = greatest(0, s.reserved_micro_usd - $4)`,
    [of.projectId, of.day, by.spent, by.released],
  );
}

/** Gives back what tasks hold whose claim ran out: their program died in the middle of a call. */
export async function releaseHeld(tx: Queryable, taskIds: readonly string[]): Promise<void> {
  await tx.query(
    `with held as (
       select project_id, reserved_day as day, sum(reserved_micro_usd)::bigint as micro_usd
       from judge_tasks where id = any($1::uuid[]) and reserved_micro_usd > 0 group by 1, 2
     )
     update judge_spending s set reserved_micro_usd = greatest(0, s.reserved_micro_usd - h.micro_usd)
     from held h where s.project_id = h.project_id and s.day = h.day`,
    [taskIds],
  );
  await tx.query('update judge_tasks set reserved_micro_usd = 0 where id = any($1::uuid[])', [
    taskIds,
  ]);
}
