import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Experiment } from '../../../../contract/experiments.ts';
import {
  type ExperimentStep,
  useCopyExperiment,
  useRemoveExperiment,
} from '../../../data/experiments.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { draftOf } from '../draft.ts';
import { ExperimentDialog } from '../experiment-dialog.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import { StepDialog } from './step-dialog.tsx';

type Asked = ExperimentStep | 'decide' | 'change' | 'remove';

/** What may happen next; the server says the same. */
function choicesOf({ status, serving }: Experiment): readonly Asked[] {
  if (status === 'draft') return ['start', 'change', 'remove'];
  if (status === 'running') return ['decide', 'pause', 'stop'];
  if (status === 'paused') return ['decide', 'resume', 'stop'];
  if (status === 'stopped') return serving ? ['decide', 'stop'] : ['decide'];
  return serving ? ['stop'] : [];
}

const PRIMARY: readonly Asked[] = ['start', 'decide', 'resume'];

function RemoveDialog(props: { experiment: Experiment; open: boolean; onClose: () => void }) {
  const t = useTranslations('experiments.steps');
  const navigate = useNavigate();
  const { experiment, open, onClose } = props;
  const remove = useRemoveExperiment(experiment.id);
  return (
    <ConfirmDialog
      open={open}
      title={t('remove')}
      text={t('removeText', { name: experiment.name })}
      action={t('remove')}
      isPending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/experiments' }) })
      }
    />
  );
}

/** Starts, pauses, ends, decides, copies. Each asks first. */
export function Actions({ experiment }: { experiment: Experiment }) {
  const t = useTranslations('experiments.steps');
  const navigate = useNavigate();
  const copy = useCopyExperiment(experiment.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  const isStep = asked === 'start' || asked === 'pause' || asked === 'resume' || asked === 'stop';
  return (
    <>
      {choicesOf(experiment).map((choice) => (
        <Button
          key={choice}
          look={PRIMARY.includes(choice) ? 'primary' : 'plain'}
          onClick={() => setAsked(choice)}
        >
          {t(choice === 'stop' && experiment.serving ? 'stopServing' : choice)}
        </Button>
      ))}
      <Button
        disabled={copy.isPending}
        onClick={() =>
          copy.mutate(undefined, {
            onSuccess: ({ id }) => void navigate({ to: '/experiments/$id', params: { id } }),
          })
        }
      >
        {t('copy')}
      </Button>
      {isStep && <StepDialog experiment={experiment} step={asked} onClose={close} />}
      {asked === 'decide' && <DecideDialog experiment={experiment} onClose={close} />}
      <ExperimentDialog
        open={asked === 'change'}
        id={experiment.id}
        given={draftOf(experiment)}
        onClose={close}
      />
      <RemoveDialog experiment={experiment} open={asked === 'remove'} onClose={close} />
    </>
  );
}
