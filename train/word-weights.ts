import { scanUnits } from '../src/evaluators/text/scan-units.ts';
import { sentencesOf } from '../src/evaluators/text/sentences.ts';
import type { WordWeights } from '../src/evaluators/text/word-weights.ts';
import { readManifest, readSet } from './read-sets.ts';

/** Texts in English and Chinese that were written by many hands; their contexts (or answers) are counted. */
const SOURCES = [
  'begin_wow',
  'wice_oracle',
  'summedits',
  'qags_cnndm',
  'qags_xsum',
  'halueval_qa',
  'uhgeval_zh',
  'chatgpt_general_en',
];
const MOST_WORDS = 1_500;
const FEWEST_SENTENCES = 8;
const STEPS = 20;
const LEAST = 0.02;

/**
 * Weighs the commonest words by how few sentences hold them, in [0, 1] in steps of 0.05. Words that are not listed
 * are rare. The same data give the same file.
 */
export function countWordWeights(data: string): WordWeights {
  const counts = { alphabet: new Map<string, number>(), han: new Map<string, number>() };
  const sentences = { alphabet: 0, han: 0 };
  for (const text of textsOf(data)) {
    for (const { start, end } of sentencesOf(text)) {
      const script = /\p{sc=Han}/u.test(text.slice(start, end)) ? 'han' : 'alphabet';
      sentences[script] += 1;
      const words = scanUnits(text, start, end).filter(({ kind }) => kind !== 'number');
      for (const key of new Set(words.map((word) => word.key))) {
        counts[script].set(key, (counts[script].get(key) ?? 0) + 1);
      }
    }
  }
  const weighed = (['alphabet', 'han'] as const).flatMap((script) =>
    weigh(counts[script], sentences[script]),
  );
  return { levels: levelsOf(weighed) };
}

function textsOf(data: string): ReadonlySet<string> {
  const entries = readManifest(data).filter(
    ({ set, may_train_shipped_weights }) => SOURCES.includes(set) && may_train_shipped_weights,
  );
  const rows = entries.flatMap((entry) => readSet(data, entry, 'train'));
  return new Set(rows.map(({ context, response }) => String(context ?? response ?? '')));
}

interface Weighed {
  readonly word: string;
  readonly weight: number;
}

function weigh(counts: ReadonlyMap<string, number>, sentences: number): Weighed[] {
  const most = Math.log(sentences / FEWEST_SENTENCES);
  return [...counts]
    .filter(([, count]) => count >= FEWEST_SENTENCES)
    .map(([word, count]) => {
      const share = Math.log((sentences + 1) / (count + 1)) / most;
      return { word, weight: Math.max(LEAST, Math.round(share * STEPS) / STEPS) };
    });
}

function levelsOf(weighed: readonly Weighed[]): Record<string, string> {
  const listed = weighed
    .toSorted((a, b) => a.weight - b.weight || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_WORDS);
  const levels: Record<string, string> = {};
  for (const { word, weight } of listed) {
    const known = levels[weight];
    levels[weight] = known === undefined ? word : `${known} ${word}`;
  }
  return levels;
}
