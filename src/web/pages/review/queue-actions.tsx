import { Lock, LockOpen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../contract/reviews.ts';
import { useChangeQueue, useRemoveQueue } from '../../data/reviews.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Closing, opening and removing a queue. */
export function QueueActions({ queue }: { queue: ReviewQueue }) {
  const t = useTranslations('review');
  const change = useChangeQueue(queue.id);
  const remove = useRemoveQueue(queue.id);
  const [isAsked, setIsAsked] = useState(false);
  const isOpen = queue.status === 'open';
  const Icon = isOpen ? Lock : LockOpen;
  return (
    <>
      <IconButton
        label={t(isOpen ? 'closeOf' : 'openOf', { name: queue.name })}
        disabled={change.isPending}
        onClick={() => change.mutate({ status: isOpen ? 'closed' : 'open' })}
      >
        <Icon aria-hidden="true" className="size-3.5" />
      </IconButton>
      <IconButton label={t('removeOf', { name: queue.name })} onClick={() => setIsAsked(true)}>
        <Trash2 aria-hidden="true" className="size-3.5" />
      </IconButton>
      <ConfirmDialog
        open={isAsked}
        title={t('remove')}
        text={t('removeText', { name: queue.name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsAsked(false)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setIsAsked(false) })}
      />
    </>
  );
}
