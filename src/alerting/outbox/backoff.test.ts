import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailedTry, nextTry } from './backoff.ts';

const given = (some: Partial<FailedTry> = {}): FailedTry => ({
  tries: 1,
  ageMs: 0,
  channelFailures: 1,
  retryable: true,
  retryAfterMs: null,
  ...some,
});
const longest = (): number => 0.999_999;

describe('pauses between tries', () => {
  it('double from 5 seconds to five minutes for the message, to a minute for the channel', () => {
    const pauses = [1, 2, 3, 4, 10, 90].map((n) =>
      nextTry(given({ tries: n, channelFailures: n }), longest),
    );
    expect(pauses.map((one) => Math.round((one?.messageMs ?? 0) / 1000))).toEqual([
      5, 10, 20, 40, 300, 300,
    ]);
    expect(pauses.map((one) => Math.round((one?.channelMs ?? 0) / 1000))).toEqual([
      5, 10, 20, 40, 60, 60,
    ]);
  });

  it('end after 1000 tries, after 48 hours, and with a failure that stays', () => {
    expect(nextTry(given({ tries: 999 }), longest)).not.toBeNull();
    expect(nextTry(given({ tries: 1000 }), longest)).toBeNull();
    expect(nextTry(given({ ageMs: 48 * 3_600_000 }), longest)).toBeNull();
    expect(nextTry(given({ retryable: false }), longest)).toBeNull();
  });

  it('are never shorter than what the receiver asked for, within reason, nor than half', () => {
    const tries = fc.integer({ min: 1, max: 999 });
    const asked = fc.option(fc.integer({ min: 0, max: 10_000_000 }));
    const random = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(tries, asked, random, (...[n, retryAfterMs, drawn]) => {
        const next = nextTry(given({ tries: n, channelFailures: n, retryAfterMs }), () => drawn);
        const least = Math.min(retryAfterMs ?? 0, 15 * 60_000);
        expect(next?.messageMs).toBeGreaterThanOrEqual(Math.max(least, 2_500));
        expect(next?.channelMs).toBeGreaterThanOrEqual(Math.max(least, 2_500));
        expect(next?.messageMs).toBeLessThanOrEqual(15 * 60_000);
        expect(next?.channelMs).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });
});
