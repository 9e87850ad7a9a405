import { useTranslations } from 'use-intl';
import type { Channel, ChannelCatalogEntry } from '../../../../contract/channels.ts';
import { Advanced } from '../../../ui/advanced.tsx';
import { CheckField, NumberField, SelectField, TextField } from '../../../ui/field.tsx';
import { SchemaForm } from '../../../ui/schema-form.tsx';
import { type ChannelDraft, hasOpenOptions, isNeeded, openSchema } from './channel-draft.ts';

export interface FieldsProps {
  readonly draft: ChannelDraft;
  readonly entry: ChannelCatalogEntry;
  /** Null while a new one is added. */
  readonly channel: Channel | null;
  readonly set: (part: Partial<ChannelDraft>) => void;
}

const SECRETS = ['url', 'secret', 'authorization', 'password', 'token', 'routingKey'] as const;

/** The names of the program's own languages are those of their speakers. */
const LANGUAGES: readonly { readonly value: Channel['language']; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'ko', label: '한국어' },
  { value: 'ja', label: '日本語' },
  { value: 'zh', label: '中文' },
];

function Secrets({ draft, entry, channel, set }: FieldsProps) {
  const t = useTranslations('channels');
  return entry.secrets.map((name) => {
    const known = SECRETS.find((one) => one === name);
    const isSet = channel?.options[name] === true;
    return (
      <TextField
        key={name}
        type="password"
        label={known === undefined ? name : t(`secrets.${known}`)}
        hint={isSet ? t('secretKept') : t('secretHint')}
        value={draft.secrets[name] ?? ''}
        required={!isSet && isNeeded(entry, name)}
        maxLength={2048}
        onChange={(text) => set({ secrets: { ...draft.secrets, [name]: text } })}
      />
    );
  });
}

function Reports({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  const t = useTranslations('channels');
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1">{t('tells')}</legend>
      <CheckField
        label={t('lowQuality')}
        hint={t('lowQualityHint')}
        checked={draft.lowQuality}
        onChange={(lowQuality) => set({ lowQuality })}
      />
      <CheckField
        label={t('batchSummary')}
        hint={t('batchSummaryHint')}
        checked={draft.batchSummary}
        onChange={(batchSummary) => set({ batchSummary })}
      />
      <SelectField
        label={t('digest')}
        hint={t('digestHint')}
        value={draft.digest}
        options={(['none', 'daily', 'weekly'] as const).map((value) => ({
          value,
          label: t(`digests.${value}`),
        }))}
        onChange={(digest) => set({ digest })}
      />
    </fieldset>
  );
}

/** Everything about a channel but its kind. */
export function ChannelFields(props: FieldsProps) {
  const { draft, entry, set } = props;
  const t = useTranslations('channels');
  return (
    <>
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={draft.name}
        required
        maxLength={128}
        onChange={(name) => set({ name })}
      />
      <Secrets {...props} />
      {hasOpenOptions(entry) && (
        <SchemaForm
          key={draft.kind}
          schema={openSchema(entry)}
          value={draft.options}
          onChange={(options) => set({ options })}
        />
      )}
      {entry.tells === 'everything' ? (
        <Reports draft={draft} set={set} />
      ) : (
        <p className="text-2xs text-muted">{t('alertsOnly')}</p>
      )}
      <SelectField
        label={t('language')}
        value={draft.language}
        options={LANGUAGES}
        onChange={(language) => set({ language })}
      />
      <SelectField
        label={t('texts')}
        hint={t('textsHint')}
        value={draft.texts}
        options={(['masked', 'none', 'full'] as const).map((value) => ({
          value,
          label: t(`textsOf.${value}`),
        }))}
        onChange={(texts) => set({ texts })}
      />
      <CheckField
        label={t('enabled')}
        hint={t('enabledHint')}
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <Advanced title={t('more')}>
        <NumberField
          label={t('perMinute')}
          hint={t('perMinuteHint')}
          value={draft.perMinute}
          min={1}
          max={600}
          step={1}
          required
          onChange={(perMinute) => set({ perMinute })}
        />
      </Advanced>
    </>
  );
}
