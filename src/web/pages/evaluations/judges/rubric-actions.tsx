import { Copy, History, Pencil, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Rubric } from '../../../../contract/judges.ts';
import { useChangePlan, useRemoveRubric } from '../../../data/judges.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import { RubricDialog } from './rubric-dialog.tsx';
import { useRubricName } from './use-rubric-name.ts';
import { VersionsDialog } from './versions-dialog.tsx';

type Open = 'plan' | 'edit' | 'versions' | 'remove' | null;

function choosesAny({ unclearBetween: _, ...shares }: Rubric['plan']['sampling']): boolean {
  return Object.values(shares).some((share) => share > 0);
}

/** What can be done with a rubric. */
export function RubricActions({ rubric }: { rubric: Rubric }) {
  const t = useTranslations('judges.actions');
  const nameOf = useRubricName();
  const [open, setOpen] = useState<Open>(null);
  const change = useChangePlan();
  const remove = useRemoveRubric();
  const { plan, builtIn } = rubric;
  const name = nameOf({ name: rubric.name, title: rubric.content.title });
  const close = (): void => setOpen(null);
  // A plan that chooses nothing has to be written first.
  const toggle = (): void =>
    plan.enabled || choosesAny(plan.sampling)
      ? change.mutate({ name: rubric.name, plan: { ...plan, enabled: !plan.enabled } })
      : setOpen('plan');
  return (
    <span className="-my-1.5 inline-flex items-center">
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button look="quiet" disabled={change.isPending} onClick={toggle}>
        {plan.enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('plan', { name })} onClick={() => setOpen('plan')}>
        <SlidersHorizontal aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t(builtIn ? 'copy' : 'edit', { name })} onClick={() => setOpen('edit')}>
        {builtIn ? (
          <Copy aria-hidden="true" className="size-4" />
        ) : (
          <Pencil aria-hidden="true" className="size-4" />
        )}
      </IconButton>
      <IconButton label={t('versions', { name })} onClick={() => setOpen('versions')}>
        <History aria-hidden="true" className="size-4" />
      </IconButton>
      {!builtIn && (
        <IconButton label={t('remove', { name })} onClick={() => setOpen('remove')}>
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      )}
      <PlanDialog open={open === 'plan'} rubric={rubric} onClose={close} />
      <RubricDialog open={open === 'edit'} from={rubric} onClose={close} />
      <VersionsDialog open={open === 'versions'} rubric={rubric} onClose={close} />
      <ConfirmDialog
        open={open === 'remove'}
        title={t('remove', { name })}
        text={t('removeText')}
        action={t('removeNow')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(rubric.name, { onSuccess: close })}
      />
    </span>
  );
}
