import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/support/seeded-random.ts';
import { quantileRanks, smallestForQuantile } from './quantile-ranks.ts';

describe('the ranks around a quantile', () => {
  it('are those of the sign test for the median', () => {
    // The ranks that the two-sided sign test at 5 % gives.
    const printed: [number, number, number][] = [
      [6, 1, 6],
      [10, 2, 9],
      [15, 4, 12],
      [20, 6, 15],
      [30, 10, 21],
      [50, 18, 33],
    ];
    for (const [n, low, high] of printed) expect(quantileRanks(0.5, n)).toEqual({ low, high });
  });

  it('are unknown until a sample can hold both ends', () => {
    expect([0.5, 0.95, 0.99].map(smallestForQuantile)).toEqual([6, 72, 368]);
    for (const q of [0.05, 0.5, 0.95, 0.99]) {
      const n = smallestForQuantile(q);
      expect(quantileRanks(q, n - 1)).toBeNull();
      expect(quantileRanks(q, n)).not.toBeNull();
    }
  });

  it('mirror each other', () => {
    for (const n of [80, 200, 1000, 1999]) {
      const top = quantileRanks(0.95, n);
      const bottom = quantileRanks(0.05, n);
      expect(top).toEqual({ low: n + 1 - (bottom?.high ?? 0), high: n + 1 - (bottom?.low ?? 0) });
    }
  });

  it('cover the true quantile at least 95 times in 100, and hardly more where there are many', () => {
    const random = seeded(71);
    const cases: [number, number, number][] = [
      [0.5, 9, 0.99],
      [0.5, 300, 0.975],
      [0.5, 900, 0.97],
      [0.95, 80, 0.99],
      [0.95, 3000, 0.97],
      [0.99, 400, 0.995],
    ];
    for (const [q, n, most] of cases) {
      const runs = 1500;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const sample = Float64Array.from({ length: n }, random).sort();
        const { low, high } = quantileRanks(q, n) ?? { low: n, high: 1 };
        if ((sample[low - 1] ?? 1) <= q && q <= (sample[high - 1] ?? 0)) covered++;
      }
      expect(covered / runs).toBeGreaterThan(0.94);
      expect(covered / runs).toBeLessThan(most + 0.005);
    }
  });
});
