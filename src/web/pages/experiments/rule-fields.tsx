import { useTranslations } from 'use-intl';
import { NumberField, SelectField } from '../../ui/field.tsx';
import type { ExperimentDraft } from './draft.ts';
import { PlanLine } from './plan-line.tsx';

interface Props {
  readonly draft: ExperimentDraft;
  readonly set: (part: Partial<ExperimentDraft>) => void;
}

const DIRECTIONS = ['usual', 'higher', 'lower'] as const;
const POLICIES = ['notify', 'stop', 'roll_back'] as const;

/** When something is said, how surely, and what then happens by itself. */
export function RuleFields({ draft, set }: Props) {
  const t = useTranslations('experiments.form');
  const policies = useTranslations('experiments.policies');
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label={t('policy')}
        hint={t('policyHint')}
        value={draft.stopPolicy}
        onChange={(stopPolicy) => set({ stopPolicy })}
        options={POLICIES.map((value) => ({ value, label: policies(value) }))}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('direction')}
          value={draft.direction}
          onChange={(direction) => set({ direction })}
          options={DIRECTIONS.map((value) => ({ value, label: t(`directions.${value}`) }))}
        />
        <NumberField
          label={t('alpha')}
          hint={t('alphaHint')}
          value={draft.alpha}
          onChange={(alpha) => set({ alpha })}
          min={0.0001}
          max={0.2}
          step="any"
          required
        />
        <NumberField
          label={t('minimumUnits')}
          hint={t('minimumUnitsHint')}
          value={draft.minimumUnits}
          onChange={(minimumUnits) => set({ minimumUnits })}
          min={20}
          required
        />
        <NumberField
          label={t('plannedUnits')}
          hint={t('plannedUnitsHint')}
          value={draft.plannedUnits}
          onChange={(plannedUnits) => set({ plannedUnits })}
          min={20}
        />
      </div>
      <PlanLine metric={draft.metric} />
    </div>
  );
}
