import { useMemo } from 'react';
import { useLocale } from 'use-intl';
import * as format from './format.ts';

type Maybe = number | null | undefined;

/** The formatters of `format.ts` in the language of the page. */
export function useFormat() {
  const locale = useLocale();
  return useMemo(
    () => ({
      locale,
      count: (value: Maybe) => format.formatCount(locale, value),
      compact: (value: Maybe) => format.formatCompact(locale, value),
      percent: (value: Maybe, digits?: number) => format.formatPercent(locale, value, digits),
      change: (value: Maybe) => format.formatChange(locale, value),
      signed: (value: Maybe) => format.formatSigned(locale, value),
      decimal: (value: Maybe) => format.formatDecimal(locale, value),
      pValue: (value: number) => format.formatPValue(locale, value),
      score: (value: Maybe) => format.formatScore(locale, value),
      usd: (value: Maybe) => format.formatUsd(locale, value),
      cost: (value: Maybe, calls?: number) => format.formatCost(locale, value, calls),
      usdAxis: (value: number, most: number) => format.formatUsdAxis(locale, value, most),
      durationAxis: (value: number, most: number) => format.formatDurationAxis(locale, value, most),
      duration: (value: Maybe) => format.formatDuration(locale, value),
      span: (seconds: Maybe) => format.formatSpan(locale, seconds),
      bytes: (value: Maybe) => format.formatBytes(locale, value),
      timeFull: (iso: string) => format.formatTimeFull(locale, iso),
      timeShort: (iso: string) => format.formatTimeShort(locale, iso),
      clock: (iso: string) => format.formatClock(locale, iso),
      bucket: (at: number, interval: 'hour' | 'day' | 'week') =>
        format.formatBucket(locale, at, interval),
      utcBucket: (at: number, bucket: 'day' | 'week' | 'month') =>
        format.formatUtcBucket(locale, at, bucket),
      tinyUsd: (value: Maybe) => format.formatTinyUsd(locale, value),
      moment: (iso: string) => format.formatMoment(locale, iso, Date.now()),
      ago: (iso: string) => format.formatAgo(locale, iso, Date.now()),
    }),
    [locale],
  );
}

export type Format = ReturnType<typeof useFormat>;
