import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../ui/button.tsx';
import { NumberField, SelectField } from '../../ui/field.tsx';
import type { ExperimentDraft, GuardDraft } from './draft.ts';
import { MetricField } from './metric-field.tsx';

interface OneProps {
  readonly guard: GuardDraft;
  readonly set: (part: Partial<GuardDraft>) => void;
  readonly onRemove: () => void;
}

function GuardRow({ guard, set, onRemove }: OneProps) {
  const t = useTranslations('experiments.form');
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line p-3">
      <MetricField
        label={t('guardMetric')}
        value={guard.metric}
        onChange={(metric) => set({ metric })}
      />
      <div className="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
        <NumberField
          label={t('worseBy')}
          hint={guard.unit === 'percent' ? t('worseByPercentHint') : t('worseByHint')}
          value={guard.worseBy}
          onChange={(worseBy) => set({ worseBy })}
          min={0}
          step="any"
          required
        />
        <SelectField
          label={t('guardUnit')}
          value={guard.unit}
          onChange={(unit) => set({ unit })}
          options={[
            { value: 'absolute', label: t('guardUnits.absolute') },
            { value: 'percent', label: t('guardUnits.percent') },
          ]}
        />
        <IconButton label={t('removeGuard')} className="mt-6" onClick={onRemove}>
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      </div>
    </div>
  );
}

interface Props {
  readonly draft: ExperimentDraft;
  readonly set: (part: Partial<ExperimentDraft>) => void;
}

/** What must not become worse, whatever the primary metric does. */
export function GuardFields({ draft: { guards }, set }: Props) {
  const t = useTranslations('experiments.form');
  const nextKey = Math.max(0, ...guards.map(({ key }) => key)) + 1;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-2xs text-muted">{t('guardsHint')}</p>
      {guards.map((guard) => (
        <GuardRow
          key={guard.key}
          guard={guard}
          set={(part) =>
            set({
              guards: guards.map((one) => (one.key === guard.key ? { ...one, ...part } : one)),
            })
          }
          onRemove={() => set({ guards: guards.filter(({ key }) => key !== guard.key) })}
        />
      ))}
      <Button
        className="self-start"
        onClick={() =>
          set({
            guards: [...guards, { key: nextKey, metric: 'latency', worseBy: 20, unit: 'percent' }],
          })
        }
      >
        <Plus aria-hidden="true" className="size-3.5" />
        {t('addGuard')}
      </Button>
    </div>
  );
}
