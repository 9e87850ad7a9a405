import type { ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import { refusal } from '../evaluators/refusal.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';
import { labelOf, levelsOf, nativeOf, type Rubric, valueAt } from './rubric.ts';

/** What is known without asking: scores (maybe none) and why; null: the judge has to be asked. */
export interface DecidedByRule {
  readonly drafts: readonly ScoreDraft[];
  readonly why: 'empty' | 'refused' | 'no_context' | 'no_reference' | 'calls_tools';
}

type Why = DecidedByRule['why'];

const REASONS: Readonly<Record<Why, string>> = {
  empty: 'The answer is empty; no judge was asked.',
  refused: 'The answer declines the request; no judge was asked.',
  no_context: 'There is no context; no judge was asked.',
  no_reference: 'There is no reference answer; no judge was asked.',
  calls_tools: 'The model called tools and wrote no text; no judge was asked.',
};

/** Degenerate cases need no model: what cannot be judged is left out, what is plain is decided. */
export function decideByRule(
  { content }: Rubric,
  subject: Subject,
  reference: string | null,
): DecidedByRule | null {
  if (content.needs.includes('context') && subject.context.length === 0) {
    return { drafts: [], why: 'no_context' };
  }
  if (content.needs.includes('reference') && reference === null) {
    return { drafts: [], why: 'no_reference' };
  }
  if (subject.answer.trim() === '') {
    if (subject.callsTools) return { drafts: [], why: 'calls_tools' };
    return decided(content, content.whenEmpty, 'empty');
  }
  return isRefused(subject) ? decided(content, content.whenRefused, 'refused') : null;
}

function isRefused(subject: Subject): boolean {
  const drafts = refusal.evaluate(subject, {}, { read: createTextReader() });
  return drafts.some(({ value }) => value < 1);
}

function decided(
  { scale, criteria }: Rubric['content'],
  outcome: Rubric['content']['whenEmpty'],
  why: Why,
): DecidedByRule | null {
  if (outcome === 'ask') return null;
  if (outcome === 'skip') return { drafts: [], why };
  const levels = levelsOf(scale);
  const level = (outcome === 'worst' ? levels.at(0) : levels.at(-1)) ?? 0;
  const drafts = criteria.map(({ name }) => ({
    name,
    value: valueAt(scale, level),
    native: nativeOf(scale, level),
    label: labelOf(scale, level),
    flagged: outcome === 'worst',
    reason: REASONS[why],
    details: { byRule: why, level },
  }));
  return { drafts, why };
}
