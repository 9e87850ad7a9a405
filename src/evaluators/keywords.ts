/**
 * Measures whether words that must appear do, and words that must not do not.
 * Method: whole-word search for words of letters, plain search for scripts without spaces; case is ignored
 * unless asked for. Text is compared in Unicode form NFKC.
 * Blind spots: no inflections ("run" is not "ran"), no negation ("not guaranteed" contains "guaranteed").
 * Source: own rule.
 */
import { z } from 'zod';
import { defineEvaluator, found, passed, type ScoreDraft } from './define-evaluator.ts';
import { findWord } from './text/find-word.ts';
import { ANALYSED_CHARACTERS } from './text/text-facts.ts';

const Word = z.string().min(1).max(200);

const KeywordOptions = z.strictObject({
  required: z.array(Word).max(200).default([]).describe('Every one of these must appear.'),
  forbidden: z.array(Word).max(200).default([]).describe('None of these may appear.'),
  caseSensitive: z.boolean().default(false),
});

/** Keywords are searched in much more than other rules read: the search is a plain one. */
const SEARCHED_CHARACTERS = 50 * ANALYSED_CHARACTERS;

/** Checks required and forbidden words; does not apply when none are configured. */
export const keywords = defineEvaluator({
  id: 'keywords',
  version: 'v1',
  title: 'Keywords',
  description: 'Required words are there, forbidden words are not.',
  kind: 'rule',
  options: KeywordOptions,
  needs: ['answer'],
  evaluate(subject, options): readonly ScoreDraft[] {
    const { required, forbidden, caseSensitive } = options;
    if (required.length + forbidden.length === 0 || subject.callsTools) return [];
    const fold = (text: string): string =>
      caseSensitive ? text.normalize('NFKC') : text.normalize('NFKC').toLowerCase();
    const text = fold(subject.answer.slice(0, SEARCHED_CHARACTERS));
    const present = forbidden.filter((word) => findWord(text, fold(word)) !== -1);
    const missing = required.filter((word) => findWord(text, fold(word)) === -1);
    return [judge({ present, missing, required: required.length })];
  },
});

function judge(seen: {
  readonly present: readonly string[];
  readonly missing: readonly string[];
  readonly required: number;
}): ScoreDraft {
  const { present, missing, required } = seen;
  if (present.length > 0) {
    return found('keywords', {
      value: 0,
      label: 'forbidden_keyword',
      reason: `Forbidden words appear: ${present.slice(0, 5).join(', ')}.`,
      flagged: true,
      details: { present, missing },
    });
  }
  if (missing.length === 0) return passed('keywords');
  return found('keywords', {
    value: (0.75 * (required - missing.length)) / required,
    label: 'missing_keyword',
    reason: `Required words are missing: ${missing.slice(0, 5).join(', ')}.`,
    details: { missing },
  });
}
