import type { Subject } from '../evaluators/define-evaluator.ts';
import type { AskJudgeDeps } from './ask-judge.ts';
import { decideByRule } from './decide-by-rule.ts';
import { judgeAnswer, materialOf } from './judge-answer.ts';
import { judgeSwapped } from './judge-swapped.ts';
import type { Judgement } from './judgement.ts';
import type { Rubric } from './rubric.ts';
import { draftsOf } from './score-drafts.ts';

/** What a rubric is asked about. */
export interface SubjectRequest {
  readonly projectId: string;
  readonly rubric: Rubric;
  /** Who judges. */
  readonly model: string;
  readonly subject: Subject;
  /** Who gave the answer; null when unknown. */
  readonly judgedModel: string | null;
  /** What a right answer would say; null when nobody wrote one. */
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Judges one answer by one rubric. Throws JudgeError when there is no verdict. */
export async function judgeSubject(
  deps: AskJudgeDeps,
  request: SubjectRequest,
): Promise<Judgement> {
  const { rubric, subject, reference } = request;
  const decided = decideByRule(rubric, subject, reference);
  if (decided !== null) {
    const { drafts, why } = decided;
    return { drafts, byRule: why, costMicroUsd: 0, asked: 0, unreadable: 0, rawReply: null };
  }
  const asked = { ...request, material: materialOf(subject, reference) };
  if (rubric.content.method === 'swap') return await judgeSwapped(deps, asked);
  const answered = await judgeAnswer(deps, asked);
  return {
    drafts: draftsOf(rubric, answered),
    byRule: null,
    costMicroUsd: answered.costMicroUsd,
    asked: answered.interactionIds.length,
    unreadable: answered.unreadable,
    rawReply: answered.rawReply,
  };
}
