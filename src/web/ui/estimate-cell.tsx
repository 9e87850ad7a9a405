import { useTranslations } from 'use-intl';
import type { Estimate } from '../../contract/common.ts';
import { useFormat } from '../use-format.ts';
import { useSmallPrint } from './estimate.ts';

interface Props {
  readonly estimate: Estimate;
  readonly show: (value: number | null) => string;
}

/** A number with what it stands on in small print under it. */
export function EstimateCell({ estimate, show }: Props) {
  const t = useTranslations('common');
  const format = useFormat();
  const print = useSmallPrint();
  const { low, high } = estimate;
  const n = t('sampleSize', { n: format.count(estimate.n) });
  return (
    <span className="block" title={print(estimate, show)}>
      <span className="font-medium">{show(estimate.value)}</span>
      <span className="block text-2xs text-muted">
        {low !== null && high !== null && `${show(low)} – ${show(high)} · `}
        {n}
      </span>
    </span>
  );
}
