import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import type { TestedDifference } from '../../contract/analytics.ts';
import { type Format, useFormat } from '../use-format.ts';

export type DifferenceUnit = 'score' | 'share' | 'usd' | 'duration';

const MINUS = '−';

function signed(value: number, show: (size: number) => string): string {
  const shown = show(Math.abs(value));
  if (shown === show(0)) return shown;
  return `${value < 0 ? MINUS : '+'}${shown}`;
}

function sizeIn(unit: DifferenceUnit, format: Format): (size: number) => string {
  switch (unit) {
    case 'score':
      return format.score;
    case 'share':
      return (size) => format.decimal(100 * size);
    case 'usd':
      return format.usd;
    case 'duration':
      return format.duration;
  }
}

/** A tested difference in words that belong together: “−0.02”, “(−0.03 to −0.01)”, “p = 0.004”; or what is missing. */
export function useDifferenceParts() {
  const t = useTranslations('comparison');
  const common = useTranslations('common');
  const format = useFormat();
  return useCallback(
    (difference: TestedDifference, unit: DifferenceUnit): readonly string[] => {
      const { value, low, high, n, needed, pValue } = difference;
      if (n < needed) {
        return [common('notEnough', { n: format.count(n), needed: format.count(needed) })];
      }
      if (value === null || low === null || high === null) return [t('noInterval')];
      const show = (part: number): string => signed(part, sizeIn(unit, format));
      const middle = unit === 'share' ? t('points', { value: show(value) }) : show(value);
      const interval = t('interval', { low: show(low), high: show(high) });
      if (pValue === null) return [middle, interval];
      const p = pValue < 0.001 ? t('pSmall') : t('p', { p: format.pValue(pValue) });
      return [middle, interval, p];
    },
    [t, common, format],
  );
}
