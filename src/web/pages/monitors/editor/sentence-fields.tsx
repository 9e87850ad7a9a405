import { useTranslations } from 'use-intl';
import { InlineNumber, InlineSelect } from '../../../ui/inline-fields.tsx';
import { METRICS, type MetricKind } from '../metric-facts.ts';
import { AmountField } from './amount-field.tsx';

interface Field<Value> {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

/** From how many samples on a condition says anything. */
export function SamplesField({ value, onChange }: Field<number>) {
  const t = useTranslations('monitors.parts');
  return <InlineNumber label={t('n')} value={value} min={1} onChange={onChange} />;
}

type Way = 'fall' | 'rise' | 'either';

/** Which way of a change counts. */
export function DirectionField<Direction extends Way>({
  directions,
  value,
  onChange,
}: Field<Direction> & { readonly directions: readonly Direction[] }) {
  const t = useTranslations('monitors');
  const nameOf = (way: Way): string => t(`directions.${way}`);
  return (
    <InlineSelect
      label={t('parts.direction')}
      value={value}
      options={directions.map((one) => ({ value: one, label: nameOf(one) }))}
      onChange={onChange}
    />
  );
}

/** How much of a change counts, in the unit of the metric; of shares in points. */
export function DifferenceField({
  metric,
  value,
  onChange,
}: Field<number> & { readonly metric: MetricKind }) {
  const t = useTranslations('monitors.parts');
  const { unit } = METRICS[metric];
  const points = unit === 'share' ? { suffix: t('points') } : {};
  return <AmountField label={t('by')} unit={unit} value={value} onChange={onChange} {...points} />;
}
