import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { SafetyReply } from '../../../contract/safety.ts';
import { Badge } from '../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { useFormat } from '../../use-format.ts';

type Kind = SafetyReply['types'][number];

const SHOWN_LABELS = 4;

function Labels({ kind }: { kind: Kind }) {
  const format = useFormat();
  return (
    <span className="flex flex-wrap gap-1">
      {kind.labels.slice(0, SHOWN_LABELS).map(({ label, count }) => (
        <Badge key={label} tone={label === 'alert' ? 'bad' : 'neutral'}>
          {label} {format.count(count)}
        </Badge>
      ))}
    </span>
  );
}

function useColumns(): readonly DataColumn<Kind>[] {
  const t = useTranslations('safety');
  const format = useFormat();
  return [
    {
      id: 'kind',
      header: t('columns.kind'),
      cell: ({ name }) => (
        <Link
          to="/safety"
          search={(before) => ({ ...before, kind: name })}
          hash="examples"
          className="font-medium text-accent hover:underline"
        >
          {t(`names.${name}`)}
        </Link>
      ),
    },
    {
      id: 'flagged',
      header: t('columns.flagged'),
      isNumber: true,
      cell: ({ flagged }) => format.count(flagged),
    },
    {
      id: 'rate',
      header: t('columns.rate'),
      isNumber: true,
      cell: ({ rate }) => (
        <EstimateCell estimate={rate} show={(value) => format.percent(value, 1)} />
      ),
    },
    { id: 'labels', header: t('columns.labels'), cell: (kind) => <Labels kind={kind} /> },
    {
      id: 'about',
      header: t('columns.about'),
      cell: ({ name }) => <span className="text-muted">{t(`about.${name}`)}</span>,
    },
  ];
}

/** Every kind of flag that was looked for, the most frequent first. */
export function KindsTable({ reply }: { reply: SafetyReply }) {
  const t = useTranslations('safety');
  const columns = useColumns();
  return (
    <DataTable
      label={t('kinds')}
      columns={columns}
      rows={reply.types}
      rowKey={({ name }) => name}
    />
  );
}
