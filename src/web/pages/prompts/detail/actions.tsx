import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromptSummary, PromptVersion } from '../../../../contract/prompts.ts';
import { useRemovePrompt } from '../../../data/prompts.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { DescribeDialog } from './describe-dialog.tsx';
import { VersionDialog } from './version-dialog.tsx';

interface Props {
  readonly prompt: PromptSummary;
  /** New versions begin as this one. */
  readonly shown: PromptVersion;
  readonly onAdded: (version: number) => void;
}

/** Adds a version, says what the prompt is for, removes it. */
export function Actions({ prompt, shown, onAdded }: Props) {
  const t = useTranslations('prompts');
  const navigate = useNavigate();
  const remove = useRemovePrompt(prompt.name);
  const [asked, setAsked] = useState<'version' | 'describe' | 'remove' | null>(null);
  const close = (): void => setAsked(null);
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="primary" onClick={() => setAsked('version')}>
        <Plus aria-hidden="true" className="size-3.5" />
        {t('newVersion')}
      </Button>
      <Button onClick={() => setAsked('describe')}>{t('describe')}</Button>
      <Button onClick={() => setAsked('remove')}>{t('remove')}</Button>
      <VersionDialog
        open={asked === 'version'}
        name={prompt.name}
        from={shown}
        onClose={close}
        onAdded={onAdded}
      />
      {asked === 'describe' && <DescribeDialog prompt={prompt} onClose={close} />}
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name: prompt.name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() =>
          remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/prompts' }) })
        }
      />
    </div>
  );
}
