import type { LinearModel } from '../models/linear-model.ts';
import { gramsOf, type TextGrams } from '../text/grams.ts';
import { byCue } from './cues.ts';
import { type Disguise, disguisesIn } from './disguises.ts';
import { blankQuotes, plainText } from './plain-text.ts';
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
  const possible = byCue(rules);
  const inPlainSight = (text: string, grams: TextGrams): readonly Sign[] => {
    const plain = plainText(text);
    const candidates = possible(plain.isUnmasked ? gramsOf(plain.text) : grams);
    if (candidates.length === 0) return [];
    const spoken = blankQuotes(plain.text);
    return candidates.flatMap(({ kind, certainty, note, pattern }) => {
      const match = pattern.exec(spoken);
      if (match === null) return [];
      const start = plain.origin(match.index);
      const end = plain.origin(match.index + match[0].length - 1) + 1;
      return [{ kind, start, end: Math.max(end, start + 1), certainty, note }];
    });
  };
  return (text, grams, model) => {
    const signs = [...inPlainSight(text, grams)];
    for (const disguise of disguisesIn(text, grams)) {
      const hidden = gramsOf(disguise.text);
      const certainty = Math.max(
        riskOf(inPlainSight(disguise.text, hidden)),
        MODEL_CAN_READ.has(disguise.kind) ? viewOf(hidden, model).whole : 0,
      );
      if (certainty < 0.5) continue;
      const note = `an order hidden as ${disguise.kind}`;
      signs.push({ ...placeOf(disguise), kind: 'disguised_order', certainty, note });
    }
    return signs.slice(0, MOST_SIGNS);
  };
}

function placeOf({ start, end }: Disguise): { readonly start: number; readonly end: number } {
  return { start, end };
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

/** What `model` makes of a text and of its sentences. */
export function viewOf(grams: TextGrams, model: LinearModel): ModelView {
  let sentence: { index: number; probability: number } | null = null;
  for (const [index, probability] of model.sentences(grams).entries()) {
    if (probability > (sentence?.probability ?? -1)) sentence = { index, probability };
  }
  const isProse = grams.sentences.some(({ isCode }) => !isCode);
  return { whole: isProse ? model.whole(grams) : (sentence?.probability ?? 0), sentence };
}

/**
 * The probability of the worst sentence, less what the number of sentences explains: the worst of many looks bad by
 * chance. `discount` is taken from the log-odds for each factor of e in the number.
 */
export function worstSentence(
  { whole, sentence }: ModelView,
  { sentences }: TextGrams,
  discount: number,
): number {
  const probability = sentence?.probability ?? whole;
  const odds = probability * Math.max(1, sentences.length) ** -discount;
  return odds / (odds + 1 - probability);
}
