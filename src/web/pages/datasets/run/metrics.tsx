import { useTranslations } from 'use-intl';
import type { RunDetail, RunMetric } from '../../../../contract/dataset-runs.ts';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { useFormat } from '../../../use-format.ts';

/** Every score over the answered items, with n and interval. */
export function Metrics({ run }: { run: RunDetail }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const columns: readonly DataColumn<RunMetric>[] = [
    { id: 'name', header: t('columns.score'), cell: ({ name }) => name },
    {
      id: 'mean',
      header: t('columns.mean'),
      isNumber: true,
      cell: ({ estimate, isRate }) =>
        isRate ? format.percent(estimate.value) : format.score(estimate.value),
    },
    {
      id: 'interval',
      header: t('columns.interval'),
      isNumber: true,
      cell: ({ estimate: { low, high }, isRate }) => {
        const show = isRate ? format.percent : format.score;
        return low === null || high === null ? '–' : `${show(low)} – ${show(high)}`;
      },
    },
    {
      id: 'n',
      header: t('columns.n'),
      isNumber: true,
      cell: ({ estimate }) => format.count(estimate.n),
    },
    {
      id: 'flagged',
      header: t('columns.flagged'),
      isNumber: true,
      cell: ({ flagged }) => format.count(flagged),
    },
  ];
  if (run.metrics.length === 0) return null;
  return (
    <Section title={t('columns.scores')} note={t('metricsNote')} flush>
      <DataTable
        label={t('columns.scores')}
        columns={columns}
        rows={run.metrics}
        rowKey={({ name }) => name}
      />
    </Section>
  );
}
