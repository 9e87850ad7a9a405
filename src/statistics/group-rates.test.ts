import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/support/seeded-random.ts';
import { fisherGreater } from './fisher-exact.ts';
import { ratePrior, shrunkRate } from './shrink-rates.ts';

describe('fisherGreater', () => {
  it('gives the worked value of the lady tasting tea', () => {
    // Fisher 1935: all 4 of 4 right by chance 1 in 70; at least 3 right 17 in 70.
    const tea = { n: 4, otherN: 4 };
    expect(fisherGreater({ ...tea, successes: 4, otherSuccesses: 0 })).toBeCloseTo(1 / 70, 12);
    expect(fisherGreater({ ...tea, successes: 3, otherSuccesses: 1 })).toBeCloseTo(17 / 70, 12);
  });

  it('is 1 for the fewest possible successes and small for a rate that stands out', () => {
    expect(fisherGreater({ successes: 0, n: 10, otherSuccesses: 3, otherN: 10 })).toBe(1);
    const far = { successes: 400, n: 1000, otherSuccesses: 10_000, otherN: 100_000 };
    expect(fisherGreater(far)).toBeLessThan(1e-100);
    expect(fisherGreater({ ...far, successes: 100 })).toBeCloseTo(0.515, 2);
  });

  it('is at most as often below 5 % as it says when both rates are equal', () => {
    const random = seeded(7);
    let below = 0;
    const runs = 4000;
    for (let run = 0; run < runs; run += 1) {
      const draw = (n: number): number =>
        Array.from({ length: n }).filter(() => random() < 0.1).length;
      const p = fisherGreater({
        successes: draw(60),
        n: 60,
        otherSuccesses: draw(200),
        otherN: 200,
      });
      if (p <= 0.05) below += 1;
    }
    expect(below / runs).toBeLessThanOrEqual(0.055);
    expect(below / runs).toBeGreaterThan(0.01);
  });
});

describe('shrunkRate', () => {
  it('draws small groups to the mean and leaves large ones where they are', () => {
    const groups = [
      { successes: 300, n: 1000 },
      { successes: 50, n: 1000 },
      { successes: 100, n: 1000 },
      { successes: 3, n: 4 },
    ];
    const prior = ratePrior(groups);
    expect(prior?.mean).toBeCloseTo(453 / 3004, 10);
    if (prior === null) throw new Error('a prior');
    expect(shrunkRate({ successes: 300, n: 1000 }, prior)).toBeCloseTo(0.3, 1);
    const small = shrunkRate({ successes: 3, n: 4 }, prior);
    expect(small).toBeLessThan(0.55);
    expect(small).toBeGreaterThan(prior.mean);
  });

  it('answers the mean for groups that differ no more than chance, and nothing without any', () => {
    const prior = ratePrior([
      { successes: 10, n: 100 },
      { successes: 11, n: 100 },
    ]);
    expect(prior?.strength).toBe(Number.POSITIVE_INFINITY);
    if (prior !== null) expect(shrunkRate({ successes: 1, n: 1 }, prior)).toBeCloseTo(0.105);
    expect(ratePrior([])).toBeNull();
    expect(ratePrior([{ successes: 0, n: 9 }])?.mean).toBe(0);
    expect(ratePrior([{ successes: 3, n: 3 }])?.mean).toBe(1);
  });

  it('finds the strength that groups were drawn with, and beats raw rates by mean squared error', () => {
    const random = seeded(11);
    // Beta(2, 8) by order statistics: the second smallest of nine uniform numbers.
    const rates = Array.from(
      { length: 2000 },
      () => Array.from({ length: 9 }, () => random()).toSorted((a, b) => a - b)[1] ?? 0,
    );
    const groups = rates.map((rate, at) => {
      const n = 5 + (at % 30);
      return { rate, n, successes: Array.from({ length: n }).filter(() => random() < rate).length };
    });
    const prior = ratePrior(groups);
    if (prior === null) throw new Error('a prior');
    expect(prior.mean).toBeCloseTo(0.2, 1);
    expect(prior.strength).toBeGreaterThan(8);
    expect(prior.strength).toBeLessThan(12.5);
    const error = (guess: (group: (typeof groups)[number]) => number): number =>
      groups.reduce((sum, group) => sum + (guess(group) - group.rate) ** 2, 0);
    const raw = error(({ successes, n }) => successes / n);
    expect(error((group) => shrunkRate(group, prior))).toBeLessThan(0.75 * raw);
  });
});
