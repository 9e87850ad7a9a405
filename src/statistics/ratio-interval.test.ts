import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/support/seeded-random.ts';
import { PARTS_FOR_INTERVAL, ratioInterval } from './ratio-interval.ts';

describe('a ratio of sums', () => {
  it('is null of nothing, and has no interval while there are few parts', () => {
    expect(ratioInterval([])).toEqual({ value: null, n: 0, low: null, high: null });
    expect(ratioInterval([{ amount: 0, base: 0, n: 3 }])).toMatchObject({ value: null, n: 0 });
    const few = Array.from({ length: PARTS_FOR_INTERVAL - 1 }, () => ({
      amount: 6,
      base: 2,
      n: 2,
    }));
    expect(ratioInterval(few)).toEqual({ value: 3, n: 8, low: null, high: null });
  });

  it('is as exact as its parts are alike', () => {
    const same = Array.from({ length: 8 }, (_, at) => ({ amount: 3 * at, base: at, n: at }));
    expect(ratioInterval(same)).toEqual({ value: 3, n: 28, low: 3, high: 3 });
  });

  it('covers the true ratio about 95 times in 100, also where calls of one hour are alike', () => {
    const random = seeded(9);
    const runs = 4000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const parts = Array.from({ length: 24 }, () => {
        const base = 20 + Math.floor(random() * 20);
        // Each hour has a price of its own about 5, shared by all its calls.
        const price = 2 + 6 * random();
        return { amount: base * price, base, n: base };
      });
      const { low, high } = ratioInterval(parts);
      if ((low ?? 9) <= 5 && 5 <= (high ?? 0)) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
    expect(covered / runs).toBeLessThan(0.97);
  });
});
