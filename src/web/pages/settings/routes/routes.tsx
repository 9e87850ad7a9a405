import { FileInput, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProviders, useRouteHealth, useRoutes } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { RouteDialog } from './route-dialog.tsx';
import { RouteItem } from './route-item.tsx';

function createExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/routes \\`,
    '  -H "Authorization: Bearer $LQO_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "chat", "targets": [`,
    `        {"providerId": "demo", "model": "demo/flaky"},`,
    `        {"providerId": "demo", "model": "demo/good", "priority": 1}]}'`,
  ].join('\n');
}

function FirstRoute() {
  const t = useTranslations('settings.routes');
  return (
    <div className="flex flex-col gap-2 px-4 pb-3 text-[0.8125rem]">
      <p className="text-muted">{t('empty')}</p>
      <CodeBlock code={createExample()} label={t('create')} />
      <p className="text-xs text-muted">{t('emptyThen')}</p>
    </div>
  );
}

function RouteList() {
  const t = useTranslations('settings.routes');
  const routes = useRoutes();
  const health = useRouteHealth();
  const providers = useProviders().data?.items ?? [];
  return (
    <QueryView query={routes} skeleton={<SkeletonRows rows={4} />}>
      {({ items }) =>
        items.length === 0 ? (
          <FirstRoute />
        ) : (
          <>
            <ul className="divide-y divide-line">
              {items.map((route) => (
                <RouteItem
                  key={route.id}
                  route={route}
                  providers={providers}
                  health={health.data?.items.find(({ routeId }) => routeId === route.id)}
                />
              ))}
            </ul>
            {health.data !== undefined && (
              <p className="px-4 pb-2 text-2xs text-muted">
                {t('processes', { count: health.data.processes })}
              </p>
            )}
          </>
        )
      }
    </QueryView>
  );
}

/** Model names of the project's own: where they lead, and how that fares. */
export function Routes() {
  const t = useTranslations('settings.routes');
  const [asked, setAsked] = useState<'create' | 'import' | null>(null);
  const close = (): void => setAsked(null);
  return (
    <Section
      title={t('title')}
      flush
      actions={
        <span className="flex flex-wrap gap-2">
          <Button onClick={() => setAsked('import')}>
            <FileInput aria-hidden="true" className="size-3.5" />
            {t('import.action')}
          </Button>
          <Button onClick={() => setAsked('create')}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t('create')}
          </Button>
        </span>
      }
    >
      <RouteList />
      <RouteDialog open={asked === 'create'} route={null} onClose={close} />
      <ImportDialog open={asked === 'import'} onClose={close} />
    </Section>
  );
}
