import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { SelectField } from '../../../ui/field.tsx';
import { Section } from '../../../ui/section.tsx';
import {
  CLIENT_DOCUMENTS,
  CLIENT_NAMES,
  CLIENTS,
  type Client,
  clientSnippet,
} from './client-snippets.ts';

/** How to send calls here, for each client. */
export function PointYourSdk() {
  const t = useTranslations('settings.clients');
  const [client, setClient] = useState<Client>('curl');
  const name = CLIENT_NAMES[client];
  return (
    <Section title={t('title')}>
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p className="text-muted">{t('explain')}</p>
        <div className="max-w-64">
          <SelectField
            label={t('client')}
            value={client}
            onChange={setClient}
            options={CLIENTS.map((value) => ({ value, label: CLIENT_NAMES[value] }))}
          />
        </div>
        <CodeBlock code={clientSnippet(client, window.location.origin)} label={name} />
        <p className="text-xs text-muted">
          {t.rich('more', {
            file: CLIENT_DOCUMENTS[client],
            code: (chunks) => <span className="font-mono">{chunks}</span>,
            link: (chunks) => (
              <a href="/docs" target="_blank" rel="noreferrer" className="text-accent underline">
                {chunks}
              </a>
            ),
          })}
        </p>
      </div>
    </Section>
  );
}
