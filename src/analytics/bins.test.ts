import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactQuantile } from '../../test/support/exact-quantile.ts';
import { binOf } from '../core/histogram.ts';
import {
  addCounts,
  barsOf,
  binsOf,
  countOf,
  mergeBins,
  packBins,
  quantilesOf,
  unpackBins,
} from './bins.ts';
import { addFrequent, KEPT_VALUES } from './frequent-values.ts';

const latency = fc.double({ min: 0, max: 10_000_000, noNaN: true });
const latencies = fc.array(latency, { maxLength: 200 });

const several = fc.array(latency, { minLength: 2, maxLength: 200 });

function binned(values: readonly number[]) {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(binOf(value), (counts.get(binOf(value)) ?? 0) + 1);
  return binsOf(counts);
}

describe('packed bins', () => {
  it('come back as they went in, large counts and the zero bin too', () => {
    const counts = fc.array(
      fc.tuple(
        fc.oneof(fc.integer({ min: -400, max: 1200 }), fc.constant(-100_000)),
        fc.integer({ min: 1, max: 2 ** 45 }),
      ),
    );
    fc.assert(
      fc.property(counts, (pairs) => {
        const bins = binsOf(new Map(pairs));
        expect(unpackBins(packBins(bins))).toEqual(bins);
      }),
    );
  });

  it('merge to what one histogram of all values is', () => {
    fc.assert(
      fc.property(latencies, latencies, latencies, (a, b, c) => {
        expect(mergeBins([a, b, c].map(binned))).toEqual(binned([...a, ...b, ...c]));
      }),
    );
  });

  it('take away what was added', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const { bins, counts } = binned(b);
        const minus = new Map(bins.map((bin, at) => [bin, -(counts[at] ?? 0)]));
        expect(addCounts(binned([...a, ...b]), minus)).toEqual(binned(a));
      }),
    );
  });

  it('answer quantiles within 1 % of the exact ones, and the zero bin as zero', () => {
    fc.assert(
      fc.property(several, (values) => {
        const quantiles = [0, 0.25, 0.5, 0.95, 0.99, 1];
        const found = quantilesOf(binned(values), quantiles);
        quantiles.forEach((q, at) => {
          const exact = exactQuantile(values, q);
          expect(Math.abs((found[at] ?? Number.NaN) - exact)).toBeLessThanOrEqual(
            exact * 0.0100001 + 0.001,
          );
        });
      }),
    );
  });

  it('put the median of two values between them', () => {
    const [median] = quantilesOf(binned([100, 200]), [0.5]);
    expect(Math.abs((median ?? 0) - 150)).toBeLessThanOrEqual(1.5);
  });

  it('have no quantile below two samples', () => {
    expect(quantilesOf(binned([5]), [0.5])).toEqual([null]);
    expect(quantilesOf(binned([]), [0.5, 0.9])).toEqual([null, null]);
  });

  it('keep every count in the bars of a chart', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const bars = barsOf(binned(values));
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(countOf(binned(values))).toBe(values.length);
      }),
    );
  });
});

describe('the most frequent values', () => {
  it('are exact while there are few', () => {
    const first = addFrequent({}, new Map([['ann', 2]]));
    const second = addFrequent(
      first,
      new Map([
        ['ann', 1],
        ['김', 4],
      ]),
    );
    expect(second).toEqual({ ann: 3, 김: 4 });
    expect(addFrequent(second, new Map([['ann', -3]]))).toEqual({ 김: 4 });
  });

  it('never miss a value that is more frequent than a 257th, in bounded room', () => {
    let kept = {};
    let total = 0;
    for (let round = 0; round < 50; round++) {
      const added = new Map([['heavy', 10]]);
      for (let i = 0; i < 300; i++) added.set(`session-${round}-${i}`, 1);
      total += 310;
      kept = addFrequent(kept, added);
    }
    const heavy = (kept as Record<string, number>)['heavy'] ?? 0;
    expect(Object.keys(kept).length).toBeLessThanOrEqual(KEPT_VALUES);
    expect(heavy).toBeLessThanOrEqual(500);
    expect(heavy).toBeGreaterThanOrEqual(500 - total / (KEPT_VALUES + 1));
  });
});
