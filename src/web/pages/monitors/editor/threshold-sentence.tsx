import { useTranslations } from 'use-intl';
import { CheckField } from '../../../ui/field.tsx';
import { InlineSelect } from '../../../ui/inline-fields.tsx';
import { METRICS } from '../metric-facts.ts';
import { useQuantity } from '../use-quantity.ts';
import { AmountField } from './amount-field.tsx';
import { HOLDS, MinutesChoice, WINDOWS } from './minutes-choice.tsx';
import { SamplesField } from './sentence-fields.tsx';
import type { SentenceProps } from './sentence-props.ts';

function ResolveField({ metric, condition, onChange }: SentenceProps<'threshold'>) {
  const t = useTranslations('monitors.parts');
  const quantity = useQuantity();
  const { unit } = METRICS[metric];
  const { resolve, ...rest } = condition;
  return (
    <AmountField
      label={t('resolve')}
      unit={unit}
      value={resolve ?? Number.NaN}
      placeholder={quantity.show(unit, condition.fire)}
      onChange={(next) => onChange(Number.isNaN(next) ? rest : { ...condition, resolve: next })}
    />
  );
}

/** A limit, with the distance to where it resolves. */
export function ThresholdSentence(props: SentenceProps<'threshold'>) {
  const { metric, condition, onChange } = props;
  const t = useTranslations('monitors');
  const { unit, isTraffic, family } = METRICS[metric];
  const { resolve: _resolve, ...rest } = condition;
  return (
    <>
      <p className="leading-9">
        {t.rich('sentence.threshold', {
          window: () => (
            <MinutesChoice
              label={t('parts.window')}
              value={condition.windowMinutes}
              choices={WINDOWS}
              onChange={(windowMinutes) => onChange({ ...condition, windowMinutes })}
            />
          ),
          comparison: () => (
            <InlineSelect
              label={t('parts.comparison')}
              value={condition.comparison}
              options={[
                { value: 'above', label: t('parts.above') },
                { value: 'below', label: t('parts.below') },
              ]}
              // Where it resolves was on the other side: it no longer fits.
              onChange={(comparison) => onChange({ ...rest, comparison })}
            />
          ),
          fire: () => (
            <AmountField
              label={t('parts.fire')}
              unit={unit}
              value={condition.fire}
              onChange={(fire) => onChange({ ...condition, fire })}
            />
          ),
          for: () => (
            <MinutesChoice
              label={t('parts.for')}
              value={condition.forMinutes}
              choices={HOLDS}
              onChange={(forMinutes) => onChange({ ...condition, forMinutes })}
            />
          ),
          n: () => (
            <SamplesField
              value={condition.minSamples}
              onChange={(minSamples) => onChange({ ...condition, minSamples })}
            />
          ),
          resolve: () => <ResolveField {...props} />,
        })}
      </p>
      {isTraffic && family !== 'sum' && (
        <CheckField
          label={t('editor.certain')}
          checked={condition.certain}
          onChange={(certain) => onChange({ ...condition, certain })}
        />
      )}
    </>
  );
}
