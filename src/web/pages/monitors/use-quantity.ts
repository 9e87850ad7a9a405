import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { type Format, useFormat } from '../../use-format.ts';
import type { Unit } from './metric-facts.ts';

type Maybe = number | null;

const HOUR = 60;
const DAY = 24 * HOUR;

/** Percentage points: two decimals of small ones, one of the others. */
function pointsOf(share: number): string {
  const points = share * 100;
  return String(Number(points.toFixed(Math.abs(points) < 10 ? 2 : 1)));
}

/** A label of an axis whose values go up to `most`. */
function axisText(
  format: Format,
  unit: Unit,
  { value, most }: { readonly value: number; readonly most: number },
): string {
  switch (unit) {
    case 'score':
      return format.score(value);
    case 'usd':
      return format.usdAxis(value, most);
    case 'ms':
      return format.durationAxis(value, most);
    case 'seconds':
      return format.durationAxis(value * 1000, most * 1000);
    case 'share':
      return format.percent(value, most < 0.1 ? 1 : 0);
    default:
      return format.compact(value);
  }
}

/** Amounts of a monitor's unit as a person reads them. */
export function useQuantity() {
  const t = useTranslations('monitors');
  const format = useFormat();
  return useMemo(() => {
    const show = (unit: Unit | null, value: Maybe): string => {
      switch (unit) {
        case 'share':
          return format.percent(value);
        case 'score':
          return format.score(value);
        case 'ms':
          return format.duration(value);
        case 'seconds':
          return format.span(value);
        case 'usd':
          return format.usd(value);
        default:
          return format.compact(value);
      }
    };
    /** A difference, without its sign; of shares in percentage points. */
    const size = (unit: Unit | null, value: number): string =>
      unit === 'share' ? t('points', { n: pointsOf(value) }) : show(unit, value);
    /** A stretch of time in whole days, hours or minutes. */
    const minutes = (value: number): string => {
      if (value === 0) return t('minutes.instant');
      if (value % DAY === 0) return t('minutes.days', { n: value / DAY });
      if (value % HOUR === 0) return t('minutes.hours', { n: value / HOUR });
      return t('minutes.minutes', { n: value });
    };
    const showAxis = (unit: Unit, value: number, most: number): string =>
      axisText(format, unit, { value, most });
    return { show, size, showAxis, minutes };
  }, [t, format]);
}
