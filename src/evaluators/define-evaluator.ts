import type { z } from 'zod';
import type { TextFacts } from './text/text-facts.ts';

/** A machine-readable form that the caller asked the provider for (`response_format` and the like). */
export type RequestedFormat =
  | { readonly kind: 'json' }
  | { readonly kind: 'json_schema'; readonly schema: Readonly<Record<string, unknown>> };

/** What is judged: one question and its answer, with what is known about how they came to be. */
export interface Subject {
  /** `chat`, `responses`, `completions` … */
  readonly operation: string;
  /** The last user message; null when it was not recorded. */
  readonly prompt: string | null;
  /** System and developer messages, joined; null when there are none. */
  readonly instructions: string | null;
  /** The answer as text; empty when the model said nothing. */
  readonly answer: string;
  /** The answer's whole length in characters; larger than `answer.length` when only its head was loaded. */
  readonly answerCharacters: number;
  readonly finishReason: string | null;
  /** The model answered by calling tools, so no text is expected. */
  readonly callsTools: boolean;
  readonly requestedFormat: RequestedFormat | null;
  /** Passages the answer must be grounded in. */
  readonly context: readonly string[];
  /** What tools returned to the model in this conversation, oldest first. */
  readonly toolResults: readonly string[];
  /** Cosine of embeddings of prompt and answer, in [0, 1], where an embedding model was asked beforehand. */
  readonly embedded?: { readonly cosine: number; readonly model: string };
}

/** A part of a text that a score is about, as `details.spans` carries it. */
export interface TextSpan {
  /** Which text of the subject. */
  readonly field: 'prompt' | 'answer' | 'context' | 'tool_result';
  /** Which passage or tool result, from 0; 0 for prompt and answer. */
  readonly index: number;
  /** UTF-16 units from the start of that text; `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
  /** What was found: `email`, `unsupported`, `number_mismatch` … */
  readonly kind: string;
  readonly severity?: 'low' | 'medium' | 'high';
  /** For people; never the text of a secret itself. */
  readonly note?: string;
}

/** A score before it belongs to anything: `value` in [0, 1] with 1 good, `native` on the users' scale 1 to 5. */
export interface ScoreDraft {
  readonly name: string;
  readonly value: number;
  readonly native: number | null;
  readonly label: string;
  readonly flagged: boolean;
  /** One sentence for people; null when there is nothing to say. */
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** What evaluators are handed beside the subject. */
export interface EvaluatorTools {
  /** Words, scripts and prose of a text, worked out once per text however many checks ask. */
  read(text: string): TextFacts;
}

/** What an evaluator cannot do without; it is skipped where that is missing. */
export type Need = 'answer' | 'prompt' | 'context';

/**
 * One file on the shelf. Rules and detectors are pure and synchronous. No score at all means
 * "does not apply here", which is something else than a good score.
 */
export interface Evaluator<Options extends z.ZodType = z.ZodType> {
  readonly id: string;
  /** Raised with every change that can move a score. */
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'rule' | 'detector' | 'judge';
  readonly options: Options;
  readonly needs: readonly Need[];
  /**
   * Costly to ask, and its answer depends on the content alone: results are kept and used again for the same
   * content. Not for rules: looking up and keeping takes longer than asking them, unless most answers are repeats
   * (docs/evaluators.md has the figures).
   */
  readonly reusable?: boolean;
  evaluate(
    subject: Subject,
    options: z.output<Options>,
    tools: EvaluatorTools,
  ): readonly ScoreDraft[];
}

/** Types an evaluator by its options schema. */
export function defineEvaluator<Options extends z.ZodType>(
  evaluator: Evaluator<Options>,
): Evaluator<Options> {
  return evaluator;
}

/** The good outcome of one check. */
export function passed(name: string, details: ScoreDraft['details'] = null): ScoreDraft {
  return { name, value: 1, native: null, label: 'ok', flagged: false, reason: null, details };
}

/** The bad outcome of one check; `value` in [0, 1). */
export function found(
  name: string,
  problem: {
    readonly value: number;
    readonly label: string;
    readonly reason: string;
    readonly flagged?: boolean;
    readonly spans?: readonly TextSpan[];
    readonly details?: Readonly<Record<string, unknown>>;
  },
): ScoreDraft {
  const { spans, details } = problem;
  return {
    name,
    value: Math.min(1, Math.max(0, problem.value)),
    native: null,
    label: problem.label,
    flagged: problem.flagged ?? false,
    reason: problem.reason,
    details: spans === undefined ? (details ?? null) : { ...details, spans },
  };
}

/** The users' scale of 1 to 5, as an integer, from [0, 1]. */
export function onFive(value: number): number {
  return 1 + Math.round(4 * Math.min(1, Math.max(0, value)));
}
