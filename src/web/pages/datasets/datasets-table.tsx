import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../contract/datasets.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';

/** The datasets, newest first. */
export function DatasetsTable({ items }: { items: readonly Dataset[] }) {
  const t = useTranslations('datasets');
  const format = useFormat();
  const columns: readonly DataColumn<Dataset>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      cell: ({ id, name, description }) => (
        <>
          <Link
            to="/datasets/$id"
            params={{ id }}
            className="font-medium text-accent wrap-anywhere hover:underline"
          >
            {name}
          </Link>
          {description !== '' && (
            <span className="line-clamp-1 text-2xs text-muted">{description}</span>
          )}
        </>
      ),
    },
    {
      id: 'items',
      header: t('columns.items'),
      isNumber: true,
      cell: (dataset) => format.count(dataset.items),
    },
    {
      id: 'version',
      header: t('columns.version'),
      isNumber: true,
      cell: ({ latestVersion }) => format.count(latestVersion),
    },
    {
      id: 'runs',
      header: t('columns.runs'),
      isNumber: true,
      cell: ({ runs }) => format.count(runs),
    },
    {
      id: 'updated',
      header: t('columns.updated'),
      cell: ({ updatedAt }) => <Time iso={updatedAt} />,
    },
  ];
  return (
    <DataTable label={t('views.datasets')} columns={columns} rows={items} rowKey={({ id }) => id} />
  );
}
