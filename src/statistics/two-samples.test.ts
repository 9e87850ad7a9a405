import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValue, normal, noSums, seeded } from '../../test/support/seeded-random.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { differenceOfMeans, differenceOfRates, mannWhitney } from './two-samples.ts';

function momentsOf(values: readonly number[]) {
  const sums = noSums();
  for (const value of values) addValue(sums, value);
  return sums;
}

describe('the difference of two rates', () => {
  it('equals worked values', () => {
    // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: first minus second there, so signs are turned.
    const worked = [
      [56, 70, 48, 80, 0.0524, 0.3339],
      [9, 10, 3, 10, 0.1705, 0.809],
      [10, 10, 0, 20, 0.6791, 1],
      [0, 10, 0, 20, -0.1611, 0.2775],
    ] as const;
    for (const [a, n, b, m, low, high] of worked) {
      const interval = differenceOfRates({ successes: b, n: m }, { successes: a, n });
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('covers the truth 95 times in 100 and finds nothing where nothing is 5 times in 100', () => {
    const random = seeded(1);
    const draw = (rate: number, n: number) => ({
      successes: Array.from({ length: n }, random).filter((u) => u < rate).length,
      n,
    });
    const runs = 3_000;
    let covered = 0;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const { low, high } = differenceOfRates(draw(0.9, 60), draw(0.8, 90));
      if ((low ?? 1) <= -0.1 && -0.1 <= (high ?? -1)) covered += 1;
      if ((differenceOfRates(draw(0.8, 60), draw(0.8, 90)).pValue ?? 1) <= 0.05) found += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.935);
    expect(covered / runs).toBeLessThan(0.975);
    expect(found / runs).toBeGreaterThan(0.035);
    expect(found / runs).toBeLessThan(0.065);
  });

  it('has no interval below ten, and no value without observations', () => {
    const little = differenceOfRates({ successes: 5, n: 9 }, { successes: 5, n: 90 });
    expect(little).toMatchObject({ n: 9, low: null, high: null, pValue: null });
    expect(differenceOfRates({ successes: 0, n: 0 }, { successes: 5, n: 90 }).value).toBeNull();
  });
});

describe('the difference of two means', () => {
  it('equals a worked value', () => {
    // Hours of sleep gained by two drugs, Student 1908, table on p. 20, as independent samples: Welch's t 1.8608.
    const a = momentsOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    const b = momentsOf([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
    const { value, low, high, pValue } = differenceOfMeans(a, b);
    expect(value).toBeCloseTo(1.58, 9);
    expect(low).toBeCloseTo(-0.2054832, 6);
    expect(high).toBeCloseTo(3.3654832, 6);
    expect(pValue).toBeCloseTo(0.07939, 5);
  });

  it('covers the truth 95 times in 100 with unequal variances and sizes', () => {
    const random = seeded(2);
    const runs = 3_000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const a = momentsOf(Array.from({ length: 12 }, () => 5 * normal(random)));
      const b = momentsOf(Array.from({ length: 60 }, () => 2 + normal(random)));
      const { low, high } = differenceOfMeans(a, b);
      if ((low ?? 3) <= 2 && 2 <= (high ?? 1)) covered += 1;
    }
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.015);
  });

  it('says nothing of constants or fewer than ten', () => {
    const same = momentsOf(Array.from({ length: 20 }, () => 1));
    expect(differenceOfMeans(same, same)).toMatchObject({ value: 0, low: null, effectSize: null });
    expect(differenceOfMeans(momentsOf([1]), same).low).toBeNull();
  });
});

describe('the comparison of ordered judgements', () => {
  it('equals values worked by hand', () => {
    const first = [1, 1, 2, 2, 3, 3, 3, 4, 4, 5];
    const second = [2, 3, 3, 4, 4, 4, 5, 5, 5, 5];
    const better = first.flatMap((a) => second.map((b) => (b > a ? 1 : b === a ? 0.5 : 0)));
    const { value, low, high } = mannWhitney(first, second);
    expect(value).toBeCloseTo(better.reduce<number>((sum, one) => sum + one, 0) / 100, 12);
    expect(low ?? 1).toBeLessThan(value ?? 0);
    expect(high ?? 0).toBeGreaterThan(value ?? 1);
  });

  it('turns round with its samples', () => {
    const levels = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(levels, levels, (a, b) => {
        const [there, back] = [mannWhitney(a, b), mannWhitney(b, a)];
        expect((there.value ?? 0) + (back.value ?? 0)).toBeCloseTo(1, 9);
        expect(there.pValue).toBeCloseTo(back.pValue ?? -1, 9);
      }),
    );
  });

  it('covers the truth 95 times in 100 and finds nothing where nothing is 5 times in 100', () => {
    const random = seeded(3);
    const level = (shift: number) =>
      Math.round(Math.min(5, Math.max(1, 3 + shift + normal(random))));
    // The chance itself, by a large sample.
    const many = () => Array.from({ length: 60_000 }, () => 0);
    const truth =
      mannWhitney(
        many().map(() => level(0)),
        many().map(() => level(0.4)),
      ).value ?? 0;
    const runs = 2_000;
    let covered = 0;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const sample = (shift: number) => Array.from({ length: 50 }, () => level(shift));
      const { low, high } = mannWhitney(sample(0), sample(0.4));
      if ((low ?? 1) <= truth && truth <= (high ?? 0)) covered += 1;
      if ((mannWhitney(sample(0), sample(0)).pValue ?? 1) <= 0.05) found += 1;
    }
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.02);
    expect(Math.abs(found / runs - 0.05)).toBeLessThan(0.02);
  });
});

describe('false-discovery control', () => {
  it('rejects what the source rejects', () => {
    // Benjamini, Hochberg 1995, §4.1: four of fifteen at 5 %.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    const q = benjaminiHochberg(p);
    expect(q.filter((one) => one !== null && one <= 0.05)).toHaveLength(4);
    expect(q[0]).toBeCloseTo(0.0015, 9);
    expect(q[3]).toBeCloseTo((0.0095 * 15) / 4, 9);
    expect(q[14]).toBe(1);
  });

  it('keeps the order of p-values and never goes below them', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }))), (p) => {
        const q = benjaminiHochberg(p);
        p.forEach((one, at) => {
          if (one === null) expect(q[at]).toBeNull();
          else expect(q[at]).toBeGreaterThanOrEqual(one);
          p.forEach((other, place) => {
            if (one !== null && other !== null && one < other)
              expect(q[at]).toBeLessThanOrEqual(q[place] ?? 0);
          });
        });
      }),
    );
  });
});
