import type { z } from 'zod';
import type {
  CompareReply,
  CompareRequest,
  PreviewReply,
  PreviewRequest,
} from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import { idTimeMs } from '../core/ids.ts';
import { type LoadedInteraction, loadInteractions } from '../evaluation/load-subjects.ts';
import type { Queryable } from '../store/database.ts';
import { type AskJudgeDeps, type Held, mostMicroUsd } from './ask-judge.ts';
import { compareAnswers } from './compare-answers.ts';
import { decideByRule } from './decide-by-rule.ts';
import { marksOf } from './fence.ts';
import { materialOf, sumOf } from './judge-answer.ts';
import { JudgeError } from './judge-error.ts';
import { judgeSubject } from './judge-subject.ts';
import { noteNothing, randomHex } from './note-calls.ts';
import type { Rubric } from './rubric.ts';
import type { JudgeDeps } from './run-task.ts';
import { judgeModelOf, type ProjectJudging, readJudging } from './settings.ts';
import { dayOf, reserve, settle } from './spending.ts';
import { writeQuestion } from './write-question.ts';

export type PreviewDeps = Omit<
  JudgeDeps,
  'record' | 'worker' | 'loaded' | 'metrics' | 'lowQualityThreshold'
>;

interface Asker {
  readonly projectId: string;
}

/** Questions of a bias rubric: the answer, the model again, and its answer. */
const CALLS = { answer: 1, swap: 3 } as const;

/** Judges chosen interactions by a rubric that need not be stored; keeps no score. Throws `not_found`. */
export async function previewRubric(
  deps: PreviewDeps,
  { projectId }: Asker,
  request: z.infer<typeof PreviewRequest>,
): Promise<PreviewReply> {
  const judging = await needJudging(deps, projectId);
  const rubric: Rubric = { name: 'preview', version: 0, content: request.content };
  const model = request.model ?? judgeModelOf(judging, rubric, deps.defaults);
  const interactions = await chosen(deps.database, projectId, request.interactionIds);
  const estimateMicroUsd = await estimate(deps, { projectId, rubric, model, interactions });
  if (request.estimateOnly) return { model, estimateMicroUsd, costMicroUsd: null, items: [] };
  const items: PreviewReply['items'] = [];
  for (const interaction of interactions) {
    items.push(await previewOne(deps, judging, { interaction, rubric, model }));
  }
  const costMicroUsd = sumOf(items.map((item) => item.costMicroUsd));
  return { model, estimateMicroUsd, costMicroUsd, items };
}

