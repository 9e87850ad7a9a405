/**
 * Measures whether the answer is made of words at all.
 * Method: share of Latin words that no language writes (no vowel, very long consonant runs, keyboard rows), of
 * lone Korean letters, of replacement characters, and of signs that are neither letters nor digits. Capitals
 * (abbreviations), code, links and prompts that ask for random text are left out.
 * Blind spots: real words in a senseless order; syllables that could be words; scripts other than Latin and
 * Hangul.
 * Source: own rule.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  type EvaluatorTools,
  found,
  passed,
  type ScoreDraft,
  type Subject,
} from './define-evaluator.ts';
import { promptCues } from './text/prompt-cues.ts';
import { type TextFacts, withoutCode } from './text/text-facts.ts';

const MAX_WORDS = 1_000;
const MIN_WORDS = 3;
const IMPLAUSIBLE_SHARE = 0.4;
const MIN_CHARACTERS = 8;
const REPLACED_SHARE = 0.05;
const SIGNS_SHARE = 0.6;
const MIN_SIGNS = 20;

const LATIN_WORD = /[\p{sc=Latin}]{2,40}/gu;
const VOWEL = /[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœąęįųūēāīōőűůěı]/u;
const CONSONANT_RUN = /[bcdfghjklmnpqrstvwxz]{6,}|[bcdfgjkmpqvwxz]{5,}|[jqxz]{3,}/u;
const KEYBOARD_ROW =
  /asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer(?!ty)|wert(?=y?$|yu)|zxcv|xcvb|cvbn|poiuy|lkjh|fdsa/u;
const LONE_JAMO = /[ㄱ-ㅎㅏ-ㅣ]/gu;
const LAUGHTER = /[ㅋㅎㅠㅜㄷㅇㄴㄱ]{2,}/gu;
const SIGNS = /[^\p{L}\p{N}\p{M}\s\p{Emoji_Presentation}]/gu;

/** Looks for text that is not language; does not apply to very short answers. */
export const gibberish = defineEvaluator({
  id: 'gibberish',
  version: 'v1',
  title: 'Gibberish',
  description: 'Whether the answer is made of words.',
  kind: 'rule',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    if (subject.callsTools || excused(subject, tools)) return [];
    const facts = tools.read(subject.answer);
    if (facts.text.length < MIN_CHARACTERS || /^[[{<]/.test(facts.text)) return [];
    const reason = faultOf(facts) ?? (isAboutPrograms(subject, tools) ? null : signs(facts.text));
    if (reason === null) return [passed('gibberish')];
    return [found('gibberish', { value: 0, label: 'gibberish', reason, flagged: true })];
  },
});

function excused(subject: Subject, tools: EvaluatorTools): boolean {
  return subject.prompt !== null && promptCues(tools.read(subject.prompt).lower).asksForRandomText;
}

function faultOf(facts: TextFacts): string | null {
  const replaced = count(facts.text, /\uFFFD/gu) / facts.text.length;
  if (replaced >= REPLACED_SHARE) return 'Much of the answer could not be decoded.';
  const prose = withoutCode(facts.text).trim();
  if (prose.length < MIN_CHARACTERS) return null;
  return implausibleWords(facts) ?? loneLetters(prose);
}

function implausibleWords(facts: TextFacts): string | null {
  const words = (facts.prose.match(LATIN_WORD) ?? []).slice(0, MAX_WORDS);
  const judged = words.filter((word) => word !== word.toUpperCase());
  const letters = facts.scripts.latin;
  const others = Object.values(facts.scripts).reduce((sum, n) => sum + n, 0) - letters;
  if (judged.length < MIN_WORDS || letters < others) return null;
  const share = judged.filter((word) => isImplausible(word.toLowerCase())).length / judged.length;
  if (share < IMPLAUSIBLE_SHARE) return null;
  return `${Math.round(100 * share)} % of the words are not words of any language.`;
}

/** Words of two and three consonants (tv, mrs, www) are common; longer ones are not. */
function isImplausible(word: string): boolean {
  if (word.length < 4) return false;
  return !VOWEL.test(word) || CONSONANT_RUN.test(word) || KEYBOARD_ROW.test(word);
}

function loneLetters(prose: string): string | null {
  const text = prose.replace(LAUGHTER, (run) => (new Set(run).size === 1 ? '' : run));
  const lone = count(text, LONE_JAMO);
  const whole = count(text, /\p{L}/gu);
  return lone >= 6 && lone >= 0.4 * whole ? 'The answer is made of lone Korean letters.' : null;
}

function isAboutPrograms(subject: Subject, tools: EvaluatorTools): boolean {
  return subject.prompt !== null && promptCues(tools.read(subject.prompt).lower).isAboutPrograms;
}

function signs(text: string): string | null {
  const prose = withoutCode(text).trim();
  const share = count(prose, SIGNS) / prose.length;
  if (prose.length < MIN_SIGNS || share < SIGNS_SHARE) return null;
  return 'Most of the answer is neither letters nor digits.';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
