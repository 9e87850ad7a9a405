import { useTranslations } from 'use-intl';
import type { CacheStatus } from '../../../../contract/cache.ts';
import { useEmptyCache } from '../../../data/limits.ts';
import { Button } from '../../../ui/button.tsx';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { useFormat } from '../../../use-format.ts';

/** What the cache holds and has done. */
export function CacheFigures({ status }: { status: CacheStatus }) {
  const t = useTranslations('settings.cache');
  const format = useFormat();
  const empty = useEmptyCache();
  const figures = [
    [t('hitRate'), <EstimateCell key="rate" estimate={status.hitRate} show={format.percent} />],
    [t('hits'), `${format.count(status.hits)} / ${format.count(status.hits + status.misses)}`],
    [t('savedMoney'), format.usd(status.savedMicroUsd / 1e6)],
    [t('kept'), `${format.count(status.entries)} · ${format.bytes(status.bytes)}`],
  ] as const;
  return (
    <div className="flex flex-wrap items-start gap-x-8 gap-y-3 text-[0.8125rem]">
      {figures.map(([label, figure]) => (
        <dl key={label}>
          <dt className="text-2xs text-muted">{label}</dt>
          <dd className="tabular-nums">{figure}</dd>
        </dl>
      ))}
      <Button
        className="ms-auto"
        disabled={empty.isPending}
        onClick={() => empty.mutate(undefined)}
      >
        {t('empty')}
      </Button>
    </div>
  );
}
