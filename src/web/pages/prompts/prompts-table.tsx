import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { PromptSummary } from '../../../contract/prompts.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { Labels } from './labels.tsx';

/** The registered prompts, by name. */
export function PromptsTable({ items }: { items: readonly PromptSummary[] }) {
  const t = useTranslations('prompts');
  return (
    <DataTable
      label={t('title')}
      rows={items}
      rowKey={({ name }) => name}
      columns={[
        {
          id: 'name',
          header: t('columns.name'),
          cell: ({ name, description }) => (
            <>
              <Link
                to="/prompts/$name"
                params={{ name }}
                className="font-medium text-accent wrap-anywhere hover:underline"
              >
                {name}
              </Link>
              {description !== '' && (
                <span className="line-clamp-2 text-2xs text-muted">{description}</span>
              )}
            </>
          ),
        },
        {
          id: 'version',
          header: t('columns.latest'),
          isNumber: true,
          cell: ({ latestVersion }) => latestVersion,
        },
        {
          id: 'labels',
          header: t('columns.labels'),
          cell: ({ labels }) => <Labels labels={labels} />,
        },
        {
          id: 'updated',
          header: t('columns.updated'),
          cell: ({ updatedAt }) => <Time iso={updatedAt} as="ago" />,
        },
      ]}
    />
  );
}
