import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOfHash } from './common-words.ts';
import { hashWords } from './hash-words.ts';

function hashesOf(text: string): number[] {
  const hashes: number[] = [];
  hashWords(text, (hash) => hashes.push(hash));
  return hashes;
}

function weightsOf(text: string): number[] {
  const weights: number[] = [];
  hashWords(text, (hash, kind) => weights.push(weightOfHash(hash, kind)));
  return weights;
}

describe('hashed words', () => {
  it.each([
    ['Gardens', 'garden'],
    ['gardeners GARDENING', 'garden Gardener'],
    ['2024, 12', '2024 12'],
    ["the cat's", 'the cat s'],
  ])('are the same for "%s" and "%s"', (left, right) => {
    expect(hashesOf(left)).toEqual(hashesOf(right));
  });

  it.each([
    ['garden', 'harbour'],
    ['1234567', '1234568'],
    ['도서관', '도시락'],
    ['図書', '書図'],
  ])('differ between %s and %s', (left, right) => {
    expect(hashesOf(left)).not.toEqual(hashesOf(right));
  });

  it('are one for each two neighbouring characters without spaces', () => {
    expect(hashesOf('图书馆')).toEqual([...hashesOf('图书'), ...hashesOf('书馆')]);
    expect(hashesOf('犬')).toHaveLength(1);
  });

  it('are no more than the text has characters, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(hashesOf(text).length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('weights of common words', () => {
  it('are small for words of every answer, large for others, smallest in between for endings', () => {
    const [the = 1, quince = 0] = weightsOf('the quince');
    expect(the).toBeLessThan(0.2);
    expect(quince).toBe(1);
    expect(weightsOf('ぬめ')[0]).toBeLessThan(0.5);
  });
});
