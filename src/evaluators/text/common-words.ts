import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashWords } from './hash-words.ts';
import { UNIT_CLASS } from './unit-classes.ts';
import type { WordWeights } from './word-weights.ts';

const FILE = join(import.meta.dirname, '../models/shipped/common-words.json');
const PAIR_WEIGHT = 0.8;
/** Endings and particles. */
const HIRAGANA_WEIGHT = 0.1;

let table: ReadonlyMap<number, number> | null = null;

/** How much a hashed word tells, in [0, 1]; words that are not common tell most. `kind` is its script's class. */
export function weightOfHash(hash: number, kind: number): number {
  table ??= tableOf(JSON.parse(readFileSync(FILE, 'utf8')) as WordWeights);
  const known = table.get(hash);
  if (known !== undefined) return known;
  if (kind === UNIT_CLASS.hiragana) return HIRAGANA_WEIGHT;
  return kind > UNIT_CLASS.hiragana || kind === UNIT_CLASS.han ? PAIR_WEIGHT : 1;
}

function tableOf({ levels }: WordWeights): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  for (const [weight, words] of Object.entries(levels)) {
    hashWords(words, (hash) => weights.set(hash, Number(weight)));
  }
  return weights;
}
