import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Rule } from '../../../../contract/rules.ts';
import { useSaveRule } from '../../../data/rules.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField, CheckField, NumberField, SelectField, TextField } from '../../../ui/field.tsx';
import { ConditionField } from './condition-field.tsx';
import { bodyOf, draftOfRule, emptyDraft, type RuleDraft } from './rule-draft.ts';
import { TestBench } from './test-bench.tsx';

interface Props {
  readonly open: boolean;
  /** Null makes a new one. */
  readonly rule: Rule | null;
  readonly onClose: () => void;
}

/** Writes a rule, and tries it on real interactions before it is saved. */
export function RuleDialog({ open, rule, onClose }: Props) {
  const t = useTranslations('rules');
  return (
    <Dialog open={open} onClose={onClose} title={rule === null ? t('create') : t('change')} wide>
      <RuleForm rule={rule} onDone={onClose} />
    </Dialog>
  );
}

export interface PartProps {
  readonly draft: RuleDraft;
  readonly set: (part: Partial<RuleDraft>) => void;
}

const VERDICTS = ['fail', 'pass'] as const;
const SEVERITIES = ['low', 'medium', 'high'] as const;

function Meaning({ draft, set }: PartProps) {
  const t = useTranslations('rules.form');
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('verdict')}
          value={draft.verdict}
          onChange={(verdict) => set({ verdict })}
          options={VERDICTS.map((value) => ({ value, label: t(`verdicts.${value}`) }))}
        />
        <SelectField
          label={t('severity')}
          value={draft.severity}
          onChange={(severity) => set({ severity })}
          options={SEVERITIES.map((value) => ({ value, label: t(`severities.${value}`) }))}
        />
      </div>
      <CheckField label={t('flag')} checked={draft.flag} onChange={(flag) => set({ flag })} />
    </>
  );
}

function MoreFields({ draft, set }: PartProps) {
  const t = useTranslations('rules.form');
  return (
    <Advanced>
      <div className="grid gap-3 sm:grid-cols-3">
        <NumberField
          label={t('value')}
          hint={t('valueHint')}
          value={draft.value}
          onChange={(value) => set({ value })}
          min={0}
          max={0.999}
          step="any"
        />
        <NumberField
          label={t('weight')}
          hint={t('weightHint')}
          value={draft.weight}
          onChange={(weight) => set({ weight })}
          min={0.001}
          max={1000}
          step="any"
        />
        <NumberField
          label={t('priority')}
          hint={t('priorityHint')}
          value={draft.priority}
          onChange={(priority) => set({ priority })}
          min={-1000}
          max={1000}
          step={1}
        />
      </div>
      <CheckField label={t('stop')} checked={draft.stop} onChange={(stop) => set({ stop })} />
      <TextField
        label={t('scoreName')}
        hint={t('scoreNameHint')}
        value={draft.scoreName}
        onChange={(scoreName) => set({ scoreName })}
        maxLength={64}
      />
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          label={t('models')}
          hint={t('scopeHint')}
          value={draft.models}
          onChange={(models) => set({ models })}
        />
        <TextField
          label={t('prompts')}
          value={draft.prompts}
          onChange={(prompts) => set({ prompts })}
        />
        <TextField label={t('tags')} value={draft.tags} onChange={(tags) => set({ tags })} />
      </div>
      <NumberField
        label={t('sample')}
        value={draft.samplePercent}
        onChange={(samplePercent) => set({ samplePercent })}
        min={0.01}
        max={100}
        step="any"
      />
    </Advanced>
  );
}

function RuleForm({ rule, onDone }: { rule: Rule | null; onDone: () => void }) {
  const t = useTranslations('rules.form');
  const [draft, setDraft] = useState(() => (rule === null ? emptyDraft() : draftOfRule(rule)));
  const save = useSaveRule();
  const set = (part: Partial<RuleDraft>): void => setDraft({ ...draft, ...part });
  const body = bodyOf(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (body !== null) save.mutate({ id: rule?.id ?? null, body }, { onSuccess: onDone });
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal"
    >
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={draft.name}
        onChange={(name) => set({ name })}
        required
        maxLength={55}
      />
      <AreaField
        label={t('description')}
        hint={t('descriptionHint')}
        value={draft.description}
        onChange={(description) => set({ description })}
        rows={2}
      />
      <ConditionField draft={draft} set={set} />
      <Meaning draft={draft} set={set} />
      <MoreFields draft={draft} set={set} />
      <TestBench draft={draft} />
      {save.error !== null && <ErrorPanel error={save.error} />}
      <Button type="submit" look="primary" disabled={save.isPending || body === null}>
        {t('save')}
      </Button>
    </form>
  );
}
