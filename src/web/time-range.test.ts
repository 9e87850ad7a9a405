import { describe, expect, it } from 'vitest';
import { chooseInterval, readTime, resolveRange } from './time-range.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('the time range', () => {
  it('is the last 24 hours when nothing is asked', () => {
    expect(resolveRange({}, NOW)).toEqual({
      from: '2026-11-20T12:00:00.000Z',
      to: '2026-11-21T12:00:00.000Z',
      preset: '24h',
    });
  });

  it('is the one in the address when it is whole', () => {
    const choice = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' };
    expect(resolveRange(choice, NOW)).toEqual({ ...choice, preset: null });
  });

  it.each([
    { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' },
    { from: '2026-11-02T00:00:00Z' },
    { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
  ])('falls back to the preset for %j', (choice) => {
    expect(resolveRange({ ...choice, range: '7d' }, NOW).preset).toBe('7d');
  });

  it('refuses what is no time', () => {
    expect(readTime('yesterday-ish')).toBeUndefined();
    expect(readTime(12)).toBeUndefined();
  });

  it('chooses buckets that keep charts readable', () => {
    expect(chooseInterval(resolveRange({ range: '24h' }, NOW))).toBe('hour');
    expect(chooseInterval(resolveRange({ range: '30d' }, NOW))).toBe('day');
    expect(chooseInterval({ from: '2026-01-01', to: '2026-11-01', preset: null })).toBe('week');
  });
});
