/**
 * Measures how sure an answer makes itself sound: a signal of style, of no fact. Never flagged.
 * Method: phrases in English, Korean, Japanese and Chinese. Emphatic certainty ("without a doubt") costs 0.2 for each
 * different phrase, less in long answers; an answer that takes back what it made up ("I made that up") gets 0.2.
 * Honest uncertainty ("I cannot verify that") costs nothing and is labelled. Negated, quoted and polite uses
 * ("Certainly! Here is …") do not count.
 * Blind spots: whether any of it is true; other phrases and languages; irony.
 * Source: the idea and the kinds of phrases are the hallucination check of llm-monitoring-framework, which counted
 * honest uncertainty against answers; the phrases here are our own list.
 */
import { z } from 'zod';
import {
  defineEvaluator,
  found,
  passed,
  type ScoreDraft,
  type Subject,
  type TextSpan,
} from './define-evaluator.ts';
import type { Sentence } from './text/sentences.ts';
import { admitsIgnorance } from './text/uncertainty.ts';

const COST_OF_PHRASE = 0.2;
const MOST_COST = 0.6;
const OF_INVENTION = 0.2;
/** In longer answers a phrase weighs less. */
const SHORT_SENTENCES = 6;
const MAX_SPANS = 20;

const EMPHASIS = new RegExp(
  [
    '\\b(?:definitely|absolutely|certainly|undoubtedly|unquestionably|indisputably|guaranteed?|foolproof|infallibl[ey])\\b',
    '\\b(?:without|beyond) (?:a|any|the slightest) (?:shadow of a )?(?:doubt|question)\\b',
    '\\b(?:100|one hundred) ?(?:%|percent) (?:sure|certain|accurate|correct|true|safe)\\b',
    '\\b(?:completely|totally|entirely|absolutely) (?:sure|certain|confident)\\b',
    '\\b(?:proven|undeniable|indisputable) (?:fact|truth)\\b',
    '\\bthere is no doubt\\b',
    '틀림없이|의심의 여지가? ?없|100 ?% ?(?:확실|정확|안전)|절대적으로|무조건|단언컨대|장담(?:합니다|해요|할 수)|보장(?:합니다|해요|할 수 있)',
    '間違いなく|間違いありません|疑いなく|疑いの余地|絶対に|100 ?[%％]|断言(?:します|できます)|保証(?:します|いたします)',
    '毫无疑问|毫無疑問|毋庸置疑|绝对(?!值|零度|温度|路径|定位)|絕對(?!值|零度)|百分之百|100 ?[%％](?:确定|正确|安全|肯定)|铁定|千真万确|我(?:敢)?保证',
  ].join('|'),
  'giu',
);
/** Directly before a phrase these turn it round. */
const TURNED =
  /(?:\b(?:not|no|never|cannot|can['’]t|isn['’]t|aren['’]t|don['’]t|doesn['’]t|hardly|nothing is|without any)(?: (?:be|be a|a|an|the|always|necessarily|been))?|不|没有|沒有|并非|並非|无法|無法)\s*$/iu;
/** Directly behind a phrase: "보장할 수 없습니다", "保証できません". */
const TURNED_BEHIND = /^[^.。!?\n]{0,8}(?:없|않|못|ない|ません|できかね)|^\s+(?:not|cannot)\b/u;
const POLITE = /^(?:certainly|absolutely|definitely)[!,.]/iu;
const QUOTED = /["“”「」『』«»]/u;

const INVENTION = new RegExp(
  [
    '\\bi (?:just |simply |actually |may have |might have |must have )?(?:made (?:that|this|it|those|them) up|made up (?:that|this|the|those)|invented (?:that|this|it|those)|fabricated (?:that|this|it|those))\\b',
    '\\bmy (?:previous|earlier|last) (?:answer|response|statement|claim) was (?:wrong|incorrect|false|made up|fabricated|mistaken)\\b',
    '\\bwhat i (?:said|told you|wrote) (?:before|earlier|above) (?:was|is) (?:wrong|incorrect|false|not true)\\b',
    '(?:제가|내가) ?(?:지어낸|꾸며낸|지어냈|꾸며냈)|앞서 (?:드린|한) (?:답변|말)[^.]{0,10}(?:잘못|틀렸|사실이 아)',
    '(?:でっち上げ|作り話をし|作り上げた(?:もの|話)|先ほどの(?:回答|説明)は(?:誤り|間違い))',
    '我(?:瞎|胡)?编(?:造)?(?:了|的)|(?:是)?我编造|我(?:之前|刚才)(?:的回答|说的)[^。]{0,6}(?:是错|错误|不正确|不对|编)',
  ].join('|'),
  'giu',
);

/** Every phrase holds one of these; most sentences hold none. */
const MAY_STRESS =
  /definite|absolute|certain|doubt|question|indisput|guarant|foolproof|infallib|sure|confident|percent|%|proven|undeniable|[^ -~]/i;
const MAY_TAKE_BACK = /made|invent|fabricat|previous|earlier|last|said|told|wrote|[^ -~]/i;

interface Phrases {
  readonly kind: 'emphasis' | 'invention';
  readonly pattern: RegExp;
  /** Faster, and true of every sentence with such a phrase. */
  readonly may: RegExp;
}
const PHRASES = {
  emphasis: { kind: 'emphasis', pattern: EMPHASIS, may: MAY_STRESS },
  invention: { kind: 'invention', pattern: INVENTION, may: MAY_TAKE_BACK },
} as const;

/** Looks for phrases of certainty and uncertainty; does not apply where nothing is said. */
export const confidenceLanguage = defineEvaluator({
  id: 'confidence_language',
  version: 'v1',
  title: 'Confidence language',
  description: 'How sure the answer makes itself sound; says nothing about whether it is right.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate(subject, _options, tools): readonly ScoreDraft[] {
    const { text, grams } = tools.read(subject.answer);
    if (subject.callsTools || text === '') return [];
    // `text` is trimmed at its beginning; spans are about the answer as it was given.
    const shift = subject.answer.length - subject.answer.trimStart().length;
    const answer = subject.answer.slice(0, shift + text.length);
    const sentences = grams.sentences
      .filter(({ isCode }) => !isCode)
      .map(({ start, end, isCode }) => ({ start: start + shift, end: end + shift, isCode }));
    const inventions = find(answer, sentences, PHRASES.invention);
    if (inventions.length > 0) return [ofInvention(inventions)];
    const emphasis = find(answer, sentences, PHRASES.emphasis);
    if (emphasis.length > 0) return [ofEmphasis(subject, emphasis, sentences.length)];
    const admits = sentences.some(({ start, end }) => admitsIgnorance(answer.slice(start, end)));
    return [
      admits
        ? { ...passed('confidence_language'), label: 'uncertain' }
        : passed('confidence_language'),
    ];
  },
});

function ofInvention(spans: readonly TextSpan[]): ScoreDraft {
  return found('confidence_language', {
    value: OF_INVENTION,
    label: 'admits_invention',
    reason: 'The answer says itself that something in it was made up or wrong.',
    spans,
  });
}

function ofEmphasis(
  { answer }: Subject,
  spans: readonly TextSpan[],
  sentences: number,
): ScoreDraft {
  const phrases = new Set(spans.map(({ start, end }) => answer.slice(start, end).toLowerCase()));
  const share = Math.min(1, SHORT_SENTENCES / Math.max(1, sentences));
  return found('confidence_language', {
    value: 1 - Math.min(MOST_COST, COST_OF_PHRASE * phrases.size * share),
    label: 'emphatic',
    reason: `The answer stresses its certainty: ${[...phrases]
      .slice(0, 3)
      .map((phrase) => `"${phrase}"`)
      .join(', ')}.`,
    spans,
  });
}

function find(
  answer: string,
  sentences: readonly Sentence[],
  { kind, pattern, may }: Phrases,
): TextSpan[] {
  const spans = sentences.flatMap((sentence) => {
    const text = answer.slice(sentence.start, sentence.end);
    if (!may.test(text)) return [];
    return [...text.matchAll(pattern)]
      .filter((match) => kind !== 'emphasis' || isMeant(text, match.index, match[0].length))
      .map((match): TextSpan => {
        const start = sentence.start + match.index;
        return { field: 'answer', index: 0, start, end: start + match[0].length, kind };
      });
  });
  return spans.slice(0, MAX_SPANS);
}

function isMeant(sentence: string, index: number, length: number): boolean {
  if (POLITE.test(sentence) && index === 0) return false;
  const before = sentence.slice(Math.max(0, index - 24), index);
  const behind = sentence.slice(index + length, index + length + 24);
  if (TURNED.test(before) || TURNED_BEHIND.test(behind)) return false;
  return !(QUOTED.test(before.slice(-2)) || QUOTED.test(behind.slice(0, 2)));
}
