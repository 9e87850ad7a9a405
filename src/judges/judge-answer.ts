import type { Subject } from '../evaluators/define-evaluator.ts';
import { type AskJudgeDeps, askJudge, type JudgeCall, type JudgeReply } from './ask-judge.ts';
import { JudgeError } from './judge-error.ts';
import { type ReadVerdict, readVerdict, type Verdict } from './read-verdict.ts';
import { levelsOf, type Rubric } from './rubric.ts';
import {
  type Material,
  type Messages,
  verdictSchema,
  writeQuestion,
  writeRepair,
} from './write-question.ts';

/** One answer that a rubric is to be asked about. */
export interface JudgeRequest {
  readonly projectId: string;
  readonly rubric: Rubric;
  readonly model: string;
  readonly material: Material;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A verdict with how it came to be. */
export interface Answered {
  readonly verdict: Verdict;
  /** What the judge wrote, the reply that counts. */
  readonly rawReply: string;
  readonly logprobs: unknown;
  readonly model: string | null;
  readonly costMicroUsd: number | null;
  /** Calls that were made for it, recorded under these ids. */
  readonly interactionIds: readonly string[];
  /** Replies that could not be read as they were asked for. */
  readonly unreadable: number;
}

export const TIMEOUT_MS = 120_000;

/** Subjects have no reference answer unless somebody wrote one. */
export function materialOf(subject: Subject, reference: string | null = null): Material {
  const { prompt, instructions, answer, context } = subject;
  return { prompt, instructions, answer, context, reference };
}

/** Asks a judge about one answer; `step` tells the questions of one judgement apart. Throws JudgeError. */
export function judgeAnswer(
  deps: AskJudgeDeps,
  request: JudgeRequest,
  step = 'verdict',
): Promise<Answered> {
  const { rubric, material } = request;
  const { content } = rubric;
  return askVerdict(deps, request, {
    step,
    names: content.criteria.map(({ name }) => name),
    levels: levelsOf(content.scale),
    write: (marks) => writeQuestion(rubric, material, marks),
  });
}

/** A question whose reply is a verdict. */
export interface VerdictQuestion {
  readonly step: string;
  readonly names: readonly string[];
  readonly levels: readonly number[];
  readonly write: JudgeCall['write'];
}

/** Asks for a verdict: strictly, then leniently, then once more. Throws JudgeError. */
export async function askVerdict(
  deps: AskJudgeDeps,
  request: Omit<JudgeRequest, 'material'>,
  question: VerdictQuestion,
): Promise<Answered> {
  const { names, levels, step } = question;
  const call = callOf(request, question);
  const first = await askJudge(deps, call);
  const form = { word: first.marks.word, names, levels };
  const read = readVerdict(first.asked.text, form);
  if (read.read) return answeredBy([first], read);
  const messages: Messages = writeRepair(first.messages, first.asked.text, read.problem);
  const second = await askJudge(deps, { ...call, step: `${step}.repair`, write: () => messages });
  const again = readVerdict(second.asked.text, form);
  if (again.read) return answeredBy([first, second], again);
  throw new JudgeError('unreadable', `No verdict could be read from the reply: ${again.problem}.`, {
    retryable: false,
    rawReply: `${first.asked.text}\n\n--- asked again ---\n\n${second.asked.text}`,
  });
}

function callOf(
  { projectId, rubric, model, metadata, signal }: Omit<JudgeRequest, 'material'>,
  { step, names, levels, write }: VerdictQuestion,
): JudgeCall {
  const { temperature, maxOutputTokens, weighLevels } = rubric.content;
  return {
    projectId,
    model,
    step,
    write,
    schema: verdictSchema(names, levels),
    temperature,
    maxOutputTokens,
    logprobs: weighLevels,
    tags: [`rubric:${rubric.name}`],
    metadata,
    timeoutMs: TIMEOUT_MS,
    ...(signal !== undefined && { signal }),
  };
}

function answeredBy(
  replies: readonly JudgeReply[],
  read: Extract<ReadVerdict, { read: true }>,
): Answered {
  const last = replies.at(-1);
  return {
    verdict: read.verdict,
    rawReply: last?.asked.text ?? '',
    logprobs: last?.asked.logprobs ?? null,
    model: last?.asked.model ?? null,
    costMicroUsd: sumOf(replies.map(({ costMicroUsd }) => costMicroUsd)),
    interactionIds: replies.flatMap(({ asked }) => asked.interactionId ?? []),
    unreadable: replies.length - (read.asAsked ? 1 : 0),
  };
}

/** A sum with an unknown part is unknown. */
export function sumOf(costs: readonly (number | null)[]): number | null {
  return costs.reduce<number | null>(
    (sum, cost) => (sum === null || cost === null ? null : sum + cost),
    0,
  );
}
