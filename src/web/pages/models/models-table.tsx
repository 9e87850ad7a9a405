import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { CompareReply } from '../../../contract/analytics.ts';
import type { Percentile } from '../../../contract/common.ts';
import { HistogramBars } from '../../charts/index.ts';
import { printFilter } from '../../filter-language.ts';
import { Badge } from '../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { useSmallPrint } from '../../ui/estimate.ts';
import { EstimateCell } from '../../ui/estimate-cell.tsx';
import { useFormat } from '../../use-format.ts';

type Row = CompareReply['models'][number];

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

const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** The interval of a percentile alone, or how much data it lacks. */
function useShortInterval() {
  const t = useTranslations('common');
  const format = useFormat();
  return {
    short: ({ n, needed, low, high }: Percentile): string =>
      low === null || high === null
        ? t('notEnough', { n: format.count(n), needed: format.count(needed) })
        : `${format.duration(low)} – ${format.duration(high)}`,
  };
}

function Latency({ row }: { row: Row }) {
  const t = useTranslations('models');
  const format = useFormat();
  const print = useSmallPrint();
  const { short } = useShortInterval();
  let from = 0;
  const bins = row.latencyBins.map(({ toMs, count }) => {
    const label = `${format.duration(from)} – ${format.duration(toMs)}`;
    from = toMs;
    return { label, count };
  });
  return (
    <span className="inline-flex flex-col items-end">
      <HistogramBars
        bins={bins}
        show={format.count}
        label={t('latencyLabel', {
          model: row.model,
          p50: format.duration(row.p50LatencyMs),
          p95: format.duration(row.p95LatencyMs),
        })}
        className="h-8 w-32"
      />
      <dl className="grid grid-cols-[auto_auto_auto] gap-x-1.5 text-2xs text-muted">
        {PERCENTILES.map((name) => {
          const percentile = row.latencyPercentiles[name];
          return (
            <div key={name} className="contents">
              <dt>{name}</dt>
              <dd className="text-ink">{format.duration(percentile.value)}</dd>
              <dd title={print(percentile, format.duration)}>{short(percentile)}</dd>
            </div>
          );
        })}
      </dl>
    </span>
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
      cell: (row) => <EstimateCell estimate={row.quality} show={format.score} />,
    },
    {
      id: 'flagRate',
      header: t('flagRate'),
      isNumber: true,
      cell: (row) => <EstimateCell estimate={row.flagRate} show={format.percent} />,
    },
    {
      id: 'errorRate',
      header: t('errorRate'),
      isNumber: true,
      cell: (row) => <EstimateCell estimate={row.errorRate} show={format.percent} />,
    },
    {
      id: 'cost',
      header: t('cost'),
      isNumber: true,
      cell: (row) => (
        <span className="block">
          <EstimateCell estimate={row.costPerRequest} show={(value) => format.cost(value)} />
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
