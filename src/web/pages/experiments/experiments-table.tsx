import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Experiment } from '../../../contract/experiments.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { useMetrics } from './metrics.ts';
import { StatusBadge } from './status-badge.tsx';

function useColumns(): readonly DataColumn<Experiment>[] {
  const t = useTranslations('experiments');
  const metrics = useMetrics();
  return [
    {
      id: 'name',
      header: t('columns.name'),
      cell: ({ id, name, hypothesis }) => (
        <>
          <Link
            to="/experiments/$id"
            params={{ id }}
            className="font-medium text-accent wrap-anywhere hover:underline"
          >
            {name}
          </Link>
          {hypothesis !== '' && (
            <span className="line-clamp-1 text-2xs text-muted">{hypothesis}</span>
          )}
        </>
      ),
    },
    {
      id: 'status',
      header: t('columns.status'),
      cell: (experiment) => <StatusBadge experiment={experiment} />,
    },
    {
      id: 'target',
      header: t('columns.target'),
      cell: ({ target }) => (
        <span className="block min-w-28">
          <span className="wrap-anywhere">{target.name}</span>
          <span className="block text-2xs text-muted">{t(`targets.${target.kind}`)}</span>
        </span>
      ),
    },
    {
      id: 'arms',
      header: t('columns.arms'),
      cell: ({ arms }) => (
        <span className="block min-w-24 wrap-anywhere">
          {arms.map(({ name }) => name).join(', ')}
        </span>
      ),
    },
    {
      id: 'metric',
      header: t('columns.metric'),
      cell: ({ primaryMetric, direction }) => (
        <span className="block min-w-28">
          {metrics.name(primaryMetric)}
          <span className="block text-2xs text-muted">{t(`directions.${direction}`)}</span>
        </span>
      ),
    },
    {
      id: 'since',
      header: t('columns.started'),
      cell: ({ startedAt }) =>
        startedAt === null ? <span className="text-muted">–</span> : <Time iso={startedAt} />,
    },
    {
      id: 'until',
      header: t('columns.ended'),
      cell: ({ endedAt }) =>
        endedAt === null ? <span className="text-muted">–</span> : <Time iso={endedAt} />,
    },
  ];
}

/** The experiments, newest first. */
export function ExperimentsTable({ items }: { items: readonly Experiment[] }) {
  const t = useTranslations('experiments');
  const columns = useColumns();
  return <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />;
}
