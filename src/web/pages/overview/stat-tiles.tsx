import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { SummaryReply, Totals } from '../../../contract/analytics.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { type Change, countChange, estimateChange, plainChange } from './change.ts';
import { StatTile } from './stat-tile.tsx';
import { useCorrection } from './use-correction.ts';

interface Tile {
  readonly name: 'quality' | 'flagRate' | 'cost' | 'volume' | 'errorRate' | 'p95';
  readonly value: string;
  readonly print: string;
  readonly change: Change;
}

function useTiles(): (current: Totals, previous: Totals) => readonly Tile[] {
  const t = useTranslations('overview');
  const format = useFormat();
  const print = useSmallPrint();
  return (current, previous) => {
    const answered = current.requests - current.errors;
    const unpriced =
      current.unpriced === 0
        ? t('priced', { n: format.count(answered) })
        : t('unpriced', {
            count: current.unpriced,
            shown: format.count(current.unpriced),
          });
    return [
      {
        name: 'quality',
        value: format.score(current.quality.value),
        print: print(current.quality, format.score),
        change: estimateChange(current.quality, previous.quality, 'up'),
      },
      {
        name: 'flagRate',
        value: format.percent(current.flagRate.value),
        print: print(current.flagRate, format.percent),
        change: estimateChange(current.flagRate, previous.flagRate, 'down'),
      },
      {
        name: 'cost',
        value:
          answered === 0
            ? format.usd(current.costUsd)
            : format.cost(current.unpriced >= answered ? null : current.costUsd, answered),
        print: unpriced,
        change: plainChange(current.costUsd, previous.costUsd),
      },
      {
        name: 'volume',
        value: format.compact(current.requests),
        print: t('errorsCounted', {
          count: current.errors,
          shown: format.count(current.errors),
        }),
        change: countChange(current.requests, previous.requests),
      },
      {
        name: 'errorRate',
        value: format.percent(current.errorRate.value),
        print: print(current.errorRate, format.percent),
        change: estimateChange(current.errorRate, previous.errorRate, 'down'),
      },
      {
        name: 'p95',
        value: format.duration(current.p95LatencyMs),
        print: print(current.latencyPercentiles.p95, format.duration),
        change: estimateChange(
          current.latencyPercentiles.p95,
          previous.latencyPercentiles.p95,
          'down',
        ),
      },
    ];
  };
}

function TilesSkeleton() {
  return (
    <div className={GRID}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-[6.25rem]" />
      ))}
    </div>
  );
}

const GRID = 'grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6';

/** Six numbers with their uncertainty and their change against the period before. */
export function StatTiles({ query }: { query: UseQueryResult<SummaryReply> }) {
  const t = useTranslations('overview');
  const tiles = useTiles();
  const correction = useCorrection();
  return (
    <QueryView query={query} skeleton={<TilesSkeleton />}>
      {({ current, previous, corrected }) => (
        <dl className={GRID}>
          {tiles(current, previous).map((tile) => (
            <StatTile
              key={tile.name}
              label={t(`tiles.${tile.name}`)}
              hint={t(`hints.${tile.name}`)}
              value={tile.value}
              print={tile.print}
              change={tile.change}
              extra={tile.name === 'quality' ? correction(corrected) : undefined}
            />
          ))}
        </dl>
      )}
    </QueryView>
  );
}
