import { useTranslations } from 'use-intl';
import type { DatasetRun, RunStatus } from '../../../contract/dataset-runs.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { useFormat } from '../../use-format.ts';

const TONES: Record<RunStatus, Tone> = {
  running: 'accent',
  paused: 'warn',
  done: 'good',
  cancelled: 'neutral',
};

/** Where a run is; how far, while it is under way. */
export function RunStatusBadge({ run }: { run: DatasetRun }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const { total, done, failed } = run.progress;
  const share = total === 0 ? 0 : (done + failed) / total;
  return (
    <Badge tone={TONES[run.status]} {...(run.notice === null ? {} : { title: run.notice })}>
      {t(`status.${run.status}`)}
      {run.status !== 'done' && ` ${format.percent(share, 0)}`}
    </Badge>
  );
}
