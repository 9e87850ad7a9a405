/** Numbers and times as a person reads them. What is not known is always “–”, never 0. */

export type Locale = 'en' | 'ko' | 'ja' | 'zh';
export const LOCALES: readonly Locale[] = ['en', 'ko', 'ja', 'zh'];
export const UNKNOWN = '–';

const TAGS: Record<Locale, string> = { en: 'en-US', ko: 'ko-KR', ja: 'ja-JP', zh: 'zh-CN' };

type Maybe = number | null | undefined;

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${locale}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known instanceof Intl.NumberFormat) return known;
  const made = new Intl.NumberFormat(TAGS[locale], options);
  cache.set(key, made);
  return made;
}

function dateFormat(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${locale}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known instanceof Intl.DateTimeFormat) return known;
  const made = new Intl.DateTimeFormat(TAGS[locale], options);
  cache.set(key, made);
  return made;
}

function isKnown(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** A whole count with separators. */
export function formatCount(locale: Locale, value: Maybe): string {
  return isKnown(value)
    ? numberFormat(locale, { maximumFractionDigits: 0 }).format(value)
    : UNKNOWN;
}

/** A large count in short, such as 12.3K or 1.2만. */
export function formatCompact(locale: Locale, value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  if (Math.abs(value) < 10_000) return formatCount(locale, value);
  return numberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A fraction of 0 to 1 as a percentage. */
export function formatPercent(locale: Locale, value: Maybe, digits = 1): string {
  if (!isKnown(value)) return UNKNOWN;
  return numberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: value === 0 || value === 1 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A signed percentage, for changes. */
export function formatChange(locale: Locale, value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  return numberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: Math.abs(value) < 0.1 ? 1 : 0,
    signDisplay: 'exceptZero',
  }).format(value);
}

/** A number with its sign and one decimal, for differences. */
export function formatSigned(locale: Locale, value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  return numberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(
    value,
  );
}

/** A number with at most one decimal. */
export function formatDecimal(locale: Locale, value: Maybe): string {
  return isKnown(value)
    ? numberFormat(locale, { maximumFractionDigits: 1 }).format(value)
    : UNKNOWN;
}

/** A p-value with two significant digits. */
export function formatPValue(locale: Locale, value: number): string {
  return numberFormat(locale, { maximumSignificantDigits: 2 }).format(value);
}

/** A score of 0 to 1 with two decimals. */
export function formatScore(locale: Locale, value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  return numberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

function moneyDigits(usd: number): number {
  const size = Math.abs(usd);
  if (size === 0 || size >= 1) return 2;
  if (size >= 0.01) return 4;
  return 6;
}

/** Money is kept in whole millionths of a dollar, so less than one is told apart from nothing. */
const LEAST_USD = 0.000001;

/** What priced calls cost together: each may have cost less than is counted, so a sum of nothing is told as a bound. */
export function formatCost(locale: Locale, usd: Maybe, calls = 1): string {
  if (!isKnown(usd) || usd >= LEAST_USD) return formatUsd(locale, usd);
  return `<${formatUsd(locale, LEAST_USD * Math.max(1, calls))}`;
}

/** An amount on an axis that ends at `most`: each tick with the same digits. */
export function formatUsdAxis(locale: Locale, usd: number, most: number): string {
  const digits = most > 0 ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(most / 4)))) : 0;
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: usd === 0 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(usd);
}

/** US dollars; small sums keep enough digits to tell them from nothing. */
export function formatUsd(locale: Locale, usd: Maybe): string {
  if (!isKnown(usd)) return UNKNOWN;
  const digits = moneyDigits(usd);
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(usd);
}

