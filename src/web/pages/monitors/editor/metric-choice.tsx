import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { isMetricKind, type MetricKind } from '../metric-facts.ts';

const GROUPS: readonly {
  readonly name: 'quality' | 'traffic' | 'retrieval' | 'program';
  readonly kinds: readonly MetricKind[];
}[] = [
  {
    name: 'quality',
    kinds: ['score_rate', 'score_mean', 'flag_rate', 'feedback_rate', 'judge_anchor'],
  },
  { name: 'traffic', kinds: ['error_rate', 'latency', 'volume', 'cost', 'tokens', 'budget'] },
  { name: 'retrieval', kinds: ['rag_hit_rate', 'cache_hit_rate'] },
  { name: 'program', kinds: ['evaluation_lag', 'ledger_drops', 'spool_age', 'channel_failures'] },
];

interface Props {
  readonly value: MetricKind;
  readonly onChange: (kind: MetricKind) => void;
}

/** What is measured, by what it is about. */
export function MetricChoice({ value, onChange }: Props) {
  const t = useTranslations('monitors');
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id}>{t('editor.metric')}</label>
      <select
        id={id}
        className="field"
        value={value}
        onChange={(event) => isMetricKind(event.target.value) && onChange(event.target.value)}
      >
        {GROUPS.map(({ name, kinds }) => (
          <optgroup key={name} label={t(`editor.groups.${name}`)}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {t(`metrics.${kind}`)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
