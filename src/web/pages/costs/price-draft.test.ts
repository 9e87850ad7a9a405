import { describe, expect, it } from 'vitest';
import { validFromOf } from './price-draft.ts';

const NOW = Date.parse('2026-11-21T16:30:00Z');

describe('the moment from which a price holds', () => {
  it('is left to the server for new calls, and as it was', () => {
    expect(validFromOf('now', NOW)).toBeUndefined();
    expect(validFromOf('kept', NOW)).toBeUndefined();
  });

  it('is a midnight of UTC at least 30 days ago for the last month', () => {
    expect(validFromOf('month', NOW)).toBe('2026-10-22T00:00:00.000Z');
  });

  it('is before everything for all times', () => {
    expect(Date.parse(validFromOf('always', NOW) ?? '')).toBeLessThan(Date.parse('2020-01-01'));
  });
});
