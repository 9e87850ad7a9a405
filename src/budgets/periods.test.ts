import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertLevelOf, levelOf } from './levels.ts';
import { periodEnd, periodStart } from './periods.ts';

const start = (period: 'day' | 'week' | 'month' | 'total', at: string): string =>
  periodStart(period, Date.parse(at)).toISOString().slice(0, 10);

describe('periods', () => {
  it('begin at midnight UTC, on Monday, on the first', () => {
    expect(start('day', '2026-11-21T23:59:59.999Z')).toBe('2026-11-21');
    expect(start('week', '2026-11-22T23:59:59Z')).toBe('2026-11-16');
    expect(start('week', '2026-11-23T00:00:00Z')).toBe('2026-11-23');
    // ISO week 1 of 2027 begins on the 4th of January; the days before are of week 53.
    expect(start('week', '2027-01-01T00:00:00Z')).toBe('2026-12-28');
    expect(start('month', '2028-02-29T12:00:00Z')).toBe('2028-02-01');
    expect(start('total', '2026-11-21T00:00:00Z')).toBe('1970-01-01');
  });

  it('hold every moment exactly once', () => {
    const moment = fc.integer({ min: 0, max: Date.parse('2100-01-01') });
    fc.assert(
      fc.property(fc.constantFrom('day', 'week', 'month'), moment, (period, atMs) => {
        const from = periodStart(period, atMs);
        const to = periodEnd(period, from)?.getTime() ?? 0;
        expect(from.getTime()).toBeLessThanOrEqual(atMs);
        expect(to).toBeGreaterThan(atMs);
        expect(periodStart(period, to)).toEqual(new Date(to));
        expect(periodStart(period, to - 1)).toEqual(from);
      }),
    );
    expect(periodEnd('total', new Date(0))).toBeNull();
  });
});

describe('levels', () => {
  it.each([
    [0, 'ok', 'none'],
    [599, 'ok', 'none'],
    [600, 'warning', 'info'],
    [799, 'warning', 'info'],
    [800, 'critical', 'warning'],
    [999, 'critical', 'warning'],
    [1000, 'exceeded', 'critical'],
    [5000, 'exceeded', 'critical'],
  ] as const)('of %i of 1000 is %s, in the framework’s words %s', (spent, level, alert) => {
    expect(levelOf(spent, 1000)).toBe(level);
    expect(alertLevelOf(level)).toBe(alert);
  });
});