/** A span of milliseconds in the unit that suits it. */
export function formatDuration(locale: Locale, ms: Maybe): string {
  if (!isKnown(ms)) return UNKNOWN;
  const unit = (value: number, name: string, digits: number): string =>
    numberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    }).format(value);
  const size = Math.abs(ms);
  if (size < 1000) return unit(ms, 'millisecond', size < 10 ? 1 : 0);
  if (size < 60_000) return unit(ms / 1000, 'second', 2);
  return unit(ms / 60_000, 'minute', 1);
}

/** Milliseconds on an axis that ends at `most`: each tick in the same unit. */
export function formatDurationAxis(locale: Locale, ms: number, most: number): string {
  const inSeconds = most >= 1000;
  return numberFormat(locale, {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    unitDisplay: 'narrow',
    maximumFractionDigits: 1,
  }).format(inSeconds ? ms / 1000 : ms);
}

/** A size in bytes. */
export function formatBytes(locale: Locale, bytes: Maybe): string {
  if (!isKnown(bytes)) return UNKNOWN;
  const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log(bytes) / Math.log(1024)));
  return numberFormat(locale, {
    style: 'unit',
    unit: names[step] ?? 'byte',
    unitDisplay: 'narrow',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1024 ** step);
}

/** Date and time to the second with the zone: what a hover shows. */
export function formatTimeFull(locale: Locale, iso: string, timeZone?: string): string {
  return dateFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(iso));
}

/** Date and time to the minute. */
export function formatTimeShort(locale: Locale, iso: string, timeZone?: string): string {
  return dateFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(iso));
}

/** Time of day to the second; for rows of one day. */
export function formatClock(locale: Locale, iso: string, timeZone?: string): string {
  return dateFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(new Date(iso));
}

/** The time of day for what is of today, the date too for anything older. */
export function formatMoment(locale: Locale, iso: string, now: number): string {
  const isToday = new Date(iso).toDateString() === new Date(now).toDateString();
  return isToday ? formatClock(locale, iso) : formatTimeShort(locale, iso);
}

/** The label under a chart: hours for hours, days for longer buckets. */
export function formatBucket(locale: Locale, at: number, bucket: 'hour' | 'day' | 'week'): string {
  const options: Intl.DateTimeFormatOptions =
    bucket === 'hour'
      ? { hour: '2-digit', minute: '2-digit', hour12: false }
      : { month: 'short', day: 'numeric' };
  return dateFormat(locale, options).format(new Date(at));
}

/** The name of a day, week or month that begins at a UTC midnight, wherever the reader is. */
export function formatUtcBucket(
  locale: Locale,
  at: number,
  bucket: 'day' | 'week' | 'month',
): string {
  return dateFormat(locale, {
    ...(bucket === 'month'
      ? { year: 'numeric', month: 'short' }
      : { month: 'short', day: 'numeric' }),
    timeZone: 'UTC',
  }).format(new Date(at));
}

/** A tiny amount of dollars, such as a price for one token, without powers of ten. */
export function formatTinyUsd(locale: Locale, usd: Maybe): string {
  if (!isKnown(usd)) return UNKNOWN;
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 0,
    maximumFractionDigits: 12,
  }).format(usd);
}

const LONGEST_SPAN = { unit: 'day', length: 86_400 } as const;
const SPANS = [
  { unit: 'second', length: 1, below: 60 },
  { unit: 'minute', length: 60, below: 3600 },
  { unit: 'hour', length: 3600, below: 172_800 },
] as const;

/** A stretch of time in its largest fitting unit, from seconds to days: “2.7h”. */
export function formatSpan(locale: Locale, seconds: Maybe): string {
  if (!isKnown(seconds)) return UNKNOWN;
  const size = Math.abs(seconds);
  const { unit, length } = SPANS.find(({ below }) => size < below) ?? LONGEST_SPAN;
  const value = seconds / length;
  return numberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: Math.abs(value) < 10 && unit !== 'second' ? 1 : 0,
  }).format(value);
}

/** How long ago, in words. */
export function formatAgo(locale: Locale, iso: string, now: number): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(TAGS[locale], { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
