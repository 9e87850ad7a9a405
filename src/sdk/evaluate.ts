import {
  ALL_CHECKS,
  assess,
  type SafetyChecks,
  type SafetyFlag,
} from '../evaluators/assessment.ts';
import type { Subject, TextSpan } from '../evaluators/define-evaluator.ts';
import { LOCAL_EVALUATORS } from '../evaluators/index.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';

/** A question and its answer. */
export interface CallToEvaluate {
  readonly prompt: string;
  readonly response: string;
  /** Passages that the answer must be grounded in. */
  readonly context?: readonly string[];
  /** What tools returned to the model. */
  readonly toolResults?: readonly string[];
  /** The system prompt. */
  readonly instructions?: string;
  /** Checks that are to be left out, as `{ bias: false }`. */
  readonly checks?: Partial<SafetyChecks>;
}

/** One judgement; `value` in [0, 1], 1 is good. */
export interface EvaluationScore {
  readonly name: string;
  readonly value: number;
  readonly label: string;
  readonly flagged: boolean;
  readonly reason: string | null;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
  readonly spans: readonly TextSpan[];
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** All values in [0, 1], 1 is good; null is not known. */
export interface Evaluation {
  readonly qualityScore: number | null;
  readonly semanticSimilarity: number | null;
  /** Support by the passages; null without passages. */
  readonly factualAccuracy: number | null;
  readonly responseRelevance: number | null;
  readonly coherenceScore: number | null;
  readonly responseLength: number;
  readonly topicCategory: string;
  readonly safetyScore: number;
  readonly isSafe: boolean;
  readonly flags: readonly SafetyFlag[];
  /** By check what speaks against the answer, in [0, 1]; null is not known, left out was not asked for. */
  readonly risks: Readonly<Partial<Record<keyof SafetyChecks, number | null>>>;
  readonly scores: readonly EvaluationScore[];
}

/**
 * Scores an answer by all local evaluators in this process: no server, no network, no model. Some 150 µs per KB of
 * text on the calling thread; the first call reads the weights. Never throws: an evaluator that fails is left out.
 */
export function evaluate(call: CallToEvaluate): Evaluation {
  const subject = subjectOf(call);
  const said = askAll(subject);
  const assessment = assess(subject, said, { ...ALL_CHECKS, ...call.checks });
  const { parts } = assessment;
  return {
    qualityScore: assessment.quality,
    semanticSimilarity: parts.similarity,
    factualAccuracy: parts.accuracy,
    responseRelevance: parts.relevance,
    coherenceScore: parts.coherence,
    responseLength: call.response.length,
    topicCategory: assessment.domain,
    safetyScore: assessment.safety,
    isSafe: assessment.isSafe,
    flags: assessment.flags,
    risks: Object.fromEntries(
      Object.entries(assessment.checks).map(([check, { risk }]) => [check, risk]),
    ),
    scores: said.flatMap(scoresOf),
  };
}

type Said = Parameters<typeof assess>[1][number];

function askAll(subject: Subject): Said[] {
  const tools = { read: createTextReader() };
  return LOCAL_EVALUATORS.flatMap((evaluator): Said[] => {
    const { id, version, needs, kind } = evaluator;
    if (needs.includes('context') && subject.context.length === 0) return [];
    if (kind !== 'rule' && subject.answer === '') return [];
    try {
      const drafts = evaluator.evaluate(subject, evaluator.options.parse({}), tools);
      return [{ evaluator: id, version, drafts }];
    } catch {
      // One broken evaluator must not take the application down; its scores are missing and that shows.
      return [];
    }
  });
}

function scoresOf({ evaluator, version, drafts }: Said): EvaluationScore[] {
  return drafts.map(({ name, value, label, flagged, reason, details }) => ({
    name,
    value,
    label,
    flagged,
    reason,
    evaluator,
    evaluatorVersion: version,
    spans: Array.isArray(details?.['spans']) ? details['spans'] : [],
    details,
  }));
}

function subjectOf(call: CallToEvaluate): Subject {
  return {
    operation: 'chat',
    prompt: call.prompt,
    instructions: call.instructions ?? null,
    answer: call.response,
    answerCharacters: call.response.length,
    finishReason: null,
    callsTools: false,
    requestedFormat: null,
    context: call.context ?? [],
    toolResults: call.toolResults ?? [],
  };
}
