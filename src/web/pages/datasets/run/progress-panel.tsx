import { useTranslations } from 'use-intl';
import type { RunDetail } from '../../../../contract/dataset-runs.ts';
import { Meter } from '../../../ui/meter.tsx';
import { useFormat } from '../../../use-format.ts';

/** How far a run is, and why it stands still. */
export function ProgressPanel({ run }: { run: RunDetail }) {
  const t = useTranslations('datasets.progress');
  const format = useFormat();
  const { total, done, failed, active, waiting } = run.progress;
  return (
    <section className="panel flex flex-col gap-2 p-4 text-[0.8125rem]" aria-live="polite">
      <Meter
        isPlain
        share={total === 0 ? 0 : (done + failed) / total}
        label={t('done', { done: format.count(done + failed), total: format.count(total) })}
      />
      <p className="text-2xs text-muted">
        {t('parts', {
          active: format.count(active),
          waiting: format.count(waiting),
          failed: format.count(failed),
        })}
      </p>
      {run.notice !== null && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{run.notice}</p>
      )}
    </section>
  );
}
