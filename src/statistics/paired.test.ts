import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, seeded } from '../../test/support/seeded-random.ts';
import {
  holm,
  LEAST_PAIRS,
  mcnemarMidP,
  neededPairs,
  pairedMeans,
  pairedRates,
  signedRankP,
} from './paired.ts';

describe('the difference of two pass rates over the same questions', () => {
  it('equals worked values', () => {
    // Airway hyper-responsiveness before and after transplantation, n = 21: Fagerland, Lydersen, Laake 2014,
    // Statistics in Medicine 33, tables I and VI: difference −0.286, Newcombe −0.507 to −0.026, mid-p 0.039.
    const found = pairedRates({ both: 1, onlyFirst: 7, onlySecond: 1, neither: 12 });
    expect(found.value).toBeCloseTo(-0.286, 3);
    expect(found.low).toBeCloseTo(-0.507, 3);
    expect(found.high).toBeCloseTo(-0.026, 3);
    expect(found.pValue).toBeCloseTo(0.039, 3);
  });

  it('is about the pairs that disagree', () => {
    expect(mcnemarMidP(0, 0)).toBe(1);
    expect(mcnemarMidP(5, 5)).toBeCloseTo(1 - 252 / 1024 / 2, 10);
    expect(mcnemarMidP(0, 6)).toBeCloseTo(2 * (0.5 * 0.5 ** 6), 10);
    expect(mcnemarMidP(2, 9)).toBe(mcnemarMidP(9, 2));
  });

  it('covers the true difference about 95 times in 100, and calls equal ones different about 5 times', () => {
    const random = seeded(20_261_121);
    const runs = 2_000;
    for (const { n, agree, first } of [
      { n: 40, agree: 0.8, first: 0.1 },
      { n: 150, agree: 0.9, first: 0.03 },
    ]) {
      const truth = 1 - agree - first - first;
      const different = Array.from({ length: runs }, () =>
        pairedRates(draw(random, n, [agree / 2, first, 1 - agree - first])),
      );
      const equal = Array.from({ length: runs }, () =>
        pairedRates(draw(random, n, [agree / 2, (1 - agree) / 2, (1 - agree) / 2])),
      );
      const covered = different.filter(
        ({ low, high }) => (low ?? 1) <= truth && truth <= (high ?? -1),
      ).length;
      expect(covered / runs).toBeGreaterThan(0.93);
      expect(equal.filter(({ pValue }) => (pValue ?? 1) < 0.05).length / runs).toBeLessThan(0.06);
    }
  });

  it('stays within −1 and 1 around its value, and turns round with the order', () => {
    const count = fc.nat({ max: 60 });
    fc.assert(
      fc.property(
        fc.tuple(count, count, count, count),
        ([both, onlyFirst, onlySecond, neither]) => {
          const found = pairedRates({ both, onlyFirst, onlySecond, neither });
          const turned = pairedRates({
            both,
            onlyFirst: onlySecond,
            onlySecond: onlyFirst,
            neither,
          });
          if (found.n < LEAST_PAIRS) {
            expect(found.low).toBeNull();
            return;
          }
          expect(found.low).toBeGreaterThanOrEqual(-1);
          expect(found.high).toBeLessThanOrEqual(1);
          expect(found.low).toBeLessThanOrEqual((found.value ?? 0) + 1e-12);
          expect(found.high).toBeGreaterThanOrEqual((found.value ?? 0) - 1e-12);
          expect(turned.low).toBeCloseTo(-(found.high ?? 0), 10);
          expect(turned.pValue).toBeCloseTo(found.pValue ?? 0, 10);
        },
      ),
    );
  });

  function draw(
    random: () => number,
    n: number,
    [both, onlyFirst, onlySecond]: readonly [number, number, number],
  ): { both: number; onlyFirst: number; onlySecond: number; neither: number } {
    const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
    for (let at = 0; at < n; at++) {
      const u = random();
      if (u < both) counts.both++;
      else if (u < both + onlyFirst) counts.onlyFirst++;
      else if (u < both + onlyFirst + onlySecond) counts.onlySecond++;
      else counts.neither++;
    }
    return counts;
  }
});

describe('the mean of paired differences', () => {
  it.each([
    // Of a dozen pairs most of which are equal nobody can say much: the method's doc says so.
    { name: 'spread', n: 12, least: 0.92 },
    { name: 'spread', n: 60, least: 0.93 },
    { name: 'mostly equal', n: 12, least: 0.75 },
    { name: 'mostly equal', n: 60, least: 0.92 },
  ])('covers the true mean of $n $name pairs about as often as it says', ({ name, n, least }) => {
    const random = seeded(7);
    const isSpread = name === 'spread';
    const truth = 0.03;
    const draw = (): number =>
      isSpread ? truth + 0.2 * normal(random) : random() < 0.7 ? 0 : random() - 0.4;
    let covered = 0;
    const runs = 600;
    for (let run = 0; run < runs; run++) {
      const found = pairedMeans(Array.from({ length: n }, draw), run);
      if ((found.low ?? 1) <= truth && truth <= (found.high ?? -1)) covered++;
    }
    expect(covered / runs).toBeGreaterThan(least);
  });

  it('is the same for the same differences, and too little to say below ten', () => {
    const random = seeded(3);
    const differences = Array.from({ length: 30 }, () => random() - 0.5);
    expect(pairedMeans(differences)).toEqual(pairedMeans(differences));
    expect(pairedMeans(differences.slice(0, 9))).toMatchObject({ n: 9, low: null, pValue: null });
    expect(pairedMeans([])).toMatchObject({ value: null, n: 0 });
  });
});

describe('the signed-rank test', () => {
  it('equals worked values', () => {
    // Cross- and self-fertilised corn, Darwin 1876: W = 24 of 15 pairs, two-sided exact p = 0.0413 (R, wilcox.test).
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signedRankP(darwin)).toBeCloseTo(0.0413, 4);
    expect(signedRankP([1, 2, 3, 4, 5])).toBeCloseTo(2 / 32, 10);
    expect(signedRankP([0, 0, 0])).toBe(1);
  });

  it('calls equal things different about 5 times in 100, counted out or approximated', () => {
    const random = seeded(11);
    for (const n of [20, 80]) {
      let wrong = 0;
      const runs = 2_000;
      for (let run = 0; run < runs; run++) {
        const values = Array.from({ length: n }, () => Math.round(normal(random) * 4) / 4);
        if (signedRankP(values) < 0.05) wrong++;
      }
      expect(wrong / runs).toBeGreaterThan(0.03);
      expect(wrong / runs).toBeLessThan(0.065);
    }
  });
});

describe('several comparisons together', () => {
  it('are adjusted as Holm says', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([])).toEqual([]);
  });
});

describe('the pairs that are needed', () => {
  it('equal a worked value and grow as differences shrink', () => {
    // By Connor's formula: 0.1 of 0.2 disagreeing.
    expect(neededPairs(0.1, 0.2)).toBe(155);
    expect(neededPairs(0.02, 0.2)).toBeGreaterThan(3_900);
    expect(neededPairs(0, 0.2)).toBeNull();
    expect(neededPairs(0.3, 0.2)).toBeNull();
  });
});
