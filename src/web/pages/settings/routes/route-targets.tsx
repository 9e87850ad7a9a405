import { useTranslations } from 'use-intl';
import type { Provider, Route, RouteHealth, RouteTarget } from '../../../../contract/routing.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { useProviderTitle } from '../use-provider-title.ts';
import { shareOf } from './route-draft.ts';

type Health = RouteHealth['items'][number]['targets'][number];

interface Row {
  readonly key: string;
  readonly target: RouteTarget;
  readonly provider: string;
  readonly share: number | null;
  readonly health: Health | undefined;
}

const TONES: Readonly<Record<Health['state'], Tone>> = {
  closed: 'good',
  half_open: 'warn',
  open: 'bad',
};

function State({ health }: { health: Health | undefined }) {
  const t = useTranslations('settings.routes.health');
  if (health === undefined) return <span className="text-muted">–</span>;
  const { state, opensUntil, restsUntil } = health;
  return (
    <span className="flex flex-col items-start gap-0.5">
      <Badge tone={TONES[state]} title={t(`hints.${state}`)}>
        {t(`states.${state}`)}
      </Badge>
      {opensUntil !== null && (
        <span className="text-2xs text-muted">
          {t('until')} <Time iso={opensUntil} as="clock" />
        </span>
      )}
      {restsUntil !== null && (
        <span className="text-2xs text-muted">
          {t('rests')} <Time iso={restsUntil} as="clock" />
        </span>
      )}
    </span>
  );
}

function useColumns(): readonly DataColumn<Row>[] {
  const t = useTranslations('settings.routes');
  const health = useTranslations('settings.routes.health');
  const format = useFormat();
  return [
    {
      id: 'target',
      header: t('targetColumn'),
      cell: ({ target, provider }) => (
        <>
          <span className="font-medium wrap-anywhere">{target.model ?? t('asCalled')}</span>
          <span className="block text-2xs text-muted">{provider}</span>
        </>
      ),
    },
    { id: 'tier', header: t('tier'), isNumber: true, cell: ({ target }) => target.priority },
    {
      id: 'share',
      header: t('shareColumn'),
      isNumber: true,
      cell: ({ share }) => (share === null ? t('lastResort') : format.percent(share, 0)),
    },
    { id: 'state', header: health('state'), cell: (row) => <State health={row.health} /> },
    {
      id: 'inFlight',
      header: health('inFlight'),
      isNumber: true,
      cell: (row) =>
        row.health === undefined
          ? '–'
          : [row.health.inFlight, row.health.maxConcurrent]
              .filter((part) => part !== null)
              .map(format.count)
              .join(' / '),
    },
    {
      id: 'failures',
      header: health('failures'),
      title: health('failuresHint'),
      isNumber: true,
      cell: (row) =>
        row.health === undefined
          ? '–'
          : `${format.count(row.health.failures)} / ${format.count(row.health.calls)}`,
    },
    {
      id: 'lastError',
      header: health('lastError'),
      cell: (row) => (
        <span className="text-muted wrap-anywhere">{row.health?.lastError ?? '–'}</span>
      ),
    },
  ];
}

interface Props {
  readonly route: Route;
  readonly providers: readonly Provider[];
  readonly health: RouteHealth['items'][number] | undefined;
}

/** The targets of a route with how each fares at the moment. */
export function RouteTargets({ route, providers, health }: Props) {
  const t = useTranslations('settings.routes');
  const columns = useColumns();
  const titleOf = useProviderTitle();
  const rows = route.targets.map((target, at): Row => {
    const provider = providers.find(({ id }) => id === target.providerId);
    return {
      key: `${at}`,
      target,
      provider: provider === undefined ? target.providerId : titleOf(provider),
      share: shareOf(target, route.targets) === 0 ? null : shareOf(target, route.targets),
      // Nothing is sent to a route that is off, so what is known of it is old.
      health: !route.enabled
        ? undefined
        : health?.targets.find(
            (one) => one.providerId === target.providerId && one.model === target.model,
          ),
    };
  });
  const byTier = rows.toSorted((a, b) => a.target.priority - b.target.priority);
  return (
    <DataTable
      label={t('targetsOf', { name: route.name })}
      columns={columns}
      rows={byTier}
      rowKey={({ key }) => key}
    />
  );
}
