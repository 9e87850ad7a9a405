import { randomBytes } from 'node:crypto';
import type { NewId } from '../core/ids.ts';
import type { Database } from '../store/database.ts';
import type { Note, NotedCall } from './ask-judge.ts';
import { book, dayOf } from './spending.ts';

const RANDOM_BYTES = 16;

/** Notes of calls that nobody will look for again. */
export function noteNothing(newId: NewId): Note {
  return async () => ({ interactionId: newId(), random: randomHex(), answered: null });
}

export function randomHex(): string {
  return randomBytes(RANDOM_BYTES).toString('hex');
}

interface CallRow {
  readonly interactionId: string;
  readonly random: string;
  readonly notedAt: Date;
  readonly settled: boolean;
}

interface AnsweredRow {
  readonly text: string | null;
  readonly finishReason: string | null;
  readonly model: string | null;
  readonly provider: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: number | null;
  readonly latencyMs: number | null;
}

export interface NoteDeps {
  readonly database: Database;
  readonly newId: NewId;
  /** Resolves when what was spooled before is in the database. */
  readonly loaded: () => Promise<void>;
}

/**
 * Notes each call of a task in the database before it is made. A call that was noted by a program that died since is
 * looked for: when its answer was recorded, it is used, and booked if it was not.
 */
export function noteForTask(
  deps: NoteDeps,
  task: { readonly id: string; readonly projectId: string; readonly attempts: number },
): Note {
  const begun = new Set<string>();
  return async (step) => {
    const before = begun.has(step) || task.attempts <= 1 ? null : await readCall(deps, task, step);
    begun.add(step);
    if (before !== null) {
      const found = await findAnswer(deps, task, { ...before, step });
      if (found !== null) return found;
    }
    const noted = { interactionId: deps.newId(), random: randomHex(), answered: null };
    await deps.database.query(
      `insert into judge_calls (task_id, step, interaction_id, random) values ($1, $2, $3, $4)
       on conflict (task_id, step) do update set interaction_id = excluded.interaction_id,
         random = excluded.random, noted_at = now(), settled = false`,
      [task.id, step, noted.interactionId, noted.random],
    );
    return noted;
  };
}

async function readCall(
  { database }: NoteDeps,
  task: { readonly id: string },
  step: string,
): Promise<CallRow | null> {
  const [row] = await database.query<CallRow>(
    `select interaction_id as "interactionId", random, noted_at as "notedAt", settled
     from judge_calls where task_id = $1 and step = $2`,
    [task.id, step],
  );
  return row ?? null;
}

/** Clocks of machines differ a little. */
const BEFORE_MS = 60_000;
const AFTER_MS = 15 * 60_000;

async function findAnswer(
  deps: NoteDeps,
  task: { readonly projectId: string; readonly id: string },
  call: CallRow & { readonly step: string },
): Promise<NotedCall | null> {
  await deps.loaded();
  const notedMs = call.notedAt.getTime();
  const bounds = [new Date(notedMs - BEFORE_MS), new Date(notedMs + AFTER_MS)];
  const [row] = await deps.database.query<AnsweredRow>(
    `select b.response_text as text, i.finish_reason as "finishReason", i.response_model as model, i.provider,
       i.input_tokens as "inputTokens", i.output_tokens as "outputTokens",
       i.cost_micro_usd as "costMicroUsd", i.latency_ms as "latencyMs"
     from interactions i
     join interaction_bodies b on b.created_at = i.created_at and b.interaction_id = i.id
     where i.created_at between $1 and $2 and i.id = $3 and i.project_id = $4 and i.status = 'success'
       and b.created_at between $1 and $2 limit 1`,
    [...bounds, call.interactionId, task.projectId],
  );
  if (row === undefined || row.text === null) return null;
  if (!call.settled) await bookFound(deps, { ...task, ...call, day: dayOf(notedMs) }, row);
  const { text, costMicroUsd, latencyMs, ...facts } = row;
  const { interactionId, random } = call;
  const asked = { ...facts, interactionId, text, logprobs: null, latencyMs: latencyMs ?? 0 };
  return { interactionId, random, answered: { ...asked, costMicroUsd } };
}

async function bookFound(
  { database }: NoteDeps,
  of: { readonly id: string; readonly projectId: string; readonly step: string; day: string },
  { costMicroUsd }: AnsweredRow,
): Promise<void> {
  await database.transaction(async (tx) => {
    const mine = await tx.query(
      `update judge_calls set settled = true where task_id = $1 and step = $2 and not settled
       returning step`,
      [of.id, of.step],
    );
    if (mine.length > 0) await book(tx, of, { spent: costMicroUsd ?? 0, released: 0 });
  });
}
