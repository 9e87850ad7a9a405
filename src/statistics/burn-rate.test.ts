import { describe, expect, it } from 'vitest';
import { BURN_WINDOWS, burnRate, type EventCounts, judgeBurn } from './burn-rate.ts';

const question = { objective: 0.99, minSamples: 50 };

/** A series of 1,000 events an hour whose error rate was `rate` for the last `minutes`. */
function burningFor(minutes: number, rate: number) {
  return (window: number): EventCounts => ({
    n: Math.round((window * 1_000) / 60),
    bad: Math.round((Math.min(window, minutes) * 1_000 * rate) / 60),
  });
}

describe('the burn rate of an error budget', () => {
  it('is how many times faster than allowed errors come', () => {
    expect(burnRate({ n: 1_000, bad: 144 }, 0.99)).toBeCloseTo(14.4, 9);
    expect(burnRate({ n: 1_000, bad: 0 }, 0.99)).toBe(0);
    expect(burnRate({ n: 0, bad: 0 }, 0.99)).toBeNull();
  });

  it('spends 2, 5 and 10 % of the errors of 30 days until each pair fires', () => {
    const shares = BURN_WINDOWS.map(({ rate, longMinutes }) => (rate * longMinutes) / (30 * 1_440));
    expect(shares.map((share) => Math.round(share * 100))).toEqual([2, 5, 10]);
  });

  it('finds an outage within minutes, a slow leak within days', () => {
    expect(judgeBurn(burningFor(10, 1), question).burning?.rate).toBe(14.4);
    expect(judgeBurn(burningFor(360, 0.07), question).burning?.rate).toBe(6);
    expect(judgeBurn(burningFor(4_320, 0.011), question).burning?.rate).toBe(1);
    expect(judgeBurn(burningFor(4_320, 0.009), question)).toEqual({ burning: null, isKnown: true });
  });

  it('is over when the short window is clean again', () => {
    const over = (window: number): EventCounts => ({ n: window * 10, bad: window <= 5 ? 0 : 150 });
    expect(judgeBurn(over, question).burning).toBeNull();
  });

  it('asks no window with few events, and never wakes anybody for one error', () => {
    const few = (): EventCounts => ({ n: 49, bad: 49 });
    expect(judgeBurn(few, question)).toEqual({ burning: null, isKnown: false });
    const one = (): EventCounts => ({ n: 50, bad: 1 });
    expect(judgeBurn(one, { objective: 0.999, minSamples: 50 }).burning).toBeNull();
    const two = (): EventCounts => ({ n: 50, bad: 2 });
    expect(judgeBurn(two, { objective: 0.999, minSamples: 50 }).burning?.rate).toBe(14.4);
  });
});
