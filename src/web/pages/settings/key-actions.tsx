import { RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ApiKey } from '../../../contract/access.ts';
import { useRevokeKey, useRotateKey } from '../../data/access.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface Props {
  readonly apiKey: ApiKey;
  readonly onRotated: (key: string) => void;
}

/** Rotating and ending a key, each after a question because callers lose access. */
export function KeyActions({ apiKey, onRotated }: Props) {
  const t = useTranslations('settings.keys');
  const [asked, setAsked] = useState<'rotate' | 'revoke' | null>(null);
  const rotate = useRotateKey();
  const revoke = useRevokeKey();
  const close = (): void => setAsked(null);
  return (
    <span className="inline-flex">
      <IconButton label={t('rotateOf', { name: apiKey.name })} onClick={() => setAsked('rotate')}>
        <RefreshCw aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('revokeOf', { name: apiKey.name })} onClick={() => setAsked('revoke')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ConfirmDialog
        open={asked === 'rotate'}
        title={t('rotate')}
        text={t('rotateText', { name: apiKey.name })}
        action={t('rotate')}
        isPending={rotate.isPending}
        error={rotate.error}
        onClose={close}
        onConfirm={() =>
          rotate.mutate(apiKey.id, {
            onSuccess: ({ key }) => {
              close();
              onRotated(key);
            },
          })
        }
      />
      <ConfirmDialog
        open={asked === 'revoke'}
        title={t('revoke')}
        text={t('revokeText', { name: apiKey.name })}
        action={t('revoke')}
        isPending={revoke.isPending}
        error={revoke.error}
        onClose={close}
        onConfirm={() => revoke.mutate(apiKey.id, { onSuccess: close })}
      />
    </span>
  );
}
