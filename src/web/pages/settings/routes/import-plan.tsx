import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { RouteImportReply } from '../../../../contract/route-import.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';

type Credential = RouteImportReply['providers'][number]['credential'];
type Action = RouteImportReply['routes'][number]['action'];

const TONES: Readonly<Record<Credential, Tone>> = {
  given: 'good',
  kept: 'good',
  not_needed: 'neutral',
  missing: 'warn',
};

function ActionBadge({ action }: { action: Action }) {
  const t = useTranslations('settings.routes.import.actions');
  return <Badge tone={action === 'create' ? 'accent' : 'neutral'}>{t(action)}</Badge>;
}

const ROW = 'flex flex-wrap items-center gap-x-2 gap-y-1 py-1.5';

function Part(props: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col">
      <h3 className="font-medium">{props.title}</h3>
      <ul className="divide-y divide-line">{props.children}</ul>
    </section>
  );
}

function Providers({ providers }: Pick<RouteImportReply, 'providers'>) {
  const t = useTranslations('settings.routes.import');
  return (
    <Part title={t('providers', { count: providers.length })}>
      {providers.map((provider) => (
        <li key={provider.name} className={ROW}>
          <ActionBadge action={provider.action} />
          <span className="font-mono text-xs">{provider.name}</span>
          <span className="font-mono text-2xs text-muted wrap-anywhere">{provider.baseUrl}</span>
          <Badge tone={TONES[provider.credential]}>{t(`credentials.${provider.credential}`)}</Badge>
          {provider.reference !== null && (
            <span className="font-mono text-2xs text-muted wrap-anywhere">
              {provider.reference}
            </span>
          )}
        </li>
      ))}
    </Part>
  );
}

function Routes({ routes }: Pick<RouteImportReply, 'routes'>) {
  const t = useTranslations('settings.routes.import');
  return (
    <Part title={t('routes', { count: routes.length })}>
      {routes.map((route) => (
        <li key={route.name} className={ROW}>
          <ActionBadge action={route.action} />
          <span className="font-mono text-xs font-medium wrap-anywhere">{route.name}</span>
          <span className="text-2xs text-muted wrap-anywhere">
            →{' '}
            {route.targets
              .map(({ provider, model, weight, priority }) =>
                t('target', { target: `${provider}/${model}`, weight, priority }),
              )
              .join(', ')}
          </span>
        </li>
      ))}
    </Part>
  );
}

/** What an import makes, leaves alone and cannot carry over. */
export function ImportPlan({ plan }: { plan: RouteImportReply }) {
  const t = useTranslations('settings.routes.import');
  const { providers, models, routes, notes, applied } = plan;
  const missing = providers.filter(({ credential }) => credential === 'missing').length;
  return (
    <div role="status" className="flex flex-col gap-4 rounded-md border border-line p-3">
      <p className={applied ? 'font-medium text-good' : 'font-medium'}>
        {applied ? t('applied') : t('preview')}
      </p>
      <Providers providers={providers} />
      {missing > 0 && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">
          {t('missing', { count: missing })}
        </p>
      )}
      {models.length > 0 && (
        <Part title={t('models', { count: models.length })}>
          {models.map(({ provider, name, action }) => (
            <li key={`${provider} ${name}`} className={ROW}>
              <ActionBadge action={action} />
              <span className="font-mono text-xs wrap-anywhere">
                {provider}/{name}
              </span>
            </li>
          ))}
        </Part>
      )}
      <Routes routes={routes} />
      {notes.length > 0 && (
        <Part title={t('notes', { count: notes.length })}>
          {notes.map(({ path, reason }) => (
            <li key={`${path} ${reason}`} className="py-1.5">
              <span className="font-mono text-xs wrap-anywhere">{path}</span>
              <span className="block text-xs text-muted wrap-anywhere">{reason}</span>
            </li>
          ))}
        </Part>
      )}
    </div>
  );
}
