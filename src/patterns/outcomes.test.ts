import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATTERN_FAILURES, type PatternFailure } from '../contract/patterns.ts';
import { countFailures, countOne, type Outcome, PLACES, placeOf } from './outcomes.ts';

const ALL: ReadonlySet<PatternFailure> = new Set(PATTERN_FAILURES);

function countsOf(outcomes: readonly (readonly [Outcome, number])[]): number[] {
  const counts = Array.from({ length: PLACES }, () => 0);
  for (const [outcome, n] of outcomes) {
    const place = placeOf(outcome);
    counts[place] = (counts[place] ?? 0) + n;
  }
  return counts;
}
const error = { isError: true, isLow: null, isFlagged: null };
const fine = { isError: false, isLow: false, isFlagged: false };
const low = { isError: false, isLow: true, isFlagged: false };
const unknown = { isError: false, isLow: null, isFlagged: null };

describe('countFailures', () => {
  it('counts whatever failed in one of the chosen ways, once', () => {
    const both = { isError: false, isLow: true, isFlagged: true };
    const counts = countsOf([
      [error, 2],
      [fine, 90],
      [low, 5],
      [both, 3],
    ]);
    expect(countFailures(counts, ALL)).toEqual({ known: 100, failed: 10, seen: 10 });
    expect(countFailures(counts, new Set(['low_quality']))).toEqual({
      known: 98,
      failed: 8,
      seen: 8,
    });
    expect(PATTERN_FAILURES.map((kind) => countOne(counts, kind))).toEqual([2, 8, 3]);
  });

  it('is no higher for being scored in part', () => {
    // 2 % errors, a tenth of the rest low: 11.8 % fail, whether all or one call in ten is scored.
    const whole = countFailures(
      countsOf([
        [error, 200],
        [fine, 8820],
        [low, 980],
      ]),
      ALL,
    );
    const part = countFailures(
      countsOf([
        [error, 200],
        [fine, 882],
        [low, 98],
        [unknown, 8820],
      ]),
      ALL,
    );
    expect(whole.failed / whole.known).toBeCloseTo(0.118, 6);
    expect(part).toMatchObject({ known: 1000, seen: 298 });
    expect(part.failed / part.known).toBeCloseTo(0.118, 6);
  });

  it('knows nothing while nothing but errors is known, unless errors are all that is asked', () => {
    const counts = countsOf([
      [error, 3],
      [unknown, 7],
    ]);
    expect(countFailures(counts, ALL)).toEqual({ known: 0, failed: 0, seen: 3 });
    expect(countFailures(counts, new Set(['error']))).toEqual({ known: 10, failed: 3, seen: 3 });
    expect(countFailures(countsOf([[error, 3]]), ALL)).toEqual({ known: 3, failed: 3, seen: 3 });
  });

  it('never has more failed than known, nor more known than there are', () => {
    const counts = fc.array(fc.nat(50), { minLength: PLACES, maxLength: PLACES });
    fc.assert(
      fc.property(counts, fc.subarray([...PATTERN_FAILURES], { minLength: 1 }), (own, kinds) => {
        const { known, failed, seen } = countFailures(own, new Set(kinds));
        expect(failed).toBeLessThanOrEqual(known);
        expect(known).toBeLessThanOrEqual(own.reduce((sum, count) => sum + count, 0));
        expect(failed).toBeLessThanOrEqual(seen);
      }),
    );
  });
});
