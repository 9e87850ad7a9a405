import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Experiment } from '../../../../contract/experiments.ts';
import { useDecide } from '../../../data/experiments.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { AreaField, CheckField, SelectField } from '../../../ui/field.tsx';

/** Ends an experiment with a choice, and says why. */
export function DecideDialog(props: { experiment: Experiment; onClose: () => void }) {
  const { experiment, onClose } = props;
  const t = useTranslations('experiments.steps');
  const common = useTranslations('common');
  const [arm, setArm] = useState(experiment.control);
  const [serve, setServe] = useState(false);
  const [note, setNote] = useState('');
  const decide = useDecide(experiment.id);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    decide.mutate({ arm, serve, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={t('decide')}>
      <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
        <p>{t('decideText')}</p>
        <SelectField
          label={t('decideArm')}
          value={arm}
          onChange={setArm}
          options={experiment.arms.map(({ name }) => ({ value: name, label: name }))}
        />
        <CheckField label={t('serve')} hint={t('serveHint')} checked={serve} onChange={setServe} />
        <AreaField label={t('note')} value={note} onChange={setNote} rows={3} />
        {decide.error !== null && <ErrorPanel error={decide.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" look="primary" disabled={decide.isPending}>
            {t('decide')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
