import { describe, expect, it } from 'vitest';
import { normal, seeded } from '../../test/support/seeded-random.ts';
import {
  countBins,
  jensenShannon,
  kolmogorovSmirnov,
  populationStabilityIndex,
  testShift,
} from './population-shift.ts';

describe('figures of a shift', () => {
  it('equal worked values', () => {
    // (0.6 − 0.5) ln(0.6/0.5) + (0.4 − 0.5) ln(0.4/0.5) = 0.04055.
    expect(populationStabilityIndex([5e6, 5e6], [6e6, 4e6])).toBeCloseTo(0.0405465, 6);
    expect(jensenShannon([1, 1], [1, 0])).toBeCloseTo(0.3112781, 6);
    expect(jensenShannon([3, 0], [0, 9])).toBe(1);
    expect(kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6])).toBe(0.5);
    expect(kolmogorovSmirnov([1, 1, 1, 2], [1, 2, 2, 2])).toBe(0.5);
  });

  it('are 0 for equal shares, and finite for empty bins', () => {
    expect(populationStabilityIndex([10, 20], [10, 20])).toBe(0);
    expect(jensenShannon([10, 20], [20, 40])).toBe(0);
    expect(Number.isFinite(populationStabilityIndex([10, 0], [0, 10]))).toBe(true);
    expect(kolmogorovSmirnov([], [1])).toBe(0);
  });
});

describe('the test of a shift', () => {
  const random = seeded(14);
  const sessions = (n: number, shift: number) =>
    Array.from({ length: n }, () => {
      const level = normal(random);
      return Array.from({ length: 5 }, () => level + 0.3 * normal(random) + shift);
    });
  const share = (shift: number, asUnits: (all: number[][]) => number[][]) => {
    const runs = 200;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const { pValue } = testShift({
        before: asUnits(sessions(30, 0)),
        after: asUnits(sessions(30, shift)),
        statistic: kolmogorovSmirnov,
        permutations: 99,
        seed: run,
      });
      if ((pValue ?? 1) <= 0.05) found += 1;
    }
    return found / runs;
  };

  it('finds nothing where nothing is 5 times in 100, with sessions whose answers are alike', () => {
    expect(share(0, (all) => all)).toBeLessThan(0.1);
  });

  it('would find much where answers were shuffled one by one', () => {
    expect(share(0, (all) => all.flat().map((value) => [value]))).toBeGreaterThan(0.25);
  });

  it('finds a shift of a standard deviation', () => {
    expect(share(1, (all) => all)).toBeGreaterThan(0.85);
  });

  it('works on bins, and says nothing below 20 sessions', () => {
    const before = Array.from({ length: 40 }, (_, at) => [at % 2]);
    const after = Array.from({ length: 40 }, (_, at) => [at % 8 === 0 ? 0 : 1]);
    const statistic = (a: readonly number[], b: readonly number[]) =>
      populationStabilityIndex(countBins(a, 2), countBins(b, 2));
    expect(testShift({ before, after, statistic }).pValue).toBeLessThan(0.01);
    expect(testShift({ before, after: after.slice(0, 19), statistic }).pValue).toBeNull();
  });
});
