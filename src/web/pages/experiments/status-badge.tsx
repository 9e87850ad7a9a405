import { useTranslations } from 'use-intl';
import type { Experiment, ExperimentStatus } from '../../../contract/experiments.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const TONES: Record<ExperimentStatus, Tone> = {
  draft: 'neutral',
  running: 'accent',
  paused: 'warn',
  stopped: 'neutral',
  decided: 'good',
};

/** Where an experiment is in its life, and whether a decided arm is served to every call. */
export function StatusBadge({ experiment }: { experiment: Experiment }) {
  const t = useTranslations('experiments');
  const { status, serving, decidedArm } = experiment;
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>
      {serving && <Badge tone="accent">{t('serves', { arm: decidedArm ?? '' })}</Badge>}
    </span>
  );
}
