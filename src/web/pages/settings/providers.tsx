import { useTranslations } from 'use-intl';
import type { Provider } from '../../../contract/routing.ts';
import { useProviders } from '../../data/access.ts';
import { Badge } from '../../ui/badge.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { curlExample, sdkExample } from '../../ui/getting-started.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

function ProviderRow({ provider }: { provider: Provider }) {
  const t = useTranslations('settings.providers');
  return (
    <li className="flex flex-col gap-1 py-2 text-[0.8125rem]">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">
          {provider.source === 'built_in' ? provider.id : provider.title}
        </span>
        {provider.source === 'built_in' ? (
          <Badge tone="warn">{t('demo')}</Badge>
        ) : (
          <Badge tone={provider.hasCredential ? 'good' : 'warn'}>
            {provider.hasCredential ? t('hasKey') : t('noKey')}
          </Badge>
        )}
        <span className="font-mono text-xs text-muted wrap-anywhere">
          {provider.baseUrl ?? t('builtIn')}
        </span>
      </p>
    </li>
  );
}

/** Where calls go, and how to send them here. */
export function Providers() {
  const t = useTranslations('settings.providers');
  const start = useTranslations('gettingStarted');
  const providers = useProviders();
  return (
    <Section title={t('title')}>
      <div className="flex flex-col gap-4">
        <QueryView query={providers} skeleton={<SkeletonRows rows={2} />}>
          {(reply) => (
            <ul className="divide-y divide-line">
              {reply.items.map((provider) => (
                <ProviderRow key={provider.id} provider={provider} />
              ))}
            </ul>
          )}
        </QueryView>
        <p className="text-[0.8125rem] text-muted">{t('configure')}</p>
        <div className="grid gap-3 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-1.5">
            <h3 className="text-[0.8125rem] font-medium">{start('curl')}</h3>
            <CodeBlock code={curlExample()} label={start('curl')} />
          </div>
          <div className="flex min-w-0 flex-col gap-1.5">
            <h3 className="text-[0.8125rem] font-medium">{start('sdk')}</h3>
            <CodeBlock code={sdkExample()} label={start('sdk')} />
          </div>
        </div>
      </div>
    </Section>
  );
}
