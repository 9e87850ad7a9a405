import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../../contract/monitors.ts';
import { useRemoveMonitor } from '../../../data/monitors.ts';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { bodyOf, draftOf } from '../draft.ts';
import { EnabledSwitch } from '../enabled-switch.tsx';
import { YamlButton } from '../yaml-button.tsx';

/** What can be done with a monitor. */
export function MonitorActions({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors.detail');
  const navigate = useNavigate();
  const remove = useRemoveMonitor(monitor.id);
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <EnabledSwitch monitor={monitor} />
      <Link to="/monitors/$id/edit" params={{ id: monitor.id }} className={buttonClass('primary')}>
        {t('edit')}
      </Link>
      <Link to="/monitors/new" search={{ copy: monitor.id }} className={buttonClass()}>
        {t('duplicate')}
      </Link>
      <YamlButton monitor={bodyOf(draftOf(monitor))} />
      <Button look="danger" onClick={() => setIsAsking(true)}>
        {t('remove')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={t('removeTitle')}
        text={t('removeText', { name: monitor.name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsAsking(false)}
        onConfirm={() =>
          remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/monitors' }) })
        }
      />
    </>
  );
}
