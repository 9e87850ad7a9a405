import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatChange,
  formatClock,
  formatCompact,
  formatCost,
  formatCount,
  formatDuration,
  formatDurationAxis,
  formatPercent,
  formatScore,
  formatSpan,
  formatTimeFull,
  formatTinyUsd,
  formatUsd,
  formatUsdAxis,
  formatUtcBucket,
  LOCALES,
} from './format.ts';

describe('formatting', () => {
  describe('given a number that is not known', () => {
    it.each(LOCALES)('shows a dash and never zero in %s', (locale) => {
      const formats = [
        formatCount,
        formatCompact,
        formatPercent,
        formatChange,
        formatScore,
        formatUsd,
        formatDuration,
        formatBytes,
      ];
      for (const format of formats)
        for (const unknown of [null, undefined, Number.NaN])
          expect(format(locale, unknown)).toBe('–');
    });
  });

  it('keeps the digits that small sums of money need', () => {
    expect(formatUsd('en', 0)).toBe('$0.00');
    expect(formatUsd('en', 0.000012)).toBe('$0.000012');
    expect(formatUsd('en', 0.0123)).toBe('$0.0123');
    expect(formatUsd('en', 1234.5)).toBe('$1,234.50');
  });

  it('tells a cost below what is counted from no cost', () => {
    expect(formatCost('en', 0)).toBe('<$0.000001');
    expect(formatCost('en', 0.0000004)).toBe('<$0.000001');
    expect(formatCost('en', 0.000001)).toBe('$0.000001');
    expect(formatCost('en', 1.5)).toBe('$1.50');
    expect(formatCost('en', 0, 90)).toBe('<$0.00009');
    expect(formatCost('en', null)).toBe('–');
  });

  it('writes the ticks of an axis with one unit and the same digits', () => {
    const durations = [0, 20_000, 40_000, 80_000].map((ms) => formatDurationAxis('en', ms, 80_000));
    expect(durations).toEqual(['0s', '20s', '40s', '80s']);
    expect([0, 250, 500].map((ms) => formatDurationAxis('en', ms, 600))).toEqual([
      '0ms',
      '250ms',
      '500ms',
    ]);
    expect([0, 0.005, 0.01].map((usd) => formatUsdAxis('en', usd, 0.018))).toEqual([
      '$0',
      '$0.005',
      '$0.010',
    ]);
    expect(formatUsdAxis('en', 200, 500)).toBe('$200');
  });

  it('chooses the unit of a duration', () => {
    expect(formatDuration('en', 3.25)).toBe('3.3ms');
    expect(formatDuration('en', 842.4)).toBe('842ms');
    expect(formatDuration('en', 1234)).toBe('1.23s');
    expect(formatDuration('en', 90_000)).toBe('1.5m');
  });

  it('writes counts and shares in the way of each language', () => {
    expect(formatCompact('en', 9999)).toBe('9,999');
    expect(formatCompact('en', 123_456)).toBe('123.5K');
    expect(formatCompact('ko', 123_456)).toBe('12.3만');
    expect(formatCompact('ja', 123_456)).toBe('12.3万');
    expect(formatCompact('zh', 123_456)).toBe('12.3万');
    expect(formatPercent('en', 0.1234)).toBe('12.3%');
    expect(formatPercent('en', 0)).toBe('0%');
    expect(formatChange('en', 0.034)).toBe('+3.4%');
    expect(formatChange('en', -0.5)).toBe('-50%');
  });

  it('names the zone of a full time', () => {
    const iso = '2026-11-21T12:00:00.123Z';
    expect(formatTimeFull('en', iso, 'UTC')).toBe('Nov 21, 2026, 12:00:00.123 PM UTC');
    expect(formatTimeFull('ko', iso, 'Asia/Seoul')).toContain('GMT+9');
    expect(formatClock('en', iso, 'UTC')).toBe('12:00:00');
  });

  it('names days, weeks and months of UTC as such wherever the reader is', () => {
    const midnight = Date.parse('2026-11-01T00:00:00Z');
    expect(formatUtcBucket('en', midnight, 'day')).toBe('Nov 1');
    expect(formatUtcBucket('en', midnight, 'month')).toBe('Nov 2026');
    expect(formatUtcBucket('ko', midnight, 'week')).toBe('11월 1일');
    expect(formatUtcBucket('ja', midnight, 'month')).toBe('2026年11月');
  });

  it('writes a price for one token without powers of ten', () => {
    expect(formatTinyUsd('en', 2.5e-6)).toBe('$0.0000025');
    expect(formatTinyUsd('en', 1e-11)).toBe('$0.00000000001');
    expect(formatTinyUsd('en', null)).toBe('–');
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatAgo('en', '2026-11-21T11:58:00Z', now)).toBe('2 minutes ago');
    expect(formatAgo('ko', '2026-11-20T12:00:00Z', now)).toBe('어제');
  });

  it('writes sizes', () => {
    expect(formatBytes('en', 512)).toBe('512B');
    expect(formatBytes('en', 10 * 1024 ** 3)).toBe('10GB');
  });

  describe('given a stretch of time', () => {
    it.each([
      [40, '40 sec'],
      [150, '2.5 min'],
      [9_720, '2.7 hr'],
      [86_400, '24 hr'],
      [864_000, '10 days'],
    ])('writes %d s in its largest fitting unit', (seconds, text) => {
      expect(formatSpan('en', seconds)).toBe(text);
    });

    it('knows none without one', () => {
      expect(formatSpan('ko', null)).toBe('–');
      expect(formatSpan('ko', 9_720)).toBe('2.7시간');
    });
  });
});
