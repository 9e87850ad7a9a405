import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { SummaryReply } from '../../../contract/analytics.ts';
import { useSmallPrint } from '../../ui/estimate.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { type Change, plainChange, testedChange } from './change.ts';
import { useCompares } from './compare-switch.tsx';
import { StatTile } from './stat-tile.tsx';
import { useCorrection } from './use-correction.ts';

interface Tile {
  readonly name: 'quality' | 'flagRate' | 'cost' | 'volume' | 'errorRate' | 'p95';
  readonly value: string;
  readonly print: string;
  readonly change: Change;
}

function useTiles(): (reply: SummaryReply) => readonly Tile[] {
  const t = useTranslations('overview');
  const format = useFormat();
  const print = useSmallPrint();
  return ({ current, previous, changes }) => {
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
        change: testedChange(current.quality.value, previous.quality.value, {
          difference: changes.quality,
          unit: 'score',
          good: 'up',
        }),
      },
      {
        name: 'flagRate',
        value: format.percent(current.flagRate.value),
        print: print(current.flagRate, format.percent),
        change: testedChange(current.flagRate.value, previous.flagRate.value, {
          difference: changes.flagRate,
          unit: 'share',
          good: 'down',
        }),
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
        change: plainChange(current.requests, previous.requests),
      },
      {
        name: 'errorRate',
        value: format.percent(current.errorRate.value),
        print: print(current.errorRate, format.percent),
        change: testedChange(current.errorRate.value, previous.errorRate.value, {
          difference: changes.errorRate,
          unit: 'share',
          good: 'down',
        }),
      },
      {
        name: 'p95',
        value: format.duration(current.p95LatencyMs),
        print: print(current.latencyPercentiles.p95, format.duration),
        change: testedChange(current.p95LatencyMs, previous.p95LatencyMs, {
          difference: changes.p95LatencyMs,
          unit: 'duration',
          good: 'down',
        }),
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
  const compares = useCompares();
  return (
    <QueryView query={query} skeleton={<TilesSkeleton />}>
      {(reply) => (
        <dl className={GRID}>
          {tiles(reply).map((tile) => (
            <StatTile
              key={tile.name}
              label={t(`tiles.${tile.name}`)}
              hint={t(`hints.${tile.name}`)}
              value={tile.value}
              print={tile.print}
              change={tile.change}
              compares={compares}
              extra={tile.name === 'quality' ? correction(reply.corrected) : undefined}
            />
          ))}
        </dl>
      )}
    </QueryView>
  );
}
