import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Experiment } from '../../../../contract/experiments.ts';
import { type ExperimentStep, useExperimentStep } from '../../../data/experiments.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField } from '../../../ui/field.tsx';

interface Props {
  readonly experiment: Experiment;
  readonly step: ExperimentStep;
  readonly onClose: () => void;
}

/** Asks before a step in the life of an experiment, and why it is taken. */
export function StepDialog({ experiment, step, onClose }: Props) {
  const t = useTranslations('experiments.steps');
  const common = useTranslations('common');
  const [note, setNote] = useState('');
  const take = useExperimentStep(experiment.id);
  const name = step === 'stop' && experiment.serving ? 'stopServing' : step;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    take.mutate({ step, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={t(name)}>
      <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
        <p>{t(`${name}Text`)}</p>
        <AreaField label={t('note')} value={note} onChange={setNote} rows={2} />
        {take.error !== null && <ErrorPanel error={take.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            type="submit"
            look={step === 'stop' ? 'danger' : 'primary'}
            disabled={take.isPending}
          >
            {t(name)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
