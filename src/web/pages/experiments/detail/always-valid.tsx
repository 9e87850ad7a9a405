import { useTranslations } from 'use-intl';
import type { AlwaysValid } from '../../../../contract/experiments.ts';
import { useFormat } from '../../../use-format.ts';

/** A value with its always-valid interval and the units that it stands on in small print. */
export function AlwaysValidCell(props: {
  value: AlwaysValid;
  show: (value: number | null) => string;
}) {
  const t = useTranslations('common');
  const format = useFormat();
  const { value, n, low, high } = props.value;
  return (
    <span className="block">
      <span className="font-medium">{props.show(value)}</span>
      <span className="block text-2xs text-muted">
        {low !== null && high !== null && `${props.show(low)} – ${props.show(high)} · `}
        {t('sampleSize', { n: format.count(n) })}
      </span>
    </span>
  );
}
