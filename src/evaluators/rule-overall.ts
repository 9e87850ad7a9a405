/**
 * Measures whether anything that rules can see is wrong with an answer: `overall` in [0, 1] and on the scale 1 to 5.
 * Method: every check judges on its own; the worst one decides, because one grave fault is not made good by ten
 * passed checks. Each check that applies is a score of its own beside `overall`.
 * Blind spots: no claim about truth or about following instructions (both stay null): a wrong answer in good
 * form scores 5. Only the first 20,000 characters are read. See each check for its own blind spots.
 * Source: own rule; keeps the labels and the scale of `rule-basic-v1`, of which it is version 2.
 */
import { z } from 'zod';
import { abuse } from './abuse.ts';
import {
  defineEvaluator,
  type Evaluator,
  type EvaluatorTools,
  onFive,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { emptyAnswer } from './empty-answer.ts';
import { errorLike } from './error-like.ts';
import { format } from './format.ts';
import { gibberish } from './gibberish.ts';
import { keywords } from './keywords.ts';
import { languageMismatch } from './language-mismatch.ts';
import { length } from './length.ts';
import { askOnce } from './once.ts';
import { refusal } from './refusal.ts';
import { repetition } from './repetition.ts';
import { ANALYSED_CHARACTERS } from './text/text-facts.ts';
import { truncation } from './truncation.ts';

/** In the order in which labels win when two checks are equally bad. */
const CHECKS: readonly Evaluator[] = [
  emptyAnswer,
  errorLike,
  abuse,
  gibberish,
  repetition,
  refusal,
  keywords,
  format,
  languageMismatch,
  truncation,
  length,
];

/** Whether an evaluator is one of the checks that the rules put together. */
export function isRuleCheck(id: string): boolean {
  return CHECKS.some((check) => check.id === id);
}

const RuleOptions = z.strictObject({
  length: length.options.optional(),
  keywords: keywords.options.optional(),
  format: format.options.optional(),
  language: languageMismatch.options.optional(),
  disabled: z
    .array(z.enum(CHECKS.map(({ id }) => id)))
    .max(CHECKS.length)
    .default([])
    .describe('Checks that are left out.'),
});
type RuleOptions = z.output<typeof RuleOptions>;

const DEFAULTS: ReadonlyMap<string, unknown> = new Map(
  CHECKS.map((check) => [check.id, check.options.parse(check.id === 'format' ? undefined : {})]),
);

/** Detectors ask these too. */
const SHARED = new Set(['repetition', 'gibberish', 'language', 'truncation']);

const FINE =
  'The rules found nothing wrong. They do not check whether the answer is true or does what was asked.';
const MAX_REASONS = 3;

/** All rules together; answers `overall` first, then one score for every check that applies. */
export const ruleOverall = defineEvaluator({
  id: 'rule-basic',
  version: 'v2',
  title: 'Rules',
  description:
    'Everything that can be seen without a model: form, language, refusal, errors, insults.',
  kind: 'rule',
  options: RuleOptions,
  needs: ['answer'],
  evaluate(subject, options, tools): readonly ScoreDraft[] {
    const drafts = CHECKS.filter(({ id }) => !options.disabled.includes(id)).flatMap((check) =>
      ask(check, subject, { options, tools }),
    );
    return [overall(subject, drafts, tools), ...drafts];
  },
});

function ask(
  check: Evaluator,
  subject: Subject,
  { options, tools }: { readonly options: RuleOptions; readonly tools: EvaluatorTools },
): readonly ScoreDraft[] {
  const own = new Map<string, unknown>(Object.entries(options)).get(check.id);
  if (own !== undefined) return check.evaluate(subject, own, tools);
  if (SHARED.has(check.id)) return askOnce(check, subject, tools);
  return check.evaluate(subject, DEFAULTS.get(check.id), tools);
}

function overall(
  subject: Subject,
  drafts: readonly ScoreDraft[],
  tools: EvaluatorTools,
): ScoreDraft {
  const faults = drafts.filter(({ value }) => value < 1).sort((a, b) => a.value - b.value);
  const [worst] = faults;
  const value = worst?.value ?? 1;
  const reasons = faults.slice(0, MAX_REASONS).map(({ reason }) => reason ?? '');
  const text = reasons.length === 0 ? FINE : reasons.join(' ');
  const capped = tools.read(subject.answer).capped;
  return {
    name: 'overall',
    value,
    native: onFive(value),
    label: worst?.label ?? 'ok',
    flagged: faults.some(({ flagged }) => flagged),
    reason: capped ? `${text} ${cappedNote(subject.answerCharacters)}` : text,
    details: {
      checks: Object.fromEntries(drafts.map((draft) => [draft.name, draft.value])),
      instruction_following: null,
      truthfulness: null,
      ...(capped ? { analysedCharacters: ANALYSED_CHARACTERS } : {}),
    },
  };
}

function cappedNote(characters: number): string {
  return `Judged by the first ${ANALYSED_CHARACTERS} of ${characters} characters.`;
}
