import { describe, expect, it } from 'vitest';
import { normal, seeded } from '../../test/support/seeded-random.ts';
import { differenceOfEstimates } from './difference-of-estimates.ts';
import { type Interval, rateInterval } from './intervals.ts';
import { quantileRanks } from './quantile-ranks.ts';
import { differenceOfRates } from './two-samples.ts';

describe('the difference of two estimates', () => {
  it('is that of Newcombe for two rates', () => {
    const [first, second] = [
      { successes: 56, n: 70 },
      { successes: 48, n: 80 },
    ];
    const ours = differenceOfEstimates(
      rateInterval(first.successes, first.n),
      rateInterval(second.successes, second.n),
    );
    const theirs = differenceOfRates(first, second);
    expect(ours.low).toBeCloseTo(theirs.low ?? 0, 12);
    expect(ours.high).toBeCloseTo(theirs.high ?? 0, 12);
    expect(ours.pValue).toBeLessThan(0.05);
  });

  it('is unknown where one of the two is', () => {
    const known = { value: 3, n: 9, low: 2, high: 4 };
    const pointOnly = { ...known, low: null };
    expect(differenceOfEstimates(known, pointOnly)).toMatchObject({ value: 0, low: null });
    const nothing: Interval = { value: null, n: 0, low: null, high: null };
    expect(differenceOfEstimates(nothing, known)).toMatchObject({ value: null, n: 0 });
  });

  it('says that the medians of skewed samples differ about 5 times in 100 when they do not', () => {
    const random = seeded(18);
    const median = (n: number): Interval => {
      const sample = Float64Array.from({ length: n }, () => Math.exp(normal(random))).sort();
      const { low, high } = quantileRanks(0.5, n) ?? { low: 1, high: n };
      return {
        value: sample[Math.floor(n / 2)] ?? 0,
        n,
        low: sample[low - 1] ?? 0,
        high: sample[high - 1] ?? 0,
      };
    };
    const runs = 2000;
    let declared = 0;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const { low, high, pValue } = differenceOfEstimates(median(151), median(201));
      if ((pValue ?? 1) < 0.05) declared++;
      if ((low ?? 1) <= 0 && 0 <= (high ?? -1)) covered++;
    }
    expect(declared / runs).toBeLessThan(0.06);
    expect(covered / runs).toBeGreaterThan(0.94);
  });
});
