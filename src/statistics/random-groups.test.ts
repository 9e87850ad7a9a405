import { describe, expect, it } from 'vitest';
import { normal, type Random, seeded } from '../../test/support/seeded-random.ts';
import { rateInterval } from './intervals.ts';
import {
  designEffect,
  GROUPS,
  type GroupedSums,
  groupedMean,
  groupedRate,
  groupedTotal,
} from './random-groups.ts';

/** Sessions of `size` observations dealt into groups by chance; `sourceOf` is asked once a session for a source of values. */
function sample(
  random: Random,
  { sessions, size }: { readonly sessions: number; readonly size: number },
  sourceOf: () => () => number,
): GroupedSums {
  const groups = Array.from({ length: GROUPS }, () => ({ n: 0, sum: 0 }));
  let sum = 0;
  let sumOfSquares = 0;
  for (let session = 0; session < sessions; session++) {
    const group = groups[Math.floor(random() * GROUPS)] ?? { n: 0, sum: 0 };
    const draw = sourceOf();
    for (let i = 0; i < size; i++) {
      const value = draw();
      sum += value;
      sumOfSquares += value * value;
      group.n += 1;
      group.sum += value;
    }
  }
  return { n: sessions * size, sum, sumOfSquares, groups };
}

const RUNS = 2_000;

function coverage(truth: number, draw: () => { low: number | null; high: number | null }): number {
  let covered = 0;
  for (let run = 0; run < RUNS; run++) {
    const { low, high } = draw();
    if ((low ?? -Infinity) <= truth && truth <= (high ?? Infinity)) covered += 1;
  }
  return covered / RUNS;
}

describe('intervals from random groups', () => {
  it('are about those of independent observations where every session is one call', () => {
    const random = seeded(1);
    const sums = sample(random, { sessions: 400, size: 1 }, () => () => (random() < 0.9 ? 1 : 0));
    const plain = rateInterval(sums.sum, sums.n);
    const grouped = groupedRate(sums);
    expect(grouped.value).toBe(plain.value);
    expect(grouped.low).toBeLessThanOrEqual(plain.low ?? 0);
    expect(grouped.low).toBeGreaterThan((plain.low ?? 0) - 0.03);
  });

  it('cover a rate of clustered sessions in 95 % of samples, where independence would cover far less', () => {
    const random = seeded(2);
    // Nine of ten sessions go well as a whole; the tenth is a failure in every second call.
    const draw = (): GroupedSums =>
      sample(random, { sessions: 120, size: 6 }, () => {
        const rate = random() < 0.9 ? 0.97 : 0.5;
        return () => (random() < rate ? 1 : 0);
      });
    const truth = 0.9 * 0.97 + 0.1 * 0.5;
    expect(coverage(truth, () => groupedRate(draw()))).toBeGreaterThan(0.93);
    const naive = coverage(truth, () => {
      const { sum, n } = draw();
      return rateInterval(sum, n);
    });
    expect(naive).toBeLessThan(0.9);
  });

  it('cover a mean of clustered sessions', () => {
    const random = seeded(3);
    const covered = coverage(0.7, () =>
      groupedMean(
        sample(random, { sessions: 60, size: 5 }, () => {
          const level = 0.7 + 0.1 * normal(random);
          return () => level + 0.05 * normal(random);
        }),
      ),
    );
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.975);
  });

  it('cover a total of sessions that come at random', () => {
    const random = seeded(4);
    const sessions = (): number => {
      // Poisson with mean 80, by waiting times.
      const wait = (): number => -Math.log(1 - random());
      let n = 0;
      for (let t = wait(); t < 80; t += wait()) n += 1;
      return n;
    };
    const covered = coverage(240, () =>
      groupedTotal(sample(random, { sessions: sessions(), size: 3 }, () => () => 1)),
    );
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.98);
  });

  it('know a design effect of one for calls of their own, and of the session size for calls that are all alike', () => {
    const random = seeded(5);
    const alike = sample(random, { sessions: 3_000, size: 8 }, () => {
      const value = random() < 0.5 ? 1 : 0;
      return () => value;
    });
    expect(designEffect(alike)).toBeGreaterThan(4);
    expect(designEffect(alike)).toBeLessThan(14);
    const single = sample(random, { sessions: 3_000, size: 1 }, () => () => random());
    expect(designEffect(single)).toBeLessThan(2);
  });

  it('are unknown for nothing, and for several observations of one session', () => {
    const nothing: GroupedSums = { n: 0, sum: 0, sumOfSquares: 0, groups: [] };
    expect(groupedRate(nothing)).toEqual({ value: null, n: 0, low: null, high: null });
    expect(groupedMean(nothing)).toEqual({ value: null, n: 0, low: null, high: null });
    expect(groupedTotal(nothing)).toEqual({ value: 0, n: 0, low: null, high: null });
    const one: GroupedSums = { n: 9, sum: 8, sumOfSquares: 8, groups: [{ n: 9, sum: 8 }] };
    expect(groupedRate(one)).toEqual({ value: 8 / 9, n: 9, low: null, high: null });
    expect(designEffect(one)).toBeNull();
  });
});
