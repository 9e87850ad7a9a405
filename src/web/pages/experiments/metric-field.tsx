import { useTranslations } from 'use-intl';
import { SelectField, TextField } from '../../ui/field.tsx';
import { kindOfMetric, METRIC_KINDS, scoreNameOf } from './metrics.ts';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (metric: string) => void;
}

/** Chooses what is measured; of scores, which one. */
export function MetricField({ label, value, onChange }: Props) {
  const t = useTranslations('experiments');
  const kind = kindOfMetric(value);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={label}
        value={kind}
        onChange={(chosen) => onChange(chosen === 'score' ? 'score:overall' : chosen)}
        options={METRIC_KINDS.map((option) => ({
          value: option,
          label: option === 'score' ? t('form.score') : t(`metrics.${option}`, { name: '' }),
        }))}
      />
      {kind === 'score' && (
        <TextField
          label={t('form.scoreName')}
          value={scoreNameOf(value)}
          onChange={(name) => onChange(`score:${name.trim()}`)}
          required
          maxLength={128}
          placeholder="overall"
        />
      )}
    </div>
  );
}
