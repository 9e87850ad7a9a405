import { PARAMETERS, type Parameter, type Token } from './tokens.ts';
import { isLight } from './words.ts';

/** A part of a template as pages draw it: text, or the kind of a changing place. */
export type TemplatePart = { readonly text: string } | { readonly parameter: Parameter };

const LIGHT_WEIGHT = 0.2;
const PARAMETER_WEIGHT = 0.5;
const SEPARATOR = '\u0000';

/** What tells templates apart: their words and the places of their parameters. */
export function keyOf(tokens: readonly Token[]): string {
  return tokens.map(symbolOf).join(SEPARATOR);
}

/** The key with one place open. */
export function slotKeyOf(symbols: readonly string[], place: number): string {
  return symbols.map((symbol, at) => (at === place ? '\u0002' : symbol)).join(SEPARATOR);
}

/** A word itself; a parameter by its kind. */
export function symbolOf({ word, parameter }: Token): string {
  return word ?? `\u0001${parameter}`;
}

/** How much a token says of what a prompt is about. */
export function weightOf({ word }: Token): number {
  if (word === null) return PARAMETER_WEIGHT;
  return isLight(word) ? LIGHT_WEIGHT : 1;
}

/** Whether a token is a word with a meaning of its own. */
export function isContent({ word }: Token): boolean {
  return word !== null && !isLight(word);
}

/**
 * How alike two templates are, from 0 to 1: twice the weight of their longest common subsequence over the weight of
 * both, so that order counts and words without a meaning of their own hardly do.
 */
export function similarityOf(a: readonly Token[], b: readonly Token[]): number {
  const whole = sum(a) + sum(b);
  if (whole === 0) return 0;
  const left = a.map(symbolOf);
  const right = b.map(symbolOf);
  let before = new Float64Array(right.length + 1);
  for (const [row, token] of a.entries()) {
    const current = new Float64Array(right.length + 1);
    for (let column = 0; column < right.length; column += 1) {
      current[column + 1] =
        left[row] === right[column]
          ? (before[column] ?? 0) + weightOf(token)
          : Math.max(before[column + 1] ?? 0, current[column] ?? 0);
    }
    before = current;
  }
  return (2 * (before[right.length] ?? 0)) / whole;
}

function sum(tokens: readonly Token[]): number {
  return tokens.reduce((weight, token) => weight + weightOf(token), 0);
}

/** The parts of a template, neighbouring words joined as they were written. */
export function partsOf(tokens: readonly Token[]): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  for (const [at, { parameter, shown, glued }] of tokens.entries()) {
    if (at > 0 && !glued) text += ' ';
    if (parameter !== null) {
      if (text !== '') parts.push({ text });
      parts.push({ parameter });
      text = '';
    }
    text += shown;
  }
  if (text !== '') parts.push({ text });
  return parts;
}

/** The longest run of words, which a search for prompts of this kind looks for; null without any. */
export function longestTextOf(tokens: readonly Token[]): string | null {
  const runs = partsOf(tokens).flatMap((part) => ('text' in part ? [part.text.trim()] : []));
  const [longest = ''] = runs.toSorted((a, b) => b.length - a.length);
  return longest === '' ? null : longest;
}

/** A token in storage: `[shown, word or null, parameter or null, 1 when glued]`. */
export type StoredToken = readonly [string, string | null, string | null, number];

export function storeTokens(tokens: readonly Token[]): StoredToken[] {
  return tokens.map(({ shown, word, parameter, glued }) => [shown, word, parameter, glued ? 1 : 0]);
}

export function restoreTokens(stored: readonly StoredToken[]): Token[] {
  return stored.map(([shown, word, parameter, glued]) => ({
    shown,
    word,
    parameter: PARAMETERS.find((known) => known === parameter) ?? null,
    glued: glued === 1,
  }));
}
