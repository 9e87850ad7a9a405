import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTokenizer } from './tokenizer.ts';

const marks = [
  { id: 0, content: '[CLS]' },
  { id: 1, content: '[SEP]' },
];

describe('WordPiece', () => {
  const words = ['[CLS]', '[SEP]', '[UNK]', 'play', '##ing', '##s', 'the', '.', 'cafe', '漢', '字'];
  const { encode } = readTokenizer({
    added_tokens: marks,
    normalizer: { type: 'BertNormalizer', lowercase: true, strip_accents: null },
    model: { type: 'WordPiece', vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
  });

  it('cuts words into the longest pieces it knows', () => {
    expect(encode('Playing plays the café.')).toEqual([3, 4, 3, 5, 6, 8, 7]);
    expect(encode('漢字')).toEqual([9, 10]);
  });

  it('gives one unknown for a word that cannot be cut', () => {
    expect(encode('playxyz the')).toEqual([2, 6]);
    expect(encode('p'.repeat(101))).toEqual([2]);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encode(text).every((id) => id >= 0 && id < words.length)).toBe(true);
      }),
    );
  });
});

describe('Unigram', () => {
  const pieces: [string, number][] = [
    ['<unk>', 0],
    ['▁', -3],
    ['▁he', -2],
    ['▁hello', -4],
    ['llo', -3],
    ['l', -5],
    ['o', -5],
    ['▁w', -4],
  ];
  const { encode } = readTokenizer({
    added_tokens: marks,
    model: { type: 'Unigram', unk_id: 0, vocab: pieces },
  });

  it('finds the most likely pieces, not the longest first', () => {
    // "▁hello" costs 4, "▁he" and "llo" cost 5.
    expect(encode('hello')).toEqual([3]);
    expect(encode('  hello\n w')).toEqual([3, 7]);
  });

  it('gives unknown for characters that no piece has', () => {
    expect(encode('hez')).toEqual([2, 0]);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(encode(text).every((id) => id >= 0 && id < pieces.length)).toBe(true);
      }),
    );
  });
});

it('refuses tokenizers of other kinds, and such without marks, by name', () => {
  expect(() => readTokenizer({ model: { type: 'BPE', vocab: {} } })).toThrow(
    'WordPiece or Unigram',
  );
  expect(() => readTokenizer({ model: { type: 'WordPiece', vocab: {} } })).toThrow('[CLS]');
});
