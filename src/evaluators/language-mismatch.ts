/**
 * Measures whether the answer is in the language that was asked for or that the question is in.
 * Method: a demand in so many words ("in Korean", "한국어로 답해") decides; else the languages of the prompt do.
 * Languages come from scripts (Korean, Japanese, Chinese and others) and, within Latin script, from common
 * words and n-grams (tinyld). Code, links, quotes and short answers are not judged; translations only by demand.
 * Blind spots: close languages (Danish and Norwegian), short Latin texts, romanised Korean or Japanese,
 * Traditional against Simplified Chinese.
 * Source: own rule; tinyld 1.3 for Latin scripts.
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
import {
  demandedLanguages,
  type LanguageShares,
  languagesOf,
  mentionedLanguages,
} from './text/language.ts';
import { promptCues } from './text/prompt-cues.ts';
import type { TextFacts } from './text/text-facts.ts';

const LanguageOptions = z.strictObject({
  expected: z
    .array(z.string().regex(/^[a-z]{2}$/))
    .max(20)
    .default([])
    .describe('Languages the answer may be in (ISO 639-1); empty: the language of the question.'),
});

/** Below these the answer is too short to tell. */
const MIN_LATIN_LETTERS = 40;
const MIN_OTHER_LETTERS = 8;
/** A language with this share of the prompt's letters may be answered in. */
const PROMPT_SHARE = 0.15;
const DOMINANT_SHARE = 0.7;
const EXPECTED_SHARE = 0.2;
const SHORT_HAN_PROMPT = 24;
const MISMATCH = 0.25;

/** Languages of one script, which `languagesOf` does not tell apart. */
const BY_SCRIPT: Readonly<Record<string, string>> = {
  ru: 'cyrillic',
  uk: 'cyrillic',
  bg: 'cyrillic',
  ar: 'arabic',
  fa: 'arabic',
  ur: 'arabic',
};

const NOT_LATIN = new Set(['ko', 'ja', 'zh', 'cyrillic', 'arabic', 'he', 'th', 'hi', 'el']);

/** Compares the answer's language with the expected one; does not apply where it cannot tell. */
export const languageMismatch = defineEvaluator({
  id: 'language',
  version: 'v1',
  title: 'Language',
  description: 'Whether the answer is in the language of the question or the one asked for.',
  kind: 'rule',
  options: LanguageOptions,
  needs: ['answer', 'prompt'],
  evaluate(subject, options, tools): readonly ScoreDraft[] {
    if (subject.callsTools) return [];
    const answer = tools.read(subject.answer);
    if (!longEnough(answer)) return [];
    const expected =
      options.expected.length > 0
        ? new Set(options.expected.map((code) => BY_SCRIPT[code] ?? code))
        : expectedLanguages(subject, tools);
    if (expected.size === 0) return [];
    if (isProgram(subject, tools)) return [];
    const draft = compare(answer, expected);
    return draft === null ? [] : [draft];
  },
});

/** Latin text of an unknown language is a mismatch only where no language of Latin script is expected. */
function answerShares(facts: TextFacts, expected: ReadonlySet<string>): LanguageShares {
  const shares = languagesOf(facts);
  if (shares.size > 0 || [...expected].some((code) => !NOT_LATIN.has(code))) return shares;
  const all = Object.values(facts.scripts).reduce((sum, letters) => sum + letters, 0);
  return new Map([['a language of Latin script', facts.scripts.latin / all]]);
}

function longEnough({ scripts }: TextFacts): boolean {
  const others = scripts.hangul + scripts.kana + scripts.han;
  const spaced = scripts.latin + scripts.cyrillic + scripts.greek + scripts.arabic + scripts.hebrew;
  return (
    others + scripts.thai + scripts.devanagari >= MIN_OTHER_LETTERS || spaced >= MIN_LATIN_LETTERS
  );
}

function expectedLanguages(subject: Subject, tools: EvaluatorTools): ReadonlySet<string> {
  const prompt = subject.prompt === null ? null : tools.read(subject.prompt);
  const instructions = subject.instructions === null ? null : tools.read(subject.instructions);
  const request =
    prompt === null ? '' : `${prompt.lower.slice(0, 2000)}\n${prompt.lower.slice(-500)}`;
  const demanded = demandedLanguages(request);
  if (demanded.size > 0) return demanded;
  const instructed = demandedLanguages(instructions?.lower.slice(0, 8000) ?? '');
  if (instructed.size > 0) return new Set([...instructed, ...mentionedLanguages(request)]);
  if (prompt === null || promptCues(request).asksForTranslation) return new Set();
  const asked = promptLanguages(prompt);
  return asked.size === 0 ? asked : new Set([...asked, ...mentionedLanguages(request)]);
}

function promptLanguages(prompt: TextFacts): Set<string> {
  const shares = [...languagesOf(prompt)].filter(([, share]) => share >= PROMPT_SHARE);
  const codes = new Set(shares.map(([code]) => code));
  // A few Han characters alone may be Japanese as well.
  if (codes.has('zh') && prompt.scripts.han <= SHORT_HAN_PROMPT) codes.add('ja');
  const known = shares.reduce((sum, [, share]) => sum + share, 0);
  return known >= DOMINANT_SHARE ? codes : new Set();
}

/** Programs are in no language; an answer to a question about code may be nothing but code. */
function isProgram(subject: Subject, tools: EvaluatorTools): boolean {
  const { latin, hangul, kana, han } = tools.read(subject.answer).scripts;
  if (subject.prompt === null || latin < hangul + kana + han) return false;
  return promptCues(tools.read(subject.prompt).lower).isAboutPrograms;
}

function compare(facts: TextFacts, expected: ReadonlySet<string>): ScoreDraft | null {
  const answer = answerShares(facts, expected);
  const [dominant] = [...answer].sort((a, b) => b[1] - a[1]);
  if (dominant === undefined) return null;
  const [language, share] = dominant;
  const expectedShare = [...answer]
    .filter(([code]) => expected.has(code))
    .reduce((sum, [, part]) => sum + part, 0);
  const details = { expected: [...expected], answer: language };
  if (expectedShare >= EXPECTED_SHARE || share < DOMINANT_SHARE) return passed('language', details);
  return found('language', {
    value: MISMATCH,
    label: 'language_mismatch',
    reason: `The answer is in "${language}"; expected is ${[...expected].map((code) => `"${code}"`).join(' or ')}.`,
    details,
  });
}
