import { useTranslations } from 'use-intl';
import type { CostsReply } from '../../../contract/costs.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { useFormat } from '../../use-format.ts';

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly print: string;
  readonly hint: string;
}

function Tile({ label, value, print, hint }: TileProps) {
  return (
    <div className="panel flex min-w-0 flex-col gap-1 p-3" title={hint}>
      <dt className="truncate text-xs text-muted">{label}</dt>
      <dd className="text-xl leading-7 font-semibold tracking-tight tabular-nums">{value}</dd>
      <dd className="text-2xs text-muted tabular-nums">{print}</dd>
    </div>
  );
}

const USD = 1e-6;

function useProjection({ month }: CostsReply): Pick<TileProps, 'value' | 'print'> {
  const t = useTranslations('costs.tiles');
  const format = useFormat();
  const { value, low, high, n, needed } = month.projection;
  const usd = (micro: number | null): string => format.usd(micro === null ? null : micro * USD);
  if (value === null) return { value: usd(null), print: t('notEnough', { n, needed }) };
  const interval =
    low === null || high === null ? '' : ` · ${t('between', { low: usd(low), high: usd(high) })}`;
  return { value: usd(value), print: `${t('days', { n })}${interval}` };
}

/** The sums of the range, and where the month is heading. */
export function CostTiles({ reply }: { reply: CostsReply }) {
  const t = useTranslations('costs.tiles');
  const format = useFormat();
  const { totals, month } = reply;
  const projection = useProjection(reply);
  const print = useSmallPrint();
  const count = { count: totals.unpriced, shown: format.count(totals.unpriced) };
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Tile
        label={t('spent')}
        hint={t('spentHint')}
        value={format.cost(totals.costUsd, totals.requests)}
        print={`${t('calls', { n: format.count(totals.requests) })} · ${t('unpriced', count)}`}
      />
      <Tile
        label={t('thisMonth')}
        hint={t('thisMonthHint')}
        value={format.usd(month.spentMicroUsd * USD)}
        print={t('since', { at: format.timeShort(month.start) })}
      />
      <Tile label={t('projected')} hint={t('projectedHint')} {...projection} />
      <Tile
        label={t('cached')}
        hint={t('cachedHint')}
        value={format.percent(reply.cachedTokenShare)}
        print={[
          t('tokens', {
            cached: format.compact(totals.cachedInputTokens),
            all: format.compact(totals.inputTokens),
          }),
          print(reply.cachedTokens, format.percent),
        ].join(' · ')}
      />
      <Tile
        label={t('saved')}
        hint={t('savedHint')}
        value={format.usd(reply.savedByCacheMicroUsd * USD)}
        print={t('hits', { n: format.count(reply.cacheHits) })}
      />
    </dl>
  );
}
