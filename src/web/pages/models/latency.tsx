import { useTranslations } from 'use-intl';
import type { CompareReply, TestedDifference } from '../../../contract/analytics.ts';
import type { Percentile } from '../../../contract/common.ts';
import { HistogramBars } from '../../charts/index.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';
import { RowDifference } from './row-difference.tsx';

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

/** How the latencies of a model are spread, with its percentiles and how they differ from the baseline. */
export function Latency({ row }: { row: CompareReply['models'][number] }) {
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
      {row.differences !== null && (
        <>
          <RowDifference row={row} name="p50LatencyMs" label="p50" />
          <RowDifference row={row} name="p95LatencyMs" label="p95" />
          <Slower difference={row.differences.slower} />
        </>
      )}
    </span>
  );
}

/** In how many pairs of calls this model is the slower one. */
function Slower({ difference }: { difference: TestedDifference }) {
  const t = useTranslations('comparison');
  const format = useFormat();
  if (difference.low === null || difference.high === null) return null;
  return (
    <span className="text-2xs text-muted" title={t('slowerHint')}>
      {t('slower', {
        share: format.percent(difference.value, 0),
        low: format.percent(difference.low, 0),
        high: format.percent(difference.high, 0),
      })}
    </span>
  );
}
