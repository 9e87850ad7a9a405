import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Estimate } from '../../../../contract/common.ts';
import { useFormat } from '../../../use-format.ts';
import type { Unit } from '../../monitors/metric-facts.ts';
import { useQuantity } from '../../monitors/use-quantity.ts';

type Maybe = number | null;

/** Differences with their sign, and what they stand on. */
export function useChangeWords(unit: Unit | null) {
  const t = useTranslations('alerts.changes');
  const common = useTranslations('common');
  const format = useFormat();
  const quantity = useQuantity();
  return useMemo(() => {
    const signed = (value: Maybe): string => {
      if (value === null) return '–';
      const sign = value > 0 ? '+' : '−';
      return `${value === 0 ? '' : sign}${quantity.size(unit, Math.abs(value))}`;
    };
    const interval = ({ low, high }: Estimate): string =>
      low === null || high === null ? '' : t('interval', { low: signed(low), high: signed(high) });
    const n = (estimate: Estimate): string => common('sampleSize', { n: format.count(estimate.n) });
    const show = (value: Maybe): string => quantity.show(unit, value);
    return { signed, interval, n, show };
  }, [t, common, format, quantity, unit]);
}
