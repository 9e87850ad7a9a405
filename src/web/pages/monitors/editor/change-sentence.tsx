import { useTranslations } from 'use-intl';
import { CheckField } from '../../../ui/field.tsx';
import { InlineSelect } from '../../../ui/inline-fields.tsx';
import { AmountField } from './amount-field.tsx';
import { MinutesChoice, WINDOWS } from './minutes-choice.tsx';
import { DifferenceField, DirectionField, SamplesField } from './sentence-fields.tsx';
import type { SentenceProps } from './sentence-props.ts';

const DIRECTIONS = ['fall', 'rise', 'either'] as const;
const REFERENCES = ['previous', 'day_before', 'week_before'] as const;

function ByField({ metric, condition, onChange }: SentenceProps<'change'>) {
  const t = useTranslations('monitors');
  const set = (by: number): void => onChange({ ...condition, by });
  if (condition.relative)
    return <AmountField label={t('parts.by')} unit="share" value={condition.by} onChange={set} />;
  return <DifferenceField metric={metric} value={condition.by} onChange={set} />;
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
            <DirectionField
              directions={DIRECTIONS}
              value={condition.direction}
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
            <SamplesField
              value={condition.minSamples}
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
