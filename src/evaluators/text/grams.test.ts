import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold.ts';
import { gramsOf, placedGrams } from './grams.ts';

const folded = (text: string): string => {
  const { units, length } = foldText(text);
  return String.fromCharCode(...units.subarray(0, length)).normalize('NFC');
};
const hashes = (text: string): Set<number> => new Set(gramsOf(text).hashes);
/** How much of the pieces of `a` also stand in `b`. */
const shared = (a: string, b: string): number => {
  const others = hashes(b);
  const own = [...hashes(a)];
  return own.filter((hash) => others.has(hash)).length / own.length;
};

describe('folding', () => {
  it.each([
    ['ＦＵＬＬ　Ｗｉｄｔｈ', 'full width'],
    ['Ünïcödé', 'unicode'],
    ['𝓈𝒸𝓇𝒾𝓅𝓉', 'script'],
    ['zero\u200bwidth\u00ad', 'zerowidth'],
    ['soooooo', 'soo'],
    ['カタカナ', 'かたかな'],
    ['한글', '한글'],
    ['hi @someone_else there', 'hi @ there'],
  ])('reads %s as %s', (text, plain) => {
    expect(folded(text)).toBe(plain);
  });

  it('takes any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { length, origins } = foldText(text);
        expect(length).toBeLessThanOrEqual(3 * text.length + 1);
        for (let at = 0; at < length; at += 1) expect(origins[at]).toBeLessThan(text.length);
      }),
    );
  });
});

describe('the pieces of a text', () => {
  it.each([
    ['a blockhead', 'a b l o c k h e a d'],
    ['such a blockhead', 'such a bl0ckh3ad'],
    ['such a blockhead', 'such a ＢＬＯＣＫＨＥＡＤ'],
    ['such a blockhead', 'such a block\u200bhead'],
    ['바보라니까', '바1보라니까'],
  ])('of %s are mostly those of %s', (plain, disguised) => {
    expect(shared(plain, disguised)).toBeGreaterThan(0.6);
  });

  it('differ between different words', () => {
    expect(shared('blockhead', 'weekend')).toBeLessThan(0.1);
    expect(shared('天気予報', '新聞記者')).toBe(0);
  });

  it('follow the sentences, one after the other', () => {
    const { sentences, hashes: all, ends } = gramsOf('One here. Two there.');
    expect(sentences).toHaveLength(2);
    expect(ends[1]).toBe(all.length);
    expect(ends[0]).toBeGreaterThan(0);
  });

  it('know nothing of the text before', () => {
    const alone = [...gramsOf('가!').hashes];
    gramsOf('abcdefgh');
    expect([...gramsOf('가!').hashes]).toEqual(alone);
    expect([...placedGrams('가! 😀aab', { start: 0, end: 2 }).hashes]).toEqual(alone);
  });

  it('are the same where their places are asked for', () => {
    const anyText = fc.string({
      unit: fc.constantFrom('a', 'b', '가', '각', '漢', 'か', ' ', '1', '*', '!', '😀'),
    });
    fc.assert(
      fc.property(anyText, (text) => {
        const { sentences, hashes: all, ends } = gramsOf(text);
        for (const [index, sentence] of sentences.entries()) {
          const placed = placedGrams(text, sentence);
          const own = all.subarray(index === 0 ? 0 : ends[index - 1], ends[index]);
          expect([...placed.hashes]).toEqual([...own]);
          for (const [at, start] of placed.starts.entries()) {
            expect(start).toBeGreaterThanOrEqual(sentence.start);
            expect(placed.ends[at]).toBeLessThanOrEqual(sentence.end);
          }
        }
      }),
    );
  });

  it('take any string, and grow no faster than it does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(gramsOf(text).hashes.length).toBeLessThanOrEqual(40 * text.length);
      }),
    );
    for (const text of ['a ', 'a', '1', '漢', '각', '!', '\ud800', '```', '@a']) {
      expect(gramsOf(text.repeat(20_000 / text.length)).hashes.length).toBeLessThan(800_000);
    }
  });
});
