import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { DatasetRun } from '../../../contract/dataset-runs.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { RunStatusBadge } from './run-status-badge.tsx';

/** Runs, newest first. `isOfOne`: all are of one dataset, which need not be named. */
export function RunsTable({ items, isOfOne }: { items: readonly DatasetRun[]; isOfOne?: boolean }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const dataset: DataColumn<DatasetRun> = {
    id: 'dataset',
    header: t('columns.dataset'),
    cell: (run) => (
      <Link
        to="/datasets/$id"
        params={{ id: run.dataset.id }}
        className="wrap-anywhere hover:underline"
      >
        {run.dataset.name}
      </Link>
    ),
  };
  const columns: readonly DataColumn<DatasetRun>[] = [
    {
      id: 'name',
      header: t('columns.run'),
      cell: ({ id, name, dataset: { version } }) => (
        <>
          <Link
            to="/runs/$id"
            params={{ id }}
            className="font-medium text-accent wrap-anywhere hover:underline"
          >
            {name}
          </Link>
          <span className="block text-2xs text-muted">{t('versionNumber', { version })}</span>
        </>
      ),
    },
    ...(isOfOne === true ? [] : [dataset]),
    { id: 'status', header: t('columns.status'), cell: (run) => <RunStatusBadge run={run} /> },
    {
      id: 'quality',
      header: t('columns.quality'),
      title: t('qualityHint'),
      isNumber: true,
      cell: ({ quality }) => <EstimateCell estimate={quality} show={format.score} />,
    },
    {
      id: 'failed',
      header: t('columns.failed'),
      isNumber: true,
      cell: ({ progress }) => format.count(progress.failed),
    },
    {
      id: 'cost',
      header: t('columns.cost'),
      isNumber: true,
      cell: ({ costUsd }) => format.usd(costUsd),
    },
    {
      id: 'created',
      header: t('columns.started'),
      cell: ({ createdAt }) => <Time iso={createdAt} />,
    },
  ];
  return (
    <DataTable label={t('views.runs')} columns={columns} rows={items} rowKey={({ id }) => id} />
  );
}
