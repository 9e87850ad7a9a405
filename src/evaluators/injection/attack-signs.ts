import type { LinearModel } from '../models/linear-model.ts';
import { gramsOf, type TextGrams } from '../text/grams.ts';
import { byCue } from './cues.ts';
import { type Disguise, disguisesIn, WHOLE_DISGUISES, type WholeDisguise } from './disguises.ts';
import { blankQuotes, type PlainText, plainText } from './plain-text.ts';
import type { Rule } from './rule.ts';

/** A stretch of a text that speaks for an attack. UTF-16 units, `end` behind the last one. */
export interface Sign {
  readonly kind: Rule['kind'] | 'disguised_order' | 'suspicious_sentence';
  readonly start: number;
  readonly end: number;
  /** In (0, 1]. */
  readonly certainty: number;
  readonly note: string;
}

/** What a linear model makes of a text: probabilities in [0, 1]. */
export interface ModelView {
  readonly whole: number;
  /** Of the sentence that looks worst; null when the text has none. */
  readonly sentence: { readonly index: number; readonly probability: number } | null;
}

const MOST_SIGNS = 8;
const SURE_ENOUGH = 0.5;
const MODEL_CAN_READ: ReadonlySet<Disguise['kind']> = new Set([
  'base64',
  'hex',
  'rot13',
  'reversed',
]);

/** Finds by `rules` what a text says in so many words, also where it is disguised. */
export function signFinder(
  rules: readonly Rule[],
): (text: string, grams: TextGrams, model: LinearModel) => readonly Sign[] {
  const candidatesOf = byCue<Rule | WholeDisguise>([...rules, ...WHOLE_DISGUISES]);
  return (text, grams, model) => {
    const plain = plainText(text);
    const candidates = candidatesOf(plain.isUnmasked ? gramsOf(plain.text) : grams);
    const signs = [...inPlainSight(plain, candidates)];
    for (const disguise of disguisesIn(text, candidates.filter(isWholeDisguise))) {
      const hidden = gramsOf(disguise.text);
      const certainty = Math.max(
        riskOf(inPlainSight(plainText(disguise.text), candidatesOf(hidden))),
        MODEL_CAN_READ.has(disguise.kind) ? viewOf(hidden, model).whole : 0,
      );
      if (certainty < SURE_ENOUGH) continue;
      const { kind, start, end } = disguise;
      const note = `has an order hidden as ${kind}`;
      signs.push({ kind: 'disguised_order', start, end, certainty, note });
    }
    return signs.slice(0, MOST_SIGNS);
  };
}

function isWholeDisguise(candidate: Rule | WholeDisguise): candidate is WholeDisguise {
  return 'reveal' in candidate;
}

function inPlainSight(
  plain: PlainText,
  candidates: readonly (Rule | WholeDisguise)[],
): readonly Sign[] {
  const rules = candidates.filter((candidate) => !isWholeDisguise(candidate));
  if (rules.length === 0) return [];
  const spoken = blankQuotes(plain.text);
  return rules.flatMap(({ kind, certainty, note, pattern }) => {
    const match = pattern.exec(spoken);
    if (match === null) return [];
    const start = plain.origin(match.index);
    const end = plain.origin(match.index + match[0].length - 1) + 1;
    return [{ kind, start, end: Math.max(end, start + 1), certainty, note }];
  });
}

/** How sure several signs make together, in [0, 1]: the surest of each kind, as if they were independent. */
export function riskOf(signs: readonly Sign[]): number {
  const surest = new Map<string, number>();
  for (const { kind, certainty } of signs) {
    surest.set(kind, Math.max(surest.get(kind) ?? 0, certainty));
  }
  let doubt = 1;
  for (const certainty of surest.values()) doubt *= 1 - certainty;
  return 1 - doubt;
}

/** The sentence of a text that looks worst to `model`; null when there is none. */
export function worstOf(grams: TextGrams, model: LinearModel): ModelView['sentence'] {
  let worst: { index: number; probability: number } | null = null;
  for (const [index, probability] of model.sentences(grams).entries()) {
    if (probability > (worst?.probability ?? -1)) worst = { index, probability };
  }
  return worst;
}

/** What `model` makes of a text and of its sentences. */
export function viewOf(grams: TextGrams, model: LinearModel): ModelView {
  const sentence = worstOf(grams, model);
  const isProse = grams.sentences.some(({ isCode }) => !isCode);
  return { whole: isProse ? model.whole(grams) : (sentence?.probability ?? 0), sentence };
}

/**
 * The probability of the worst sentence, less what the number of sentences explains: the worst of many looks bad by
 * chance. `discount` is taken from the log-odds for each factor of e in the number.
 */
export function discounted(
  sentence: ModelView['sentence'],
  { sentences }: TextGrams,
  discount: number,
): number {
  const probability = sentence?.probability ?? 0;
  const odds = probability * Math.max(1, sentences.length) ** -discount;
  return odds / (odds + 1 - probability);
}
