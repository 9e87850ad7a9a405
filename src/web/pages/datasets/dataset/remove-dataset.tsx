import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../../contract/datasets.ts';
import { useRemoveDataset } from '../../../data/datasets.ts';
import { IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

/** Removes the dataset with its runs, after asking. */
export function RemoveDataset({ dataset }: { dataset: Dataset }) {
  const t = useTranslations('datasets');
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const remove = useRemoveDataset(dataset.id);
  const { name, runs } = dataset;
  return (
    <>
      <IconButton label={t('remove')} onClick={() => setIsAsking(true)}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ConfirmDialog
        open={isAsking}
        title={t('remove')}
        text={t('removeText', { name, runs })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/datasets' }) })
        }
      />
    </>
  );
}
