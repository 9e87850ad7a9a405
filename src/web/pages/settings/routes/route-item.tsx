import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider, Route, RouteHealth } from '../../../../contract/routing.ts';
import { useChangeRoute, useRemoveRoute } from '../../../data/routing.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { RouteDialog } from './route-dialog.tsx';
import { RouteTargets } from './route-targets.tsx';

function Actions({ route }: { route: Route }) {
  const t = useTranslations('settings.routes');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const change = useChangeRoute();
  const remove = useRemoveRoute();
  const close = (): void => setAsked(null);
  const { id, name, enabled } = route;
  return (
    <span className="flex shrink-0 items-center">
      <Button
        look="quiet"
        disabled={change.isPending}
        onClick={() => change.mutate({ id, change: { enabled: !enabled } })}
      >
        {enabled ? t('switchOff') : t('switchOn')}
      </Button>
      <IconButton label={t('changeOf', { name })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { name })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <RouteDialog open={asked === 'change'} route={route} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(id, { onSuccess: close })}
      />
      {change.error !== null && <ErrorPanel error={change.error} />}
    </span>
  );
}

interface Props {
  readonly route: Route;
  readonly providers: readonly Provider[];
  /** Undefined while nothing is known, as for a route that is off. */
  readonly health: RouteHealth['items'][number] | undefined;
}

/** One route: what callers name, where it leads, and how that fares now. */
export function RouteItem({ route, providers, health }: Props) {
  const t = useTranslations('settings.routes');
  return (
    <li aria-label={route.name} className="flex flex-col gap-2 py-3 text-[0.8125rem]">
      <div className="flex items-start justify-between gap-3 px-4 max-sm:flex-col max-sm:gap-1">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-mono font-medium wrap-anywhere">{route.name}</span>
            {route.title !== route.name && <span className="text-muted">{route.title}</span>}
            {!route.enabled && <Badge tone="warn">{t('off')}</Badge>}
            {route.sticky !== 'none' && <Badge>{t(`stickyTo.${route.sticky}`)}</Badge>}
          </p>
          <p className="text-xs text-muted">
            {t('summary', {
              retries: route.retries.max,
              breaker: route.breaker.enabled ? 'on' : 'off',
            })}
          </p>
        </div>
        <Actions route={route} />
      </div>
      <RouteTargets route={route} providers={providers} health={health} />
    </li>
  );
}
