import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCreateDataset } from '../../data/datasets.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';

function CreateForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('datasets');
  const navigate = useNavigate();
  const create = useCreateDataset();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const onSuccess = ({ id }: { id: string }): void => {
      onClose();
      void navigate({ to: '/datasets/$id', params: { id } });
    };
    create.mutate({ name, description }, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 text-[0.8125rem]">
      <TextField label={t('form.name')} value={name} onChange={setName} required maxLength={128} />
      <TextField
        label={t('form.description')}
        value={description}
        onChange={setDescription}
        maxLength={2000}
      />
      <p className="text-2xs text-muted">{t('form.createHint')}</p>
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending}>
        {t('form.create')}
      </Button>
    </form>
  );
}

/** Makes an empty dataset and opens it. */
export function CreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('datasets');
  return (
    <Dialog open={open} onClose={onClose} title={t('create')}>
      <CreateForm onClose={onClose} />
    </Dialog>
  );
}
