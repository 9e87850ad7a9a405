import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanInterval, rateInterval } from './intervals.ts';
import { studentTProbability, studentTQuantile, tCritical95 } from './student-t.ts';

/** Mulberry32: small, seeded, good enough to simulate with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('student t quantiles', () => {
  it('equal the printed table', () => {
    const table: [number, number, number][] = [
      [0.975, 1, 12.7062],
      [0.975, 2, 4.30265],
      [0.975, 5, 2.57058],
      [0.975, 10, 2.22814],
      [0.975, 30, 2.04227],
      [0.975, 120, 1.97993],
      [0.95, 4, 2.13185],
      [0.995, 3, 5.84091],
    ];
    for (const [p, df, t] of table) expect(studentTQuantile(p, df)).toBeCloseTo(t, 4);
  });

  it('undo the probability', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        (p, df) => {
          expect(studentTProbability(studentTQuantile(p, df), df)).toBeCloseTo(p, 8);
        },
      ),
    );
  });

  it('meet their expansion where it takes over', () => {
    for (const df of [200, 500, 5000]) {
      expect(tCritical95(df)).toBeCloseTo(studentTQuantile(0.975, df), 8);
    }
  });

  it('refuse probabilities outside (0, 1)', () => {
    expect(() => studentTQuantile(0, 3)).toThrow(RangeError);
    expect(() => studentTQuantile(1, 3)).toThrow(RangeError);
    expect(() => studentTQuantile(0.5, 0)).toThrow(RangeError);
  });
});

describe('the interval of a rate', () => {
  it('equals worked values', () => {
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    const worked: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [successes, n, low, high] of worked) {
      const interval = rateInterval(successes, n);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('covers the true rate about 95 times in 100', () => {
    const random = seeded(20_261_121);
    for (const [rate, n] of [
      [0.02, 200],
      [0.1, 50],
      [0.5, 30],
      [0.97, 300],
    ] as const) {
      const runs = 4000;
      const covered = Array.from({ length: runs }, () => {
        const successes = Array.from({ length: n }, random).filter((u) => u < rate).length;
        const { low, high } = rateInterval(successes, n);
        return (low ?? 1) <= rate && rate <= (high ?? 0);
      }).filter(Boolean).length;
      // Exact coverage of the Wilson interval moves between about 0.93 and 0.98 for these cases.
      expect(covered / runs).toBeGreaterThan(0.92);
      expect(covered / runs).toBeLessThan(0.985);
    }
  });

  it('stays within [0, 1] around the rate', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (k, n) => {
        const { value, low, high } = rateInterval(Math.min(k, n), n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value ?? -1);
        expect(high).toBeGreaterThanOrEqual(value ?? 2);
      }),
    );
  });

  it('is nothing without observations', () => {
    expect(rateInterval(0, 0)).toEqual({ value: null, n: 0, low: null, high: null });
  });
});

describe('the interval of a mean', () => {
  const momentsOf = (values: readonly number[]) => ({
    n: values.length,
    sum: values.reduce((a, b) => a + b, 0),
    sumOfSquares: values.reduce((a, b) => a + b * b, 0),
  });

  it('equals a worked value', () => {
    // Heat flow data of the NIST/SEMATECH e-Handbook, §1.3.5.2: mean 9.261460, s 0.022789, n 195.
    const n = 195;
    const mean = 9.26146;
    const sumOfSquares = 0.022789 ** 2 * (n - 1) + n * mean * mean;
    const interval = meanInterval({ n, sum: n * mean, sumOfSquares });
    expect(interval.low).toBeCloseTo(9.258242, 5);
    expect(interval.high).toBeCloseTo(9.264679, 5);
  });

  it('covers the true mean 95 times in 100, for normal samples as small as three', () => {
    const random = seeded(7);
    for (const n of [3, 10, 100]) {
      const runs = 4000;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const { low, high } = meanInterval(
          momentsOf(Array.from({ length: n }, () => 50 + 9 * normal(random))),
        );
        if ((low ?? 51) <= 50 && 50 <= (high ?? 49)) covered += 1;
      }
      // Three standard errors of a share of 0.95 in 4000 runs are 0.0103.
      expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.0104);
    }
  });

  it('covers less when observations come in sessions, as its help says', () => {
    const random = seeded(11);
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      const values = Array.from({ length: 10 }, () => normal(random)).flatMap((session) =>
        Array.from({ length: 10 }, () => session + 0.3 * normal(random)),
      );
      const { low, high } = meanInterval(momentsOf(values));
      if ((low ?? 1) <= 0 && 0 <= (high ?? -1)) covered += 1;
    }
    expect(covered / 1000).toBeLessThan(0.7);
  });

  it('has a value but no interval for one observation, and nothing for none', () => {
    expect(meanInterval(momentsOf([4]))).toEqual({ value: 4, n: 1, low: null, high: null });
    expect(meanInterval(momentsOf([]))).toEqual({ value: null, n: 0, low: null, high: null });
  });

  it('has no width when all values are equal, in spite of rounding', () => {
    const { low, high } = meanInterval(momentsOf(Array.from({ length: 999 }, () => 0.1)));
    expect(low).toBeCloseTo(0.1, 6);
    expect(high).toBeCloseTo(0.1, 6);
  });

  it('stays within the bounds a mean can have', () => {
    const interval = meanInterval(momentsOf([0, 1, 1]), { low: 0, high: 1 });
    expect(interval.low).toBe(0);
    expect(interval.high).toBe(1);
  });
});
