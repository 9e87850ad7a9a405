import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from '../src/evaluators/models/load-model.ts';
import { gramsOf } from '../src/evaluators/text/grams.ts';
import { atThreshold, auc } from './measure.ts';
import { readSet, trainingSets } from './read-sets.ts';
import type { Recipe } from './recipe.ts';
import { trainModel, writeModel } from './train-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'lqo-train-'));
const FRUIT = ['apple', 'pear', 'plum', 'cherry', 'quince', 'medlar'];
const TOOLS = ['hammer', 'wrench', 'pliers', 'chisel', 'mallet', 'spanner'];

/** Fruit is what is looked for. */
const recipe: Recipe = {
  name: 'fruit',
  version: 'v1',
  buckets: 2 ** 12,
  l2: 1e-3,
  blindSpots: ['vegetables'],
  thresholds: {
    whole: { advisory: 0.5, alert: 0.9 },
    sentence: { advisory: 0.5, alert: 0.9 },
  },
  examples: (data) =>
    trainingSets(data, 'fruit').flatMap(({ rows }) =>
      rows.map((row) => ({
        text: row.text ?? '',
        label: row.label === 1 ? (1 as const) : (0 as const),
        weight: 1,
        source: row.set,
        lang: 'en',
        group: row.id,
      })),
    ),
  measure: (model) => ({ apple: model.whole(gramsOf('apple')) }),
};

describe('given a small set of labelled sentences', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'fruit', 'train'), { recursive: true });
    const sets = ['shippable', 'measured_only'].map((set) => ({
      detector: 'fruit',
      set,
      langs: ['en'],
      licence: 'CC0-1.0',
      source: 'own',
      may_train_shipped_weights: set === 'shippable',
    }));
    writeFileSync(join(folder, 'MANIFEST.json'), JSON.stringify(sets));
    const lines = [...FRUIT, ...TOOLS].flatMap((word, index) =>
      ['a', 'the', 'my'].map((article) =>
        JSON.stringify({
          id: `${article}-${word}`,
          set: 'shippable',
          label: index < FRUIT.length ? 1 : 0,
          text: `I took ${article} ${word} along.`,
        }),
      ),
    );
    for (const { set } of sets) {
      const file = join(folder, 'fruit', 'train', `${set}.jsonl.gz`);
      writeFileSync(file, gzipSync(`${lines.join('\n')}\n`));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('trains only on sets whose weights may be shipped', () => {
    expect(trainingSets(folder, 'fruit').map(({ entry }) => entry.set)).toEqual(['shippable']);
    expect(readSet(folder, { detector: 'fruit', set: 'none' }, 'train')).toEqual([]);
  });

  it('makes the same bytes from the same inputs', () => {
    const options = { data: folder, date: '2026-01-02' };
    const [first, second] = ['one', 'two'].map((name) => {
      writeModel(join(folder, name), trainModel(recipe, options));
      return ['fruit.json', 'fruit.bin'].map((file) => readFileSync(join(folder, name, file)));
    });
    expect(first).toEqual(second);
  });

  it('learns what the labels say, and says what drove a score and where it is blind', () => {
    const out = join(folder, 'learned');
    writeModel(out, trainModel(recipe, { data: folder, date: '2026-01-02' }));
    const model = readModel(out, 'fruit');
    const text = 'He ate a cherry. He used a chisel.';
    const [fruit = 0, tool = 1] = model.sentences(gramsOf(text));
    expect(fruit).toBeGreaterThan(0.5);
    expect(tool).toBeLessThan(0.5);
    expect(model.whole(gramsOf(text))).toBeGreaterThan(tool);
    const [sentence] = gramsOf(text).sentences;
    if (sentence === undefined) throw new Error('no sentence');
    expect(model.drivers(text, sentence, 1)).toMatchObject([{ text: 'cherry', start: 9, end: 15 }]);
    expect(model.card).toMatchObject({
      blindSpots: ['vegetables'],
      data: [{ set: 'shippable', rows: 36, licence: 'CC0-1.0' }],
      date: '2026-01-02',
    });
    expect(model.card.accuracy).toMatchObject({ apple: expect.any(Number) });
  });

  it('refuses weights that are not those of the card', () => {
    const out = join(folder, 'broken');
    writeModel(out, trainModel(recipe, { data: folder, date: '2026-01-02' }));
    writeFileSync(join(out, 'fruit.bin'), Buffer.alloc(2 ** 12));
    expect(() => readModel(out, 'fruit')).toThrow(/fruit/);
  });
});

describe('measures', () => {
  const judged = [
    { label: 1, score: 0.9 },
    { label: 0, score: 0.8 },
    { label: 1, score: 0.8 },
    { label: 0, score: 0.1 },
  ];

  it('count ties half', () => {
    expect(auc(judged)).toBe(0.875);
    expect(auc(judged.slice(0, 1))).toBeNull();
  });

  it('say what a threshold does', () => {
    expect(atThreshold(judged, 0.85)).toEqual({
      precision: 1,
      recall: 0.5,
      f1: 2 / 3,
      falseAlarms: 0,
    });
    expect(atThreshold(judged, 2)).toEqual({
      precision: null,
      recall: 0,
      f1: null,
      falseAlarms: 0,
    });
  });
});