async function previewOne(
  deps: PreviewDeps,
  judging: ProjectJudging,
  of: { readonly interaction: LoadedInteraction; readonly rubric: Rubric; readonly model: string },
): Promise<PreviewReply['items'][number]> {
  const { interaction, rubric, model } = of;
  const { subject, id, projectId } = interaction;
  const nothing = { interactionId: id, scores: [], costMicroUsd: 0, rawReply: null };
  if (subject === null) return { ...nothing, problem: 'No text of it was recorded.' };
  try {
    const metadata = { rubric: 'preview', judged: id };
    const judgement = await judgeSubject(freeTools(deps, judging), {
      ...{ projectId, rubric, model, subject, metadata },
      judgedModel: interaction.model,
      reference: null,
    });
    return {
      interactionId: id,
      scores: judgement.drafts.map(({ details, ...draft }) => ({
        ...draft,
        evidence: textsOf(details?.['evidence']),
      })),
      costMicroUsd: judgement.costMicroUsd,
      rawReply: judgement.rawReply,
      problem:
        judgement.drafts.length === 0 ? `Decided by rule: ${judgement.byRule ?? 'nothing'}.` : null,
    };
  } catch (thrown) {
    if (!(thrown instanceof JudgeError)) throw thrown;
    const { message, rawReply } = thrown;
    return { ...nothing, costMicroUsd: null, rawReply, problem: message };
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

/** Which of two answers is better, asked in both orders. Throws `too_many_requests`, `upstream_unreachable` … */
export async function comparePair(
  deps: PreviewDeps,
  { projectId }: Asker,
  request: z.infer<typeof CompareRequest>,
): Promise<CompareReply> {
  const judging = await needJudging(deps, projectId);
  const model = request.model ?? judging.settings.model ?? deps.defaults.model;
  const { prompt, answerA, answerB, reference } = request;
  const pair = { projectId, model, prompt, answerA, answerB, reference };
  try {
    const compared = await compareAnswers(freeTools(deps, judging), pair);
    const { winner, consistent, costMicroUsd, reasons } = compared;
    return { winner, consistent, model, costMicroUsd, reasons: [...reasons] };
  } catch (thrown) {
    throw asAppError(thrown);
  }
}

/** A failed judgement that somebody waits for. */
export function asAppError(thrown: unknown): unknown {
  if (!(thrown instanceof JudgeError)) return thrown;
  const { code, message, rawReply } = thrown;
  const details = { judge: code, rawReply };
  const more = { details, cause: thrown };
  if (code === 'over_budget' || code === 'budget_exceeded') {
    return new AppError('budget_exceeded', message, more);
  }
  if (code === 'rate_limited') return new AppError('rate_limit_exceeded', message, more);
  if (code === 'timeout') return new AppError('upstream_timeout', message, more);
  return new AppError('upstream_unreachable', message, more);
}

/** What previews ask with: paid from the same budget, and noted nowhere. */
function freeTools(deps: PreviewDeps, { projectId, settings }: ProjectJudging): AskJudgeDeps {
  const { database, clock, ask, price, quirks, pace, newId } = deps;
  return {
    ...{ ask, price, quirks },
    now: () => clock.now(),
    note: noteNothing(newId),
    pace: (signal) => pace.wait(projectId, settings.perMinute, signal),
    hold: async (microUsd): Promise<Held> => {
      const day = dayOf(clock.now());
      const held = { projectId, taskId: null, step: 'preview', day, microUsd };
      await reserve(database, { ...held, limitMicroUsd: settings.dailyBudgetMicroUsd });
      return { settle: (costMicroUsd) => settle(database, held, costMicroUsd) };
    },
  };
}

async function needJudging(
  { database, defaults }: PreviewDeps,
  projectId: string,
): Promise<ProjectJudging> {
  const judging = (await readJudging(database, [projectId], defaults)).get(projectId);
  if (judging === undefined) throw new AppError('not_found', 'There is no such project.');
  return judging;
}

/** An id made by us names its time, give or take. */
const NEAR_MS = 60_000;

async function chosen(
  db: Queryable,
  projectId: string,
  ids: readonly string[],
): Promise<LoadedInteraction[]> {
  const times = ids.map(idTimeMs);
  const rows = await db.query<{ id: string; at: Date }>(
    `select id, created_at as at from interactions
     where created_at between $1 and $2 and id = any($3::uuid[]) and project_id = $4`,
    [
      new Date(Math.min(...times) - NEAR_MS),
      new Date(Math.max(...times) + NEAR_MS),
      ids,
      projectId,
    ],
  );
  if (rows.length < new Set(ids).size) {
    throw new AppError('not_found', 'There is no interaction with one of these ids.');
  }
  const places = rows.map(({ id, at }) => ({
    interactionId: id,
    interactionCreatedAt: at,
    projectId,
  }));
  return [...(await loadInteractions(db, places)).values()];
}

/** The most that judging these may cost; null when the model has no price. */
export async function estimate(
  deps: Pick<PreviewDeps, 'price' | 'clock'>,
  of: {
    readonly projectId: string;
    readonly rubric: Rubric;
    readonly model: string;
    readonly interactions: readonly LoadedInteraction[];
  },
): Promise<number | null> {
  const price = await deps.price();
  const { projectId, rubric, model } = of;
  const costs = of.interactions.map(({ subject }) => {
    if (subject === null || decideByRule(rubric, subject, null) !== null) return 0;
    const messages = writeQuestion(rubric, materialOf(subject), marksOf(randomHex()));
    const inputBytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    const { maxOutputTokens, method } = rubric.content;
    const nowMs = deps.clock.now();
    const most = mostMicroUsd(price, { projectId, model, inputBytes, maxOutputTokens, nowMs });
    return most.priced ? most.microUsd * CALLS[method] : null;
  });
  return sumOf(costs);
}
