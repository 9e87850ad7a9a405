import { useTranslations } from 'use-intl';
import type { ImportPreview } from '../../../../contract/datasets.ts';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';

type PreviewItem = ImportPreview['items'][number];
const SHOWN = 5;

/** The first items of a file as they would be read. */
export function PreviewTable({ preview }: { preview: ImportPreview }) {
  const t = useTranslations('datasets');
  const columns: readonly DataColumn<PreviewItem>[] = [
    {
      id: 'question',
      header: t('columns.question'),
      cell: ({ messages }) => (
        <span className="line-clamp-2 min-w-40 wrap-anywhere">{messages.at(-1)?.content}</span>
      ),
    },
    {
      id: 'reference',
      header: t('columns.reference'),
      cell: ({ reference }) => (
        <span className="line-clamp-2 min-w-32 text-muted wrap-anywhere">{reference ?? '–'}</span>
      ),
    },
    {
      id: 'context',
      header: t('columns.context'),
      isNumber: true,
      cell: ({ context }) => (context.length === 0 ? '–' : context.length),
    },
  ];
  return (
    <div className="rounded-md border border-line">
      <DataTable
        label={t('import.preview')}
        columns={columns}
        rows={preview.items.slice(0, SHOWN)}
        rowKey={({ line }) => String(line)}
      />
    </div>
  );
}
