import { useTranslations } from 'use-intl';
import { CheckField } from '../../../ui/field.tsx';
import { InlineNumber, InlineSelect } from '../../../ui/inline-fields.tsx';
import { METRICS } from '../metric-facts.ts';
import { AmountField } from './amount-field.tsx';
import { MinutesChoice, WINDOWS } from './minutes-choice.tsx';
import type { SentenceProps } from './sentence-props.ts';

const DIRECTIONS = ['fall', 'rise', 'either'] as const;
const REFERENCES = ['previous', 'day_before', 'week_before'] as const;

function ByField({ metric, condition, onChange }: SentenceProps<'change'>) {
  const t = useTranslations('monitors');
  const { unit } = METRICS[metric];
  const label = t('parts.by');
  const set = (by: number): void => onChange({ ...condition, by });
  if (condition.relative)
    return <AmountField label={label} unit="share" value={condition.by} onChange={set} />;
  const points = unit === 'share' ? { suffix: t('parts.points') } : {};
  return <AmountField label={label} unit={unit} value={condition.by} onChange={set} {...points} />;
}

/** A difference to a stretch of time before. */
export function ChangeSentence(props: SentenceProps<'change'>) {
  const { condition, onChange } = props;
  const t = useTranslations('monitors');
  return (
    <>
      <p className="leading-9">
        {t.rich('sentence.change', {
          window: () => (
            <MinutesChoice
              label={t('parts.window')}
              value={condition.windowMinutes}
              choices={WINDOWS}
              onChange={(windowMinutes) => onChange({ ...condition, windowMinutes })}
            />
          ),
          direction: () => (
            <InlineSelect
              label={t('parts.direction')}
              value={condition.direction}
              options={DIRECTIONS.map((value) => ({ value, label: t(`directions.${value}`) }))}
              onChange={(direction) => onChange({ ...condition, direction })}
            />
          ),
          by: () => <ByField {...props} />,
          reference: () => (
            <InlineSelect
              label={t('parts.reference')}
              value={condition.reference}
              options={REFERENCES.map((value) => ({ value, label: t(`references.${value}`) }))}
              onChange={(reference) => onChange({ ...condition, reference })}
            />
          ),
          n: () => (
            <InlineNumber
              label={t('parts.n')}
              value={condition.minSamples}
              min={1}
              onChange={(minSamples) => onChange({ ...condition, minSamples })}
            />
          ),
        })}
      </p>
      <CheckField
        label={t('editor.relative')}
        checked={condition.relative}
        onChange={(relative) => onChange({ ...condition, relative })}
      />
    </>
  );
}
