import type { AlertReason } from '../contract/alerts.ts';
import type { Estimate } from '../contract/common.ts';
import type { Texts } from './texts/texts.ts';

type Unit = NonNullable<AlertReason['unit']> | 'native';

/** A number in its unit, as the language writes it; shares as percent, money as US dollars. */
export function writeNumber(value: number, unit: Unit | null, { locale }: Texts): string {
  const format = (options: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(locale, options).format(value);
  switch (unit) {
    case 'share':
      return format({ style: 'percent', maximumFractionDigits: 1 });
    case 'ms':
      return format({
        style: 'unit',
        unit: 'millisecond',
        unitDisplay: 'short',
        maximumFractionDigits: 0,
      });
    case 'seconds':
      return format({
        style: 'unit',
        unit: 'second',
        unitDisplay: 'short',
        maximumFractionDigits: 0,
      });
    case 'usd':
      return format({
        style: 'currency',
        currency: 'USD',
        maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2,
      });
    case 'score':
      return format({ maximumFractionDigits: 3 });
    case 'native':
      return format({ maximumFractionDigits: 2 });
    default:
      return format({ maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
  }
}

/** A number with its 95 % interval and n; says so when nothing was observed or n is too small for an interval. */
export function writeEstimate(estimate: Estimate, unit: Unit | null, texts: Texts): string {
  const { value, n, low, high } = estimate;
  const count = writeNumber(n, 'records', texts);
  if (value === null) return texts.unknown(count);
  const said = writeNumber(value, unit, texts);
  if (low === null || high === null) return texts.few(said, count);
  const interval = `${writeNumber(low, unit, texts)} – ${writeNumber(high, unit, texts)}`;
  return texts.estimate(said, interval, count);
}

/** A moment in UTC to the minute; the text itself when it is no time. */
export function writeTime(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A stretch of time in its two largest units: `2 hr 5 min`. */
export function writeDuration(seconds: number, { locale }: Texts): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of STEPS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count === 0 && !(unit === 'second' && parts.length === 0)) continue;
    const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' });
    parts.push(format.format(count));
  }
  return parts.slice(0, 2).join(' ');
}
