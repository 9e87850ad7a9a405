import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../../contract/alerts.ts';
import { useAlertStep } from '../../../data/alerts.ts';
import { Button } from '../../../ui/button.tsx';
import { isWaiting } from '../alert-rows.tsx';
import { matchersOf } from '../match-alerts.ts';
import { NoteDialog } from '../note-dialog.tsx';
import { SilenceDialog } from '../silences/silence-dialog.tsx';

/** What can be done about an alert. */
export function AlertActions({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts.steps');
  const [asked, setAsked] = useState<'acknowledge' | 'note' | 'silence' | null>(null);
  const step = useAlertStep();
  const close = (): void => setAsked(null);
  const isOpen = alert.endedAt === null;
  return (
    <>
      {isWaiting(alert) && (
        <Button look="primary" onClick={() => setAsked('acknowledge')}>
          {t('acknowledge')}
        </Button>
      )}
      {alert.state === 'acknowledged' && (
        <Button
          disabled={step.isPending}
          onClick={() => step.mutate({ id: alert.id, step: 'unacknowledge', note: '' })}
        >
          {t('unacknowledge')}
        </Button>
      )}
      {isOpen && <Button onClick={() => setAsked('silence')}>{t('silence')}</Button>}
      <Button onClick={() => setAsked('note')}>{t('note')}</Button>
      {(asked === 'acknowledge' || asked === 'note') && (
        <NoteDialog ids={[alert.id]} step={asked} onClose={close} />
      )}
      {asked === 'silence' && <SilenceDialog matchers={matchersOf(alert)} onClose={close} />}
    </>
  );
}
