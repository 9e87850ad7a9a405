import { useTranslations } from 'use-intl';
import { InlineSelect } from '../../../ui/inline-fields.tsx';
import { MinutesChoice } from './minutes-choice.tsx';
import { DifferenceField, DirectionField, SamplesField } from './sentence-fields.tsx';
import type { SentenceProps } from './sentence-props.ts';

const METHODS = ['cusum', 'e_process'] as const;
const DIRECTIONS = ['fall', 'rise'] as const;
const DAY = 1_440;
const RUN_LENGTHS = [7, 14, 30, 90, 365].map((days) => days * DAY);
const BASELINES = [3, 7, 14, 28].map((days) => days * DAY);

/** Sequential detection with a stated rate of false alarms. */
export function DriftSentence({ metric, condition, onChange }: SentenceProps<'drift'>) {
  const t = useTranslations('monitors');
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
          <DirectionField
            directions={DIRECTIONS}
            value={condition.direction}
            onChange={(direction) => onChange({ ...condition, direction })}
          />
        ),
        by: () => (
          <DifferenceField
            metric={metric}
            value={condition.by}
            onChange={(by) => onChange({ ...condition, by })}
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
          <SamplesField
            value={condition.minSamples}
            onChange={(minSamples) => onChange({ ...condition, minSamples })}
          />
        ),
      })}
    </p>
  );
}
