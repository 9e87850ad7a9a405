import { useTranslations } from 'use-intl';
import { AuthStyle, type ProviderPreset } from '../../../../contract/routing.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { CheckField, SelectField, TextField } from '../../../ui/field.tsx';
import { Credential, type PartProps } from './credential-field.tsx';

interface Props extends PartProps {
  readonly presets: readonly ProviderPreset[];
  readonly onPreset: (preset: ProviderPreset) => void;
}

function AdvancedFields({ draft, set }: PartProps) {
  const t = useTranslations('settings.providers');
  return (
    <Advanced>
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={draft.name}
        onChange={(name) => set({ name })}
        required
        maxLength={63}
      />
      <SelectField
        label={t('authStyle')}
        value={draft.authStyle}
        onChange={(authStyle) => set({ authStyle })}
        options={AuthStyle.options.map((value) => ({ value, label: t(`authStyles.${value}`) }))}
      />
      <CheckField
        label={t('allowLinkLocal')}
        hint={t('allowLinkLocalHint')}
        checked={draft.allowLinkLocal}
        onChange={(allowLinkLocal) => set({ allowLinkLocal })}
      />
      {draft.allowLinkLocal && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-xs text-warn">
          {t('linkLocalWarning')}
        </p>
      )}
    </Advanced>
  );
}

/** What a provider is made of; the rare things are folded away. */
export function ProviderFields({ presets, onPreset, ...part }: Props) {
  const { draft, preset, provider, set } = part;
  const t = useTranslations('settings.providers');
  return (
    <>
      {provider === null && (
        <SelectField
          label={t('kind')}
          value={draft.kind}
          onChange={(kind) => {
            const next = presets.find((one) => one.kind === kind);
            if (next !== undefined) onPreset(next);
          }}
          options={presets.map(({ kind, title }) => ({ value: kind, label: title }))}
        />
      )}
      <TextField
        label={t('titleField')}
        value={draft.title}
        onChange={(title) => set({ title })}
        required
        maxLength={200}
      />
      <TextField
        type="url"
        label={t('baseUrl')}
        hint={t('baseUrlHint')}
        value={draft.baseUrl}
        onChange={(baseUrl) => set({ baseUrl })}
        placeholder={preset.baseUrlExample}
        required
        maxLength={2048}
      />
      <Credential {...part} />
      {preset.needsApiVersion && (
        <TextField
          label={t('apiVersion')}
          value={draft.apiVersion}
          onChange={(apiVersion) => set({ apiVersion })}
          required
          maxLength={64}
        />
      )}
      <CheckField
        label={t('isDefault')}
        hint={t('isDefaultHint')}
        checked={draft.isDefault}
        onChange={(isDefault) => set({ isDefault })}
      />
      <CheckField
        label={t('enabled')}
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <AdvancedFields {...part} />
    </>
  );
}
