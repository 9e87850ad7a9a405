import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentencesOf } from './sentences.ts';

const pieces = (text: string): string[] =>
  sentencesOf(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  it.each([
    ['First one. Second one! A third?', ['First one.', 'Second one!', 'A third?']],
    ['Dr. Lee paid 3.50 at 5 p.m. on Monday. Then she left.', null],
    ['She said "Stop." Then she left.', ['She said "Stop."', 'Then she left.']],
    ['오늘은 비가 와요. 우산을 챙기세요!', ['오늘은 비가 와요.', '우산을 챙기세요!']],
    ['雨が降った。傘を持つ。', ['雨が降った。', '傘を持つ。']],
    ['彼は「行くな。」と言った。私は行った。', ['彼は「行くな。」と言った。', '私は行った。']],
    ['他说：“别走。”我走了！真的？', null],
    ['هل وصلت؟ نعم.', ['هل وصلت؟', 'نعم.']],
    ['- first item\n- second item', ['- first item', '- second item']],
    ['a wrapped\nline goes on.', ['a wrapped\nline goes on.']],
    ['1. Open the door. 2. Walk in.', ['1. Open the door.', '2. Walk in.']],
  ])('are found in %s', (text, expected) => {
    if (expected !== null) expect(pieces(text)).toEqual(expected);
    else expect(pieces(text).length).toBeGreaterThanOrEqual(2);
  });

  it('keep abbreviations and prices together', () => {
    expect(pieces('Dr. Lee paid 3.50 there. Then she left.')).toEqual([
      'Dr. Lee paid 3.50 there.',
      'Then she left.',
    ]);
  });

  it('keep a block of code as one piece, also when it is not closed', () => {
    expect(sentencesOf('Look. ```\na. b. c.\n``` Done.').map(({ isCode }) => isCode)).toEqual([
      false,
      true,
      false,
    ]);
    expect(pieces('```a. b. c.')).toEqual(['```a. b. c.']);
  });

  it('are bounded in length', () => {
    const lengths = sentencesOf('word '.repeat(2000)).map(({ start, end }) => end - start);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(800);
  });

  it('cover everything but white space, in order, in any string', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({
        unit: fc.constantFrom('a', 'B', '.', '。', '"', '」', '\n', ' ', '`', '1', '?'),
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const sentences = sentencesOf(text);
        let at = 0;
        for (const { start, end } of sentences) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start).trim()).toBe('');
          at = end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
    );
  });
});
