import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProviders } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ProviderDialog } from './provider-dialog.tsx';
import { ProviderItem } from './provider-item.tsx';

function addExample(): string {
  return [
    `curl ${window.location.origin}/api/v1/providers \\`,
    '  -H "Authorization: Bearer $LQO_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"kind": "openai", "credential": "sk-…"}'`,
  ].join('\n');
}

/** Shown as long as there is no provider of the project's own. */
function FirstProvider() {
  const t = useTranslations('settings.providers');
  return (
    <div className="flex flex-col gap-2 px-4 py-3 text-[0.8125rem]">
      <p className="text-muted">{t('empty')}</p>
      <CodeBlock code={addExample()} label={t('add')} />
    </div>
  );
}

/** Where calls can go. */
export function Providers() {
  const t = useTranslations('settings.providers');
  const providers = useProviders();
  const [isAdding, setIsAdding] = useState(false);
  const items = providers.data?.items ?? [];
  const taken = new Set(items.map(({ name }) => name));
  const own = items.filter(({ source }) => source === 'stored');
  return (
    <Section
      title={t('title')}
      flush
      actions={
        <Button onClick={() => setIsAdding(true)}>
          <Plus aria-hidden="true" className="size-3.5" />
          {t('add')}
        </Button>
      }
    >
      <QueryView query={providers} skeleton={<SkeletonRows rows={3} />}>
        {() => (
          <>
            {own.length === 0 && <FirstProvider />}
            <ul className="divide-y divide-line">
              {[...own, ...items.filter(({ source }) => source !== 'stored')].map((provider) => (
                <ProviderItem key={provider.id} provider={provider} taken={taken} />
              ))}
            </ul>
          </>
        )}
      </QueryView>
      <ProviderDialog
        open={isAdding}
        provider={null}
        taken={taken}
        onClose={() => setIsAdding(false)}
      />
    </Section>
  );
}
