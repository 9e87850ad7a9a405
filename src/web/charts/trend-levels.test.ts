import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeEnds } from './trend-levels.ts';

const SHARES = { min: 0, max: 1 };

describe('an axis that is close about its values', () => {
  it('ends at round numbers around them', () => {
    expect(closeEnds([0.86, 0.91, 0.94], SHARES)).toEqual({
      min: expect.closeTo(0.85),
      max: expect.closeTo(0.95),
      interval: expect.closeTo(0.025),
    });
  });

  it('gives one value some room', () => {
    const ends = closeEnds([500], { min: 0, max: Number.POSITIVE_INFINITY });
    expect(ends?.min).toBeLessThan(500);
    expect(ends?.max).toBeGreaterThan(500);
  });

  it('is not there without values', () => {
    expect(closeEnds([], SHARES)).toBeNull();
  });

  it('holds every value and never passes the limits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (all) => {
        const ends = closeEnds(all, SHARES);
        expect(ends).not.toBeNull();
        expect(ends?.min).toBeGreaterThanOrEqual(0);
        expect(ends?.max).toBeLessThanOrEqual(1);
        expect(ends?.min).toBeLessThanOrEqual(Math.min(...all) + 1e-12);
        expect(ends?.max).toBeGreaterThanOrEqual(Math.max(...all) - 1e-12);
      }),
    );
  });
});
