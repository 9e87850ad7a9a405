import { useNavigate } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { DatasetRun } from '../../../../contract/dataset-runs.ts';
import { useRuns } from '../../../data/dataset-runs.ts';
import { useFormat } from '../../../use-format.ts';

/** Another run of the same dataset to compare with. */
export function CompareChoice({ run, chosen }: { run: DatasetRun; chosen?: string | undefined }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const navigate = useNavigate();
  const runs = useRuns(run.dataset.id);
  const others = (runs.data?.items ?? []).filter(
    ({ id, progress }) => id !== run.id && progress.done > 0,
  );
  if (others.length === 0) return null;
  return (
    <select
      aria-label={t('compare.choose')}
      className="field h-8 w-auto max-w-64 text-xs"
      value={chosen ?? ''}
      onChange={(event) => {
        const baseline = event.target.value;
        if (baseline === '') return;
        void navigate({
          to: '/runs/$id/compare',
          params: { id: run.id },
          search: (before) => ({ ...before, baseline }),
        });
      }}
    >
      <option value="">{t('compare.choose')}</option>
      {others.map((other) => (
        <option key={other.id} value={other.id}>
          {`${other.name} · ${format.timeShort(other.createdAt)}`}
        </option>
      ))}
    </select>
  );
}
