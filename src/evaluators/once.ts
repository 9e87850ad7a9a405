import type { Evaluator, EvaluatorTools, ScoreDraft, Subject } from './define-evaluator.ts';

/** What was worked out about a subject, by the reader that serves it alone. */
const KNOWN = new WeakMap<EvaluatorTools['read'], Map<unknown, unknown>>();

/** Works something out at most once for a subject, whoever asks; `key` says what. */
export function once<T>(tools: EvaluatorTools, key: unknown, work: () => T): T {
  const known = KNOWN.get(tools.read) ?? new Map<unknown, unknown>();
  KNOWN.set(tools.read, known);
  if (!known.has(key)) known.set(key, work());
  // Whoever uses a key works out the same thing under it.
  return known.get(key) as T;
}

const DEFAULTS = new Map<Evaluator, unknown>();

/** What a check says by its default options, asked once for a subject. */
export function askOnce(
  check: Evaluator,
  subject: Subject,
  tools: EvaluatorTools,
): readonly ScoreDraft[] {
  if (!DEFAULTS.has(check)) DEFAULTS.set(check, check.options.parse({}));
  return once(tools, check, () => check.evaluate(subject, DEFAULTS.get(check), tools));
}
