import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RunDetail } from '../../../../contract/dataset-runs.ts';
import { type RunStep, useRemoveRun, useRunStep } from '../../../data/dataset-runs.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';

function stepsOf({ status, progress }: RunDetail): readonly RunStep[] {
  if (status === 'running') return ['pause', 'cancel'];
  if (status === 'paused') return ['resume', 'cancel'];
  return status === 'done' && progress.failed > 0 ? ['retry'] : [];
}

/** What can be done with a run in its state. */
export function RunActions({ run }: { run: RunDetail }) {
  const t = useTranslations('datasets');
  const navigate = useNavigate();
  const step = useRunStep(run.id);
  const remove = useRemoveRun(run.id);
  const [isAsking, setIsAsking] = useState(false);
  const toRuns = (): void =>
    void navigate({ to: '/datasets', search: (before) => ({ ...before, view: 'runs' as const }) });
  return (
    <>
      {stepsOf(run).map((name) => (
        <Button key={name} disabled={step.isPending} onClick={() => step.mutate(name)}>
          {t(`steps.${name}`)}
        </Button>
      ))}
      {step.error !== null && (
        <span role="alert" className="text-xs text-bad">
          {step.error.message}
        </span>
      )}
      {run.status !== 'running' && (
        <IconButton label={t('removeRun')} onClick={() => setIsAsking(true)}>
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      )}
      <ConfirmDialog
        open={isAsking}
        title={t('removeRun')}
        text={t('removeRunText', { name: run.name })}
        action={t('removeRun')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsAsking(false)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: toRuns })}
      />
    </>
  );
}
