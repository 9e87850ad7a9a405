import { Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/button.tsx';
import { CheckField, NumberField, TextField } from '../../ui/field.tsx';
import { type ArmDraft, readParameters } from './draft.ts';

interface OneProps {
  readonly arm: ArmDraft;
  readonly isControl: boolean;
  readonly isRemovable: boolean;
  readonly set: (part: Partial<ArmDraft>) => void;
  readonly onControl: () => void;
  readonly onRemove: () => void;
}

function ShadowFields({ arm, set }: Pick<OneProps, 'arm' | 'set'>) {
  const t = useTranslations('experiments.form');
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <NumberField
        label={t('shadowBudget')}
        hint={t('shadowBudgetHint')}
        value={arm.budgetUsd}
        onChange={(budgetUsd) => set({ budgetUsd })}
        min={0.000001}
        step="any"
        required
      />
      <NumberField
        label={t('shadowSample')}
        value={arm.samplePercent}
        onChange={(samplePercent) => set({ samplePercent })}
        min={0.01}
        max={100}
        step="any"
        required
      />
    </div>
  );
}

function WhatChanges({ arm, set }: Pick<OneProps, 'arm' | 'set'>) {
  const t = useTranslations('experiments.form');
  const isWrong = readParameters(arm.parameters) === null;
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('model')}
          hint={t('modelHint')}
          value={arm.model}
          onChange={(model) => set({ model })}
          maxLength={256}
        />
        <TextField
          label={t('prompt')}
          hint={t('promptHint')}
          value={arm.prompt}
          onChange={(prompt) => set({ prompt })}
          placeholder="support@3"
        />
      </div>
      <TextField
        label={t('parameters')}
        hint={
          isWrong ? <span className="text-bad">{t('parametersWrong')}</span> : t('parametersHint')
        }
        value={arm.parameters}
        onChange={(parameters) => set({ parameters })}
        placeholder='{"temperature": 0.2}'
      />
    </>
  );
}

/** One arm: its share, what it changes, and whether it is control or a shadow. */
export function ArmFieldset(props: OneProps) {
  const { arm, isControl, isRemovable, set, onControl, onRemove } = props;
  const t = useTranslations('experiments.form');
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-xs font-medium">{t('arm', { name: arm.name })}</legend>
      <div className="grid grid-cols-[1fr_6rem_auto] items-end gap-3">
        <TextField
          label={t('armName')}
          value={arm.name}
          onChange={(name) => set({ name })}
          required
          maxLength={64}
        />
        <NumberField
          label={t('weight')}
          value={arm.weight}
          onChange={(weight) => set({ weight })}
          min={0}
          step="any"
          required
        />
        <IconButton
          label={t('removeArm', { name: arm.name })}
          disabled={!isRemovable}
          onClick={onRemove}
        >
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      </div>
      <WhatChanges arm={arm} set={set} />
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <label className="flex items-center gap-2">
          <input
            type="radio"
            name="control"
            className="accent-accent-fill"
            checked={isControl}
            disabled={arm.shadow}
            onChange={onControl}
          />
          {t('isControl')}
        </label>
        <CheckField
          label={t('shadow')}
          checked={arm.shadow}
          disabled={isControl}
          onChange={(shadow) => set({ shadow })}
        />
      </div>
      {arm.shadow && <ShadowFields arm={arm} set={set} />}
    </fieldset>
  );
}
