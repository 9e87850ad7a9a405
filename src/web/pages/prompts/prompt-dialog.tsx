import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCreatePrompt } from '../../data/prompts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/field.tsx';
import { bodyOf, type ContentDraft, EMPTY_CONTENT, readParameters } from './content.ts';
import { ContentFields } from './content-fields.tsx';

export function PromptDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('prompts');
  return (
    <Dialog open={open} onClose={onClose} title={t('create')} wide>
      <PromptForm />
    </Dialog>
  );
}

function PromptForm() {
  const t = useTranslations('prompts.form');
  const navigate = useNavigate();
  const create = useCreatePrompt();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [draft, setDraft] = useState<ContentDraft>({ ...EMPTY_CONTENT, labels: 'production' });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(
      { name: name.trim(), description: description.trim(), ...bodyOf(draft) },
      {
        onSuccess: (made) => void navigate({ to: '/prompts/$name', params: { name: made.name } }),
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={setName}
        required
        maxLength={128}
        placeholder="support"
      />
      <TextField
        label={t('description')}
        value={description}
        onChange={setDescription}
        maxLength={2000}
      />
      <ContentFields draft={draft} set={(part) => setDraft({ ...draft, ...part })} />
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button
        type="submit"
        look="primary"
        disabled={create.isPending || readParameters(draft.parameters) === null}
      >
        {t('save')}
      </Button>
    </form>
  );
}
