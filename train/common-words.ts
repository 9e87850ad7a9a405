import { hashWords } from '../src/evaluators/text/hash-words.ts';
import type { WordWeights } from '../src/evaluators/text/word-weights.ts';
import { readManifest, readSet } from './read-sets.ts';

const SOURCES = ['chatgpt_general_en', 'javicuna_ja', 'uhgeval_zh'];
const MOST_WORDS = 700;
/** Texts that hold a word of full weight. */
const RARE_TEXTS = 25;
const STEPS = 20;
const LEAST = 0.02;
const WORD = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+|\p{sc=Hangul}+|[\p{L}\p{M}]+|\p{N}+/gu;

/** Weighs the words that most answers hold, by how few hold them, in [0, 1]. The same data give the same file. */
export function countCommonWords(data: string): WordWeights {
  const weighed = new Map<string, number>();
  for (const source of SOURCES) {
    const texts = textsOf(data, source);
    for (const [word, count] of mostCommon(texts)) {
      const share = Math.log(texts.length / count) / Math.log(texts.length / RARE_TEXTS);
      const weight = Math.min(1, Math.max(LEAST, Math.round(share * STEPS) / STEPS));
      if (weight < 1 && !weighed.has(word)) weighed.set(word, weight);
    }
  }
  const levels: Record<string, string> = {};
  const ordered = [...weighed].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  for (const [word, weight] of ordered) {
    const known = levels[weight];
    levels[weight] = known === undefined ? word : `${known} ${word}`;
  }
  return { levels };
}

function textsOf(data: string, set: string): readonly string[] {
  const entries = readManifest(data).filter(
    (entry) => entry.set === set && entry.may_train_shipped_weights,
  );
  return entries
    .flatMap((entry) => readSet(data, entry, 'train'))
    .map(({ response }) => response ?? '');
}

/** Words as `hashWords` takes them: beginnings, pairs of characters, numbers. */
function mostCommon(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const words = (text.toLowerCase().match(WORD) ?? []).flatMap(partsOf);
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_WORDS);
}

const PREFIX = 6;

function partsOf(word: string): string[] {
  if (!/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(word)) {
    return [/^\p{N}/u.test(word) ? word : word.slice(0, PREFIX)];
  }
  const pairs = Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2));
  // Pairs across two scripts are none.
  return pairs.filter((pair) => countWords(pair) === 1);
}

function countWords(text: string): number {
  let count = 0;
  hashWords(text, () => {
    count += 1;
  });
  return count;
}
