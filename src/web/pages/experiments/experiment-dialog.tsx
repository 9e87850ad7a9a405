import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSaveExperiment } from '../../data/experiments.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AreaField, SelectField, TextField } from '../../ui/field.tsx';
import { ArmFields } from './arm-fields.tsx';
import { bodyOf, type ExperimentDraft, readParameters } from './draft.ts';
import { GuardFields } from './guard-fields.tsx';
import { MetricField } from './metric-field.tsx';
import { RuleFields } from './rule-fields.tsx';

interface FormProps {
  /** Null makes a new one. */
  readonly id: string | null;
  readonly given: ExperimentDraft;
  readonly onClose: () => void;
}

/** Writes a new experiment, or a draft anew. */
export function ExperimentDialog({ open, ...rest }: FormProps & { readonly open: boolean }) {
  const t = useTranslations('experiments');
  return (
    <Dialog
      open={open}
      onClose={rest.onClose}
      title={rest.id === null ? t('create') : t('change')}
      wide
    >
      <ExperimentForm {...rest} />
    </Dialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 border-t border-line pt-3">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}

interface PartProps {
  readonly draft: ExperimentDraft;
  readonly set: (part: Partial<ExperimentDraft>) => void;
}

const UNITS = ['user', 'session', 'request'] as const;

function AboutFields({ draft, set }: PartProps) {
  const t = useTranslations('experiments');
  return (
    <>
      <TextField
        label={t('form.name')}
        value={draft.name}
        onChange={(name) => set({ name })}
        required
        maxLength={200}
      />
      <AreaField
        label={t('form.hypothesis')}
        hint={t('form.hypothesisHint')}
        value={draft.hypothesis}
        onChange={(hypothesis) => set({ hypothesis })}
        rows={2}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('form.kind')}
          value={draft.kind}
          onChange={(kind) => set({ kind })}
          options={[
            { value: 'model', label: t('targets.model') },
            { value: 'prompt', label: t('targets.prompt') },
          ]}
        />
        <TextField
          label={t('form.target')}
          hint={t(`form.targetHints.${draft.kind}`)}
          value={draft.target}
          onChange={(target) => set({ target })}
          required
          maxLength={256}
        />
      </div>
      <SelectField
        label={t('form.unit')}
        hint={t('form.unitHint')}
        value={draft.unit}
        onChange={(unit) => set({ unit })}
        options={UNITS.map((value) => ({ value, label: t(`form.units.${value}`) }))}
      />
      <MetricField
        label={t('form.metric')}
        value={draft.metric}
        onChange={(metric) => set({ metric })}
      />
    </>
  );
}

function ExperimentForm({ id, given, onClose }: FormProps) {
  const t = useTranslations('experiments');
  const navigate = useNavigate();
  const [draft, setDraft] = useState(given);
  const save = useSaveExperiment();
  const set = (part: Partial<ExperimentDraft>): void => setDraft({ ...draft, ...part });
  const isWrong = draft.arms.some(({ parameters }) => readParameters(parameters) === null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const onSuccess = (saved: { id: string }): void => {
      onClose();
      void navigate({ to: '/experiments/$id', params: { id: saved.id } });
    };
    save.mutate({ id, body: bodyOf(draft) }, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <AboutFields draft={draft} set={set} />
      <Part title={t('form.arms')}>
        <ArmFields draft={draft} set={set} />
      </Part>
      <Part title={t('form.guards')}>
        <GuardFields draft={draft} set={set} />
      </Part>
      <Part title={t('form.rules')}>
        <RuleFields draft={draft} set={set} />
      </Part>
      {save.error !== null && <ErrorPanel error={save.error} />}
      <p className="text-2xs text-muted">{t('form.saveHint')}</p>
      <Button type="submit" look="primary" disabled={save.isPending || isWrong}>
        {t('form.save')}
      </Button>
    </form>
  );
}
