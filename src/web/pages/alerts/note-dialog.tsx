import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type AlertStep, useAlertStep } from '../../data/alerts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AreaField } from '../../ui/field.tsx';

interface Props {
  /** Which alerts; more than one are done one after the other. */
  readonly ids: readonly string[];
  readonly step: Extract<AlertStep, 'acknowledge' | 'note'>;
  readonly onClose: () => void;
}

/** Acknowledges alerts, or only says something about one. */
export function NoteDialog({ ids, step, onClose }: Props) {
  const t = useTranslations('alerts');
  const [note, setNote] = useState('');
  const take = useAlertStep();
  const isNote = step === 'note';
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    for (const id of ids) await take.mutateAsync({ id, step, note: note.trim() });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={isNote ? t('noteDialog.title') : t('ack.title', { n: ids.length })}
    >
      <form
        // What went wrong is shown from the mutation.
        onSubmit={(event) => void submit(event).catch(() => undefined)}
        className="flex flex-col gap-4 text-[0.8125rem]"
      >
        {!isNote && <p className="text-muted">{t('ack.explain')}</p>}
        <AreaField
          label={t('ack.note')}
          value={note}
          rows={3}
          placeholder={t('ack.notePlaceholder')}
          required={isNote}
          onChange={setNote}
        />
        {take.error !== null && <ErrorPanel error={take.error} />}
        <Button type="submit" look="primary" disabled={take.isPending}>
          {isNote ? t('noteDialog.save') : t('steps.acknowledge')}
        </Button>
      </form>
    </Dialog>
  );
}
