import { Pencil, PlugZap, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider } from '../../../../contract/routing.ts';
import { useRemoveProvider, useTestProvider } from '../../../data/routing.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { useProviderTitle } from '../use-provider-title.ts';
import { ProviderDialog } from './provider-dialog.tsx';
import { ProviderModels } from './provider-models.tsx';
import { TestResult } from './test-result.tsx';

interface Props {
  readonly provider: Provider;
  /** Names that other providers have. */
  readonly taken: ReadonlySet<string>;
}

function Facts({ provider }: { provider: Provider }) {
  const t = useTranslations('settings.providers');
  const titleOf = useProviderTitle();
  const { source, dialect, hasCredential, credentialHint, baseUrl, name } = provider;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{titleOf(provider)}</span>
        <span className="font-mono text-xs text-muted">{name}</span>
        {source !== 'stored' && <Badge tone="accent">{t(`sources.${source}`)}</Badge>}
        {provider.isDefault && <Badge tone="accent">{t('default')}</Badge>}
        {!provider.enabled && <Badge tone="warn">{t('off')}</Badge>}
        {provider.allowLinkLocal && source === 'stored' && (
          <Badge tone="warn">{t('linkLocal')}</Badge>
        )}
      </p>
      {source !== 'built_in' && (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
          <Badge title={t('dialect')}>{dialect}</Badge>
          <span className="font-mono wrap-anywhere">{baseUrl}</span>
          <span className="whitespace-nowrap">
            {hasCredential
              ? t('key', { hint: credentialHint === null ? '' : `…${credentialHint}` })
              : t('noKey')}
          </span>
          {provider.apiVersion !== null && <span>api-version {provider.apiVersion}</span>}
        </p>
      )}
      {source === 'environment' && (
        <p className="text-xs text-muted">
          {t('fromEnvironment', {
            variables:
              provider.kind === 'ollama' ? 'OLLAMA_BASE_URL' : 'LLM_API_BASE_URL, LLM_API_KEY',
          })}
        </p>
      )}
      {source === 'built_in' && <p className="text-xs text-muted">{t('builtInText')}</p>}
    </div>
  );
}

function Changes({ provider, taken }: Props) {
  const t = useTranslations('settings.providers');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const remove = useRemoveProvider();
  const close = (): void => setAsked(null);
  const { title } = provider;
  return (
    <>
      <IconButton label={t('changeOf', { name: title })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { name: title })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ProviderDialog open={asked === 'change'} provider={provider} taken={taken} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name: title })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(provider.id, { onSuccess: close })}
      />
    </>
  );
}

/** One provider: what it is, a test, changes, and its models. */
export function ProviderItem({ provider, taken }: Props) {
  const t = useTranslations('settings.providers');
  const test = useTestProvider();
  const isOwn = provider.source === 'stored';
  return (
    <li aria-label={provider.title} className="flex flex-col gap-2 px-4 py-3 text-[0.8125rem]">
      <div className="flex items-start justify-between gap-3 max-sm:flex-col max-sm:gap-1.5">
        <Facts provider={provider} />
        {provider.source !== 'built_in' && (
          <span className="flex shrink-0 items-center">
            <Button
              aria-label={t('testOf', { name: provider.title })}
              disabled={test.isPending}
              onClick={() => test.mutate(provider.id)}
            >
              <PlugZap aria-hidden="true" className="size-3.5" />
              {test.isPending ? t('testing') : t('testNow')}
            </Button>
            {isOwn && <Changes provider={provider} taken={taken} />}
          </span>
        )}
      </div>
      {test.error !== null && <ErrorPanel error={test.error} />}
      {test.data !== undefined && (
        <TestResult provider={provider} result={test.data} onClose={test.reset} />
      )}
      {provider.source !== 'built_in' && <ProviderModels provider={provider} />}
    </li>
  );
}
