import { Link } from '@tanstack/react-router';
import { Library } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useAddInteractions, useCreateDataset, useDatasets } from '../../data/datasets.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';

const NEW = '';

function AddForm({ id }: { id: string }) {
  const t = useTranslations('datasets.add');
  const datasets = useDatasets();
  const create = useCreateDataset();
  const add = useAddInteractions();
  const [chosen, setChosen] = useState<string>(NEW);
  const [name, setName] = useState('');
  const [isAnswer, setIsAnswer] = useState(false);
  const known = datasets.data?.items ?? [];
  const dataset = chosen === NEW ? create.data?.id : chosen;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const into = dataset ?? (await create.mutateAsync({ name, description: '' })).id;
    add.mutate({ dataset: into, interactionIds: [id], reference: isAnswer ? 'answer' : 'none' });
  };
  if (add.data !== undefined && dataset !== undefined) {
    return (
      <p role="status" className="text-[0.8125rem]">
        {add.data.added === 0 ? t('there') : t('done')}{' '}
        <Link to="/datasets/$id" params={{ id: dataset }} className="text-accent hover:underline">
          {t('open')}
        </Link>
      </p>
    );
  }
  return (
    <form
      onSubmit={(event) => void submit(event).catch(() => undefined)}
      className="flex flex-col gap-3 text-[0.8125rem]"
    >
      <SelectField
        label={t('dataset')}
        value={chosen}
        onChange={setChosen}
        options={[
          { value: NEW, label: t('new') },
          ...known.map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      {chosen === NEW && (
        <TextField label={t('name')} value={name} onChange={setName} required maxLength={128} />
      )}
      <CheckField
        label={t('answer')}
        hint={t('answerHint')}
        checked={isAnswer}
        onChange={setIsAnswer}
      />
      {create.error !== null && <ErrorPanel error={create.error} />}
      {add.error !== null && <ErrorPanel error={add.error} />}
      <Button type="submit" look="primary" disabled={add.isPending || create.isPending}>
        {t('add')}
      </Button>
    </form>
  );
}

/** Keeps a call as a question of a dataset. */
export function AddToDataset({ id }: { id: string }) {
  const t = useTranslations('datasets.add');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <Library aria-hidden="true" className="size-3.5" />
        {t('title')}
      </Button>
      <Dialog open={isOpen} onClose={() => setIsOpen(false)} title={t('title')}>
        <AddForm id={id} />
      </Dialog>
    </>
  );
}
