import { useTranslations } from 'use-intl';
import type { Provider, ProviderPreset } from '../../../../contract/routing.ts';
import { CheckField, TextField } from '../../../ui/field.tsx';
import { isMoved, type ProviderDraft } from './provider-draft.ts';

export interface PartProps {
  readonly draft: ProviderDraft;
  readonly preset: ProviderPreset;
  /** Null while a new one is added. */
  readonly provider: Provider | null;
  readonly set: (part: Partial<ProviderDraft>) => void;
}

function CredentialHint({ preset, provider, draft }: Omit<PartProps, 'set'>) {
  const t = useTranslations('settings.providers');
  if (provider?.hasCredential === true)
    return isMoved(draft, provider)
      ? t('credentialMoved')
      : t('credentialKept', { hint: provider.credentialHint ?? '…' });
  return (
    <>
      {preset.needsCredential ? t('credentialHint') : t('credentialOptional')}{' '}
      {preset.credentialUrl !== null && (
        <a
          href={preset.credentialUrl}
          target="_blank"
          rel="noreferrer noopener"
          className="text-accent underline"
        >
          {t('credentialUrl')}
        </a>
      )}
    </>
  );
}

/** The key of a provider: entered, kept or forgotten, never shown. */
export function Credential(props: PartProps) {
  const { draft, provider, preset, set } = props;
  const t = useTranslations('settings.providers');
  const isNeeded =
    provider?.hasCredential === true
      ? isMoved(draft, provider) && !draft.forgetsCredential
      : provider === null && preset.needsCredential;
  return (
    <>
      {!draft.forgetsCredential && (
        <TextField
          type="password"
          label={t('credential')}
          hint={<CredentialHint preset={preset} provider={provider} draft={draft} />}
          value={draft.credential}
          onChange={(credential) => set({ credential })}
          required={isNeeded}
          maxLength={8192}
        />
      )}
      {provider?.hasCredential === true && (
        <CheckField
          label={t('forget')}
          checked={draft.forgetsCredential}
          onChange={(forgetsCredential) => set({ forgetsCredential, credential: '' })}
        />
      )}
    </>
  );
}
