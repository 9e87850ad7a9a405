import { useTranslations } from 'use-intl';
import type { MonitorMetric } from '../../../../contract/monitors.ts';
import { useScores } from '../../../data/analytics.ts';
import { NumberField, SelectField, TextField } from '../../../ui/field.tsx';
import { SuggestField } from '../../../ui/suggest-field.tsx';

type MetricOf<Kind extends MonitorMetric['kind']> = Extract<MonitorMetric, { kind: Kind }>;

interface Props<Metric> {
  readonly metric: Metric;
  readonly onChange: (metric: MonitorMetric) => void;
}

function useScoreNames(): readonly string[] {
  const scores = useScores();
  return [...new Set(scores.data?.scores.map(({ name }) => name))];
}

/** The metric without the optional part, or with the text as it. */
function withText<Key extends string>(key: Key, text: string): Partial<Record<Key, string>> {
  return text === '' ? {} : ({ [key]: text } as Record<Key, string>);
}

function ScoreFields({ metric, onChange }: Props<MetricOf<'score_mean' | 'score_rate'>>) {
  const t = useTranslations('monitors.editor');
  const names = useScoreNames();
  const { evaluator, ...rest } = metric;
  return (
    <>
      <SuggestField
        label={t('score')}
        value={metric.score}
        suggestions={names}
        required
        onChange={(score) => onChange({ ...metric, score })}
      />
      <TextField
        label={t('evaluator')}
        value={evaluator ?? ''}
        placeholder={t('anyEvaluator')}
        maxLength={128}
        onChange={(text) => onChange({ ...rest, ...withText('evaluator', text) })}
      />
      {metric.kind === 'score_rate' && (
        <NumberField
          label={t('passAt')}
          hint={t('passAtHint')}
          value={Number.isNaN(metric.passAt) ? null : metric.passAt}
          min={0}
          max={1}
          step="any"
          required
          onChange={(passAt) => onChange({ ...metric, passAt: passAt ?? Number.NaN })}
        />
      )}
    </>
  );
}

function FlagFields({ metric, onChange }: Props<MetricOf<'flag_rate'>>) {
  const t = useTranslations('monitors.editor');
  const names = useScoreNames();
  return (
    <SuggestField
      label={t('score')}
      value={metric.score ?? ''}
      suggestions={names}
      placeholder={t('anyScore')}
      onChange={(text) => onChange({ kind: 'flag_rate', ...withText('score', text) })}
    />
  );
}

const PERCENTILES = ['50', '90', '95', '99'] as const;
const PERCENTILE_OF = { '50': 50, '90': 90, '95': 95, '99': 99 } as const;

function LatencyFields({ metric, onChange }: Props<MetricOf<'latency'>>) {
  const t = useTranslations('monitors.editor');
  const percentile = PERCENTILES.find((one) => PERCENTILE_OF[one] === metric.percentile) ?? '95';
  return (
    <>
      <SelectField
        label={t('percentile')}
        value={percentile}
        options={PERCENTILES.map((value) => ({ value, label: `p${value}` }))}
        onChange={(chosen) => onChange({ ...metric, percentile: PERCENTILE_OF[chosen] })}
      />
      <SelectField
        label={t('latencyOf')}
        value={metric.of}
        options={[
          { value: 'total', label: t('latencyTotal') },
          { value: 'first_token', label: t('latencyFirst') },
        ]}
        onChange={(of) => onChange({ ...metric, of })}
      />
    </>
  );
}

const TOKEN_TYPES = ['total', 'input', 'output'] as const;
const CACHES = ['answers', 'embeddings'] as const;

/** What the metric needs to know besides its kind; nothing for most. */
export function MetricFields({ metric, onChange }: Props<MonitorMetric>) {
  const t = useTranslations('monitors');
  switch (metric.kind) {
    case 'score_mean':
    case 'score_rate':
      return <ScoreFields metric={metric} onChange={onChange} />;
    case 'flag_rate':
      return <FlagFields metric={metric} onChange={onChange} />;
    case 'latency':
      return <LatencyFields metric={metric} onChange={onChange} />;
    case 'tokens':
      return (
        <SelectField
          label={t('editor.tokens')}
          value={metric.type}
          options={TOKEN_TYPES.map((value) => ({ value, label: t(`tokenTypes.${value}`) }))}
          onChange={(type) => onChange({ ...metric, type })}
        />
      );
    case 'cache_hit_rate':
      return (
        <SelectField
          label={t('editor.cache')}
          value={metric.cache}
          options={CACHES.map((value) => ({ value, label: t(`caches.${value}`) }))}
          onChange={(cache) => onChange({ ...metric, cache })}
        />
      );
    case 'rag_hit_rate':
      return (
        <NumberField
          label={t('editor.minScore')}
          hint={t('editor.minScoreHint')}
          value={metric.minScore ?? null}
          step="any"
          onChange={(minScore) =>
            onChange(minScore === null ? { kind: metric.kind } : { ...metric, minScore })
          }
        />
      );
    case 'budget':
      return (
        <TextField
          label={t('editor.budget')}
          hint={t('editor.budgetHint')}
          value={metric.budgetId ?? ''}
          onChange={(text) => onChange({ kind: 'budget', ...withText('budgetId', text.trim()) })}
        />
      );
    case 'judge_anchor':
      return (
        <TextField
          label={t('editor.rubric')}
          value={metric.rubric}
          required
          onChange={(rubric) => onChange({ ...metric, rubric })}
        />
      );
    default:
      return null;
  }
}
