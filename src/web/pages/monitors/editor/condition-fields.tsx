import { useTranslations } from 'use-intl';
import type { MonitorCondition } from '../../../../contract/monitors.ts';
import { InlineNumber, InlineSelect } from '../../../ui/inline-fields.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { conditionOf } from '../draft.ts';
import { conditionsFor, type MetricKind } from '../metric-facts.ts';
import { ChangeSentence } from './change-sentence.tsx';
import { DriftSentence } from './drift-sentence.tsx';
import { MinutesChoice, WINDOWS } from './minutes-choice.tsx';
import type { SentenceProps } from './sentence-props.ts';
import { ThresholdSentence } from './threshold-sentence.tsx';

const LEVELS = ['warning', 'critical', 'exceeded'] as const;

function AbsenceSentence({ condition, onChange }: SentenceProps<'absence'>) {
  const t = useTranslations('monitors');
  return t.rich('sentence.absence', {
    for: () => (
      <MinutesChoice
        label={t('parts.for')}
        value={condition.forMinutes}
        choices={WINDOWS}
        onChange={(forMinutes) => onChange({ ...condition, forMinutes })}
      />
    ),
  });
}

function BurnSentence({ condition, onChange }: SentenceProps<'burn_rate'>) {
  const t = useTranslations('monitors');
  return t.rich('sentence.burn_rate', {
    objective: () => (
      <InlineNumber
        label={t('parts.objective')}
        value={condition.objective}
        times={100}
        suffix="%"
        min={0}
        max={100}
        onChange={(objective) => onChange({ ...condition, objective })}
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
  });
}

function LevelSentence({ condition, onChange }: SentenceProps<'budget_level'>) {
  const t = useTranslations('monitors');
  return t.rich('sentence.budget_level', {
    level: () => (
      <InlineSelect
        label={t('parts.level')}
        value={condition.level}
        options={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
        onChange={(level) => onChange({ ...condition, level })}
      />
    ),
  });
}

interface Props {
  readonly metric: MetricKind;
  readonly condition: MonitorCondition;
  readonly onChange: (condition: MonitorCondition) => void;
}

function Sentence({ metric, condition, onChange }: Props) {
  switch (condition.kind) {
    case 'threshold':
      return <ThresholdSentence {...{ metric, condition, onChange }} />;
    case 'change':
      return <ChangeSentence {...{ metric, condition, onChange }} />;
    case 'drift':
      return <DriftSentence {...{ metric, condition, onChange }} />;
    case 'absence':
      return (
        <p className="leading-9">
          <AbsenceSentence {...{ metric, condition, onChange }} />
        </p>
      );
    case 'burn_rate':
      return (
        <p className="leading-9">
          <BurnSentence {...{ metric, condition, onChange }} />
        </p>
      );
    case 'budget_level':
      return (
        <p className="leading-9">
          <LevelSentence {...{ metric, condition, onChange }} />
        </p>
      );
  }
}

/** When it fires: the kind of condition, a sentence with its numbers, and what the method takes for granted. */
export function ConditionFields({ metric, condition, onChange }: Props) {
  const t = useTranslations('monitors');
  return (
    <div className="flex flex-col items-start gap-2">
      <Segmented
        label={t('editor.condition')}
        value={condition.kind}
        options={conditionsFor(metric).map((value) => ({ value, label: t(`conditions.${value}`) }))}
        onChoose={(kind) => kind !== condition.kind && onChange(conditionOf(kind, metric))}
      />
      <Sentence metric={metric} condition={condition} onChange={onChange} />
      <p className="text-2xs text-muted">{t(`help.${condition.kind}`)}</p>
    </div>
  );
}
