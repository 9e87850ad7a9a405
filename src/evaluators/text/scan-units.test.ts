import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oppositeIn } from './opposites.ts';
import { scanUnits } from './scan-units.ts';
import { weightOf } from './word-weights.ts';

function keys(text: string): string[] {
  return scanUnits(text).map(({ key }) => key);
}

function values(text: string): (number | null)[] {
  return scanUnits(text)
    .filter(({ kind }) => kind === 'number')
    .map(({ value }) => value);
}

describe('given English', () => {
  it.each([
    ['The dogs were running', 'the dog be run'],
    ['She purchased two parcels', 'She buys 2 parcel'],
    ["They won't stay", 'they not stay'],
    ['The company’s earnings climbed', 'firm earned increases'],
  ])('takes "%s" and "%s" for the same words', (left, right) => {
    const withoutArticles = (text: string): string[] => keys(text).filter((key) => key !== 'the');
    expect(withoutArticles(left)).toEqual(withoutArticles(right));
  });

  it('knows names by their capital', () => {
    const capitals = scanUnits('A boat for Ingrid Solberg').filter(({ capital }) => capital);
    expect(capitals.map(({ key }) => key)).toEqual(['a', 'ingrid', 'solberg']);
  });
});

describe('given numbers', () => {
  it.each([
    ['3,400 and 3400', [3400, 3400]],
    ['2.5 million, 12 thousand', [2_500_000, 12_000]],
    ['三十 30 ３０', [30, 30]],
    ['4만 2천 권', [40_000, 2_000]],
    ['1.2億円', [120_000_000]],
    ['version 1.2.3', [null]],
    ['twelve eggs, a dozen', [12, 12]],
  ])('reads %s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });
});

describe('given Korean, Japanese and Chinese', () => {
  it('leaves particles and endings away in Korean', () => {
    expect(keys('도서관은')).toEqual(keys('도서관에서'));
    expect(keys('학교가')).toEqual(keys('학교를'));
  });

  it('compares neighbouring characters, and keeps Katakana words whole', () => {
    expect(keys('図書館のカレー')).toEqual(['図書', '書館', 'カレー']);
    expect(keys('图书馆')).toEqual(['图书', '书馆']);
  });
});

describe('weights', () => {
  it('are small for words of every sentence and large for rare ones', () => {
    const [the, quince] = scanUnits('the quince').map(weightOf);
    expect(the).toBeLessThan(0.2);
    expect(quince).toBe(1);
  });
});

describe('opposites', () => {
  const among = (...words: string[]) => {
    const known = new Set(words.flatMap(keys));
    return (key: string): boolean => known.has(key);
  };

  it.each([
    ['higher', 'lower'],
    ['rejected', 'accepted'],
    ['unlikely', 'likely'],
    ['possible', 'impossible'],
  ])('finds that %s contradicts %s', (word, opposite) => {
    expect(oppositeIn(keys(word)[0] ?? '', among(opposite))).toBe(keys(opposite)[0]);
  });

  it('finds none among other words', () => {
    expect(oppositeIn('garden', among('hedge', 'lawn'))).toBeNull();
  });
});

describe('given any string', () => {
  it('answers units in order, inside of the text, no more than it has characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const units = scanUnits(text);
        expect(units.length).toBeLessThanOrEqual(text.length);
        for (const { start, end } of units) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        expect(units.map(({ start }) => start)).toEqual(
          units.map(({ start }) => start).sort((a, b) => a - b),
        );
      }),
    );
  });
});
