/**
 * Measures whether words that must appear do, and words that must not do not.
 * Method: whole-word search for words of letters, plain search for scripts without spaces; case is ignored
 * unless asked for. Text is compared in Unicode form NFKC.
 * Blind spots: no inflections ("run" is not "ran"), no negation ("not guaranteed" contains "guaranteed").
 * Source: own rule.
 */
import { z } from 'zod';
import { defineEvaluator, found, passed, type ScoreDraft } from './define-evaluator.ts';
import { ANALYSED_CHARACTERS } from './text/text-facts.ts';

const Word = z.string().min(1).max(200);

const KeywordOptions = z.strictObject({
  required: z.array(Word).max(200).default([]).describe('Every one of these must appear.'),
  forbidden: z.array(Word).max(200).default([]).describe('None of these may appear.'),
  caseSensitive: z.boolean().default(false),
});

const SCRIPT_WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;
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
    const present = forbidden.filter((word) => contains(text, fold(word)));
    const missing = required.filter((word) => !contains(text, fold(word)));
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

/** Whether the word stands alone in the text; parts of longer words count for scripts without spaces. */
function contains(text: string, word: string): boolean {
  if (SCRIPT_WITHOUT_SPACES.test(word)) return text.includes(word);
  let at = text.indexOf(word);
  while (at !== -1) {
    if (standsAlone(text, at, at + word.length)) return true;
    at = text.indexOf(word, at + 1);
  }
  return false;
}

function standsAlone(text: string, from: number, to: number): boolean {
  const joins = (inside: string, outside: string): boolean =>
    WORD_CHARACTER.test(inside) && WORD_CHARACTER.test(outside);
  const before = from > 0 && joins(text.charAt(from), text.charAt(from - 1));
  return !before && !(to < text.length && joins(text.charAt(to - 1), text.charAt(to)));
}
