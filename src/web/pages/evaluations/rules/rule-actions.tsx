import { History, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Rule } from '../../../../contract/rules.ts';
import { useChangeRule, useRemoveRule } from '../../../data/rules.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RuleDialog } from './rule-form.tsx';
import { VersionsDialog } from './versions-dialog.tsx';

/** What can be done with one rule. */
export function RuleActions({ rule }: { rule: Rule }) {
  const t = useTranslations('rules');
  const [asked, setAsked] = useState<'change' | 'versions' | 'remove' | null>(null);
  const change = useChangeRule();
  const remove = useRemoveRule();
  const close = (): void => setAsked(null);
  return (
    <span className="-my-1.5 inline-flex items-center">
      <Button
        look="quiet"
        disabled={change.isPending}
        onClick={() => change.mutate({ id: rule.id, change: { enabled: !rule.enabled } })}
      >
        {rule.enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('changeOne', { name: rule.name })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('versionsOf', { name: rule.name })} onClick={() => setAsked('versions')}>
        <History aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOne', { name: rule.name })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <RuleDialog open={asked === 'change'} rule={rule} onClose={close} />
      <VersionsDialog open={asked === 'versions'} rule={rule} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name: rule.name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(rule.id, { onSuccess: close })}
      />
    </span>
  );
}
