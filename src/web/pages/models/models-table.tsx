import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { CompareReply } from '../../../contract/analytics.ts';
import { printFilter } from '../../filter-language.ts';
import { Badge } from '../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { useFormat } from '../../use-format.ts';
import { Latency } from './latency.tsx';
import { RowDifference } from './row-difference.tsx';

type Row = CompareReply['models'][number];

function isBaseline({ model, provider }: Row, { baseline }: CompareReply): boolean {
  return baseline?.model === model && baseline.provider === provider;
}

function ModelName({ row, reply }: { row: Row; reply: CompareReply }) {
  const t = useTranslations('models');
  const best = (
    [
      ['bestQuality', reply.bestByQuality],
      ['bestLatency', reply.bestByLatency],
      ['bestStability', reply.bestByStability],
    ] as const
  ).filter(([, model]) => model === row.model && reply.models.length > 1);
  return (
    <>
      <Link
        to="/interactions"
        search={{ filter: printFilter([{ kind: 'field', field: 'model', value: row.model }]) }}
        className="font-medium text-accent hover:underline"
      >
        {row.model}
      </Link>
      <span className="flex flex-wrap gap-1 pt-0.5">
        {isBaseline(row, reply) && <Badge tone="accent">{t('baseline')}</Badge>}
        <Badge tone={row.provider === 'demo' ? 'warn' : 'neutral'}>{row.provider}</Badge>
        {best.map(([name]) => (
          <Badge key={name} tone="good">
            {t(name)}
          </Badge>
        ))}
      </span>
    </>
  );
}

function useColumns(reply: CompareReply): readonly DataColumn<Row>[] {
  const t = useTranslations('models.columns');
  const format = useFormat();
  return [
    { id: 'model', header: t('model'), cell: (row) => <ModelName row={row} reply={reply} /> },
    {
      id: 'requests',
      header: t('requests'),
      isNumber: true,
      cell: (row) => format.count(row.requests),
    },
    {
      id: 'quality',
      header: t('quality'),
      isNumber: true,
      cell: (row) => (
        <>
          <EstimateCell estimate={row.quality} show={format.score} />
          <RowDifference row={row} name="quality" />
        </>
      ),
    },
    {
      id: 'flagRate',
      header: t('flagRate'),
      isNumber: true,
      cell: (row) => (
        <>
          <EstimateCell estimate={row.flagRate} show={format.percent} />
          <RowDifference row={row} name="flagRate" />
        </>
      ),
    },
    {
      id: 'errorRate',
      header: t('errorRate'),
      isNumber: true,
      cell: (row) => (
        <>
          <EstimateCell estimate={row.errorRate} show={format.percent} />
          <RowDifference row={row} name="errorRate" />
        </>
      ),
    },
    {
      id: 'cost',
      header: t('cost'),
      isNumber: true,
      cell: (row) => (
        <span className="block">
          <EstimateCell estimate={row.costPerRequest} show={(value) => format.cost(value)} />
          <RowDifference row={row} name="costPerRequest" />
          <span className="block text-2xs text-muted">
            {t('costTotal', {
              total: format.cost(row.costPerRequestUsd === null ? null : row.costUsd, row.requests),
            })}
          </span>
        </span>
      ),
    },
    { id: 'latency', header: t('latency'), isNumber: true, cell: (row) => <Latency row={row} /> },
  ];
}

/** One row a model; intervals that do not touch are a difference that counts. */
export function ModelsTable({ reply }: { reply: CompareReply }) {
  const t = useTranslations('models');
  const columns = useColumns(reply);
  return (
    <DataTable
      label={t('table')}
      columns={columns}
      rows={reply.models}
      rowKey={(row) => `${row.provider} ${row.model}`}
    />
  );
}
