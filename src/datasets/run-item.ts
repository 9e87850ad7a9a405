import { setImmediate } from 'node:timers/promises';
import type { RunScore } from '../contract/dataset-runs.ts';
import type { PromptVersion } from '../contract/prompts.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, asError } from '../core/errors.ts';
import { type Ask, AskError } from '../evaluation/ask.ts';
import type { Subject } from '../evaluators/define-evaluator.ts';
import { findInteraction } from '../interactions/find.ts';
import { defaultParameters } from '../prompts/place-parameters.ts';
import type { Database, Queryable } from '../store/database.ts';
import { buildMessages, lastQuestion } from './build-messages.ts';
import { qualityOf, type RunAnswer, type RunEvaluator } from './run-evaluator.ts';
import {
  type Answer,
  type ClaimedRun,
  keepAnswer,
  keepFailure,
  keepScores,
  type RunItem,
} from './run-queue.ts';

/** What asking and scoring one item needs. */
export interface ItemDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ask: Ask;
  readonly run: ClaimedRun;
  readonly prompt: PromptVersion | null;
  readonly evaluators: readonly RunEvaluator[];
  /** Aborted when the program stops; not when the run is paused. */
  readonly signal: AbortSignal;
}

/** How asking an item went, for whoever decides whether to go on. */
export type ItemOutcome = 'answered' | 'failed' | 'retried' | 'budget' | 'stopped';

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Asks an item, keeps the answer, scores it. Throws only when the database is away. */
export async function runItem(deps: ItemDeps, item: RunItem): Promise<ItemOutcome> {
  const { run, database } = deps;
  let answer: Answer;
  try {
    answer = await askItem(deps, item);
  } catch (thrown) {
    // Whether the call was made is found out from its record, at the next start.
    if (deps.signal.aborted) return 'stopped';
    return await failItem(deps, item, asError(thrown));
  }
  await keepAnswer(database, run.id, { interactionId: item.interactionId, answer });
  await scoreItem(deps, item, answer);
  return 'answered';
}

async function askItem({ ask, run, prompt, signal }: ItemDeps, item: RunItem): Promise<Answer> {
  const asked = await ask({
    projectId: run.projectId,
    model: run.model,
    purpose: 'run',
    messages: buildMessages(prompt, item),
    parameters: defaultParameters('openai-chat', {}, { ...prompt?.parameters, ...run.parameters }),
    metadata: { run: run.id, item: item.key.slice(0, 200) },
    ...(run.promptName === null ? {} : { prompt: `${run.promptName}@${run.promptVersion}` }),
    ...(item.context.length === 0 || isLarge(item.context) ? {} : { context: item.context }),
    interactionId: item.interactionId,
    timeoutMs: run.timeoutMs,
    signal,
  });
  const { text, finishReason, inputTokens, outputTokens, latencyMs } = asked;
  return { text, finishReason, inputTokens, outputTokens, latencyMs };
}

/** Passages travel in a header for the record; evaluators have them from the item. */
const MAX_HEADER_CHARACTERS = 3_000;

function isLarge(context: readonly string[]): boolean {
  return context.reduce((sum, passage) => sum + passage.length, 0) > MAX_HEADER_CHARACTERS;
}

async function failItem(deps: ItemDeps, item: RunItem, error: Error): Promise<ItemOutcome> {
  const nowMs = deps.clock.now();
  const base = { interactionId: item.interactionId, message: error.message, at: new Date(nowMs) };
  const { database, run } = deps;
  if (error instanceof AskError && error.code === 'budget_exceeded') {
    const later = { code: error.code, retryAt: new Date(nowMs), uncounted: true };
    await keepFailure(database, run.id, { ...base, ...later });
    return 'budget';
  }
  const again = error instanceof AskError && error.retryable && item.attempts < MAX_ATTEMPTS;
  const code = error instanceof AskError ? error.code : codeOf(error);
  const retryAt = again ? new Date(nowMs + pauseMs(error, item.attempts)) : null;
  await keepFailure(database, run.id, { ...base, code, retryAt });
  return again ? 'retried' : 'failed';
}

function codeOf(error: Error): string {
  return error instanceof AppError ? error.code : 'internal_error';
}

function pauseMs(error: Error, attempts: number): number {
  const asked = error instanceof AskError ? (error.retryAfterMs ?? 0) : 0;
  return Math.min(LONGEST_PAUSE_MS, Math.max(asked, FIRST_PAUSE_MS * 2 ** (attempts - 1)));
}

/** Scores an answer that is kept. An evaluator that fails leaves its scores out and is told. */
export async function scoreItem(deps: ItemDeps, item: RunItem, answer: Answer): Promise<void> {
  const { run, database, signal } = deps;
  const judged = runAnswerOf(deps, item, answer);
  const scores: RunScore[] = [];
  const problems: string[] = [];
  for (const evaluator of deps.evaluators) {
    await setImmediate();
    try {
      scores.push(...(await evaluator.evaluate(judged)));
    } catch (thrown) {
      if (signal.aborted) return;
      problems.push(`${evaluator.id}: ${asError(thrown).message}`);
    }
  }
  await keepScores(database, run.id, {
    interactionId: item.interactionId,
    scores: withoutRepeats(scores),
    quality: qualityOf(scores),
    problem: problems.length === 0 ? null : problems.join('; ').slice(0, 1000),
    at: new Date(deps.clock.now()),
  });
}

function runAnswerOf({ run, signal }: ItemDeps, item: RunItem, answer: Answer): RunAnswer {
  const { projectId, model, promptName: name, promptVersion: version } = run;
  const { reference, interactionId } = item;
  const prompt = name === null || version === null ? null : { name, version };
  const subject = subjectOf(item, answer);
  return { projectId, subject, reference, interactionId, model, prompt, call: answer, signal };
}

/** Of two evaluators that give a score of the same name the first one counts. */
function withoutRepeats(scores: readonly RunScore[]): RunScore[] {
  const seen = new Set<string>();
  return scores.filter(({ name }) => !seen.has(name) && seen.add(name));
}

function subjectOf(item: RunItem, answer: Answer): Subject {
  const instructions = item.messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n\n');
  return {
    operation: 'chat',
    prompt: lastQuestion(item),
    instructions: instructions === '' ? null : instructions,
    answer: answer.text,
    answerCharacters: answer.text.length,
    finishReason: answer.finishReason,
    callsTools: answer.finishReason === 'tool_calls',
    requestedFormat: null,
    context: item.context,
    toolResults: [],
  };
}

/** The answer of a call that was made and recorded, although nobody waited for it any more; null when there is none. */
export async function recordedAnswer(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<Answer | null> {
  const row = await findInteraction(db, of);
  if (row === null || row.status !== 'success') return null;
  const [body] = await db.query<{ text: string | null }>(
    `select response_text as text from interaction_bodies
     where created_at = $1::timestamptz and interaction_id = $2`,
    [row.at_text, row.id],
  );
  return {
    text: body?.text ?? '',
    finishReason: row.finish_reason,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    latencyMs: row.latency_ms,
  };
}
