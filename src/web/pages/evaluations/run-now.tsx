import { Play } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useRunEvaluation } from '../../data/evaluation.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useFormat } from '../../use-format.ts';

/** Scores what is due without waiting for the schedule. */
export function RunNow() {
  const t = useTranslations('evaluations.run');
  const format = useFormat();
  const run = useRunEvaluation();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span aria-live="polite" className="text-xs text-muted tabular-nums">
        {run.data !== undefined &&
          t('done', {
            count: run.data.evaluated,
            shown: format.count(run.data.evaluated),
            failed: format.count(run.data.failed),
          })}
      </span>
      <Button look="primary" disabled={run.isPending} onClick={() => run.mutate()}>
        <Play aria-hidden="true" className="size-3.5" />
        {run.isPending ? t('running') : t('start')}
      </Button>
      {run.error !== null && <ErrorPanel error={run.error} />}
    </div>
  );
}
