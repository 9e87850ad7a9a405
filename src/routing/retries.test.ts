import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { backOff, readRetryAfter } from './retry-after.ts';
import { RetryBudget } from './retry-budget.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const read = (headers: Record<string, string>): number | null =>
  readRetryAfter((name) => headers[name], NOW);

describe('retry-after', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '120', 'retry-after': '3' }, 120],
    [{ 'retry-after-ms': 'soon', 'retry-after': '3' }, 3000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Saturday, 21-Nov-26 12:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '999999999999' }, 86_400_000],
    [{ 'retry-after': '-3' }, null],
    [{ 'retry-after': '2026' }, 2_026_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '' }, null],
    [{}, null],
  ])('%j asks for %j ms', (headers, expected) => {
    expect(read(headers)).toBe(expected);
  });

  it('is never negative, never longer than a day and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (ms, seconds) => {
        const asked = read({ 'retry-after-ms': ms, 'retry-after': seconds });
        expect(asked === null || (asked >= 0 && asked <= 86_400_000)).toBe(true);
      }),
    );
  });
});

describe('back-off', () => {
  it('doubles up to its limit and is random in all of it', () => {
    const policy = { backoffMs: 100, maxBackoffMs: 500 };
    const ceilings = [0, 1, 2, 3, 4].map((retries) => backOff(policy, retries, () => 1));
    expect(ceilings).toEqual([100, 200, 400, 500, 500]);
    expect(backOff(policy, 3, () => 0)).toBe(0);
  });
});

describe('a retry budget', () => {
  it('never has more retries in its window than its share of the calls or its floor', () => {
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 3000 }),
      retry: fc.boolean(),
    });
    const policy = fc.record({
      windowMs: fc.constant(10_000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      floor: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(policy, fc.array(step, { maxLength: 300 }), (given, steps) => {
        const budget = new RetryBudget(given);
        const calls: number[] = [];
        const retries: number[] = [];
        let nowMs = 0;
        for (const { passMs, retry } of steps) {
          nowMs += passMs;
          if (!retry) {
            budget.called(nowMs);
            calls.push(nowMs);
          } else if (budget.take(nowMs)) {
            retries.push(nowMs);
            // Parts of the window fall out whole, so up to a tenth of it less is remembered.
            const since = (times: readonly number[], ms: number): number =>
              times.filter((at) => at > nowMs - ms).length;
            const allowed = Math.max(given.floor, given.share * since(calls, given.windowMs));
            expect(since(retries, given.windowMs * 0.9)).toBeLessThanOrEqual(allowed);
          }
        }
      }),
    );
  });

  it('has its floor when there are few calls, and its share when there are many', () => {
    const budget = new RetryBudget({ windowMs: 60_000, share: 0.2, floor: 2 });
    const takeAll = (): number => {
      let taken = 0;
      while (budget.take(0)) taken += 1;
      return taken;
    };
    expect(takeAll()).toBe(2);
    for (let at = 0; at < 100; at += 1) budget.called(0);
    expect(takeAll()).toBe(18);
    expect(budget.has(61_000)).toBe(true);
  });
});
