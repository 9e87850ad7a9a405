import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import type { Estimate } from '../../contract/common.ts';
import { useFormat } from '../use-format.ts';

type Show = (value: number | null) => string;

/** The small print of an estimate: “n = 120 · 95 %: 0.71 to 0.79”, only n when there is no interval, or “not enough data (n of m)”. */
export function useSmallPrint() {
  const t = useTranslations('common');
  const format = useFormat();
  return useCallback(
    (estimate: Estimate & { readonly needed?: number }, show: Show): string => {
      const n = t('sampleSize', { n: format.count(estimate.n) });
      const { needed = 0 } = estimate;
      if (estimate.n < needed)
        return t('notEnough', { n: format.count(estimate.n), needed: format.count(needed) });
      if (estimate.low === null || estimate.high === null) return n;
      return `${n} · ${t('interval', { low: show(estimate.low), high: show(estimate.high) })}`;
    },
    [t, format],
  );
}
