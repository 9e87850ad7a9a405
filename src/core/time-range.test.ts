import { describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { askedRange, unitStarts, wholeUnits } from './time-range.ts';

const NOW_MS = Date.parse('2026-11-21T12:34:56.789Z');

describe('the range a caller asks for', () => {
  it('is the last 24 hours by default', () => {
    expect(askedRange({}, NOW_MS)).toEqual({
      from: new Date('2026-11-20T12:34:56.789Z'),
      to: new Date(NOW_MS),
    });
  });

  it('may end before now and carry another offset', () => {
    expect(askedRange({ to: '2026-01-02T09:00:00+09:00' }, NOW_MS)).toEqual({
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-02T00:00:00Z'),
    });
  });

  it('is refused when it is empty, backwards, too long or no time at all', () => {
    for (const asked of [
      { from: '2026-11-21T00:00:00Z', to: '2026-11-21T00:00:00Z' },
      { from: '2026-11-22T00:00:00Z' },
      { from: '2025-01-01T00:00:00Z' },
      { from: 'soon' },
    ]) {
      expect(() => askedRange(asked, NOW_MS)).toThrow(AppError);
    }
  });
});

describe('whole units', () => {
  it('surround a range, weeks from Monday to Monday', () => {
    const range = { from: new Date('2026-11-19T10:15:00Z'), to: new Date('2026-11-22T10:00:00Z') };
    const edges = (unit: 'hour' | 'day' | 'week') => {
      const { from, to } = wholeUnits(range, unit);
      return [from.toISOString().slice(0, 13), to.toISOString().slice(0, 13)];
    };
    expect(edges('hour')).toEqual(['2026-11-19T10', '2026-11-22T10']);
    expect(edges('day')).toEqual(['2026-11-19T00', '2026-11-23T00']);
    expect(edges('week')).toEqual(['2026-11-16T00', '2026-11-23T00']);
  });

  it('are listed without a gap', () => {
    const range = { from: new Date('2026-11-16T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') };
    expect(unitStarts(range, 'week').map((start) => start.toISOString().slice(0, 10))).toEqual([
      '2026-11-16',
      '2026-11-23',
    ]);
    expect(unitStarts(range, 'day')).toHaveLength(14);
  });

  it('leave what is whole as it is', () => {
    const whole = { from: new Date('2026-11-16T00:00:00Z'), to: new Date('2026-11-17T00:00:00Z') };
    expect(wholeUnits(whole, 'day')).toEqual(whole);
  });
});
