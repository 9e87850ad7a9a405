import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Unit } from './scan-units.ts';

const FILE = join(import.meta.dirname, '../models/shipped/word-weights.json');
const NUMBER_WEIGHT = 0.9;
const UNKNOWN_GRAM_WEIGHT = 0.7;
const LETTER_WEIGHT = 0.2;

/** Weights of common words as they are shipped: weight → words, separated by spaces. */
export interface WordWeights {
  readonly levels: Readonly<Record<string, string>>;
}

let table: ReadonlyMap<string, number> | null = null;

function weights(): ReadonlyMap<string, number> {
  table ??= tableOf(JSON.parse(readFileSync(FILE, 'utf8')) as WordWeights);
  return table;
}

function tableOf({ levels }: WordWeights): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(levels).flatMap(([weight, words]) =>
      words.split(' ').map((word) => [word, Number(weight)] as const),
    ),
  );
}

/**
 * How much a unit tells, in [0, 1]: near 0 for words of every sentence, 1 for words that are hardly ever met. From
 * how many sentences of the training texts hold it; Korean and Japanese are known by their form alone.
 */
export function weightOf({ key, kind }: Unit): number {
  if (kind === 'number') return NUMBER_WEIGHT;
  const known = weights().get(key);
  if (known !== undefined) return known;
  if (kind === 'gram') return UNKNOWN_GRAM_WEIGHT;
  return key.length === 1 ? LETTER_WEIGHT : 1;
}
