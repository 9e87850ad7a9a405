import { useTranslations } from 'use-intl';
import { InlineNumber, InlineSelect } from '../../../ui/inline-fields.tsx';
import { METRICS } from '../metric-facts.ts';
import { AmountField } from './amount-field.tsx';
import { MinutesChoice } from './minutes-choice.tsx';
import type { SentenceProps } from './sentence-props.ts';

const METHODS = ['cusum', 'e_process'] as const;
const DIRECTIONS = ['fall', 'rise'] as const;
const DAY = 1_440;
const RUN_LENGTHS = [7, 14, 30, 90, 365].map((days) => days * DAY);
const BASELINES = [3, 7, 14, 28].map((days) => days * DAY);

/** Sequential detection with a stated rate of false alarms. */
export function DriftSentence({ metric, condition, onChange }: SentenceProps<'drift'>) {
  const t = useTranslations('monitors');
  const { unit } = METRICS[metric];
  return (
    <p className="leading-9">
      {t.rich('sentence.drift', {
        method: () => (
          <InlineSelect
            label={t('parts.method')}
            value={condition.method}
            options={METHODS.map((value) => ({ value, label: t(`methods.${value}`) }))}
            onChange={(method) => onChange({ ...condition, method })}
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
        by: () => (
          <AmountField
            label={t('parts.by')}
            unit={unit}
            value={condition.by}
            onChange={(by) => onChange({ ...condition, by })}
            {...(unit === 'share' ? { suffix: t('parts.points') } : {})}
          />
        ),
        days: () => (
          <MinutesChoice
            label={t('parts.days')}
            value={condition.falseAlarmDays * DAY}
            choices={RUN_LENGTHS}
            onChange={(minutes) => onChange({ ...condition, falseAlarmDays: minutes / DAY })}
          />
        ),
        baseline: () => (
          <MinutesChoice
            label={t('parts.baseline')}
            value={condition.baselineDays * DAY}
            choices={BASELINES}
            onChange={(minutes) => onChange({ ...condition, baselineDays: minutes / DAY })}
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
  );
}
