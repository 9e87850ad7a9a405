import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Provider, ProviderPreset } from '../../../../contract/routing.ts';
import { useChangeProvider, useCreateProvider, usePresets } from '../../../data/routing.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import {
  draftOfPreset,
  draftOfProvider,
  newProviderOf,
  type ProviderDraft,
  providerChangeOf,
} from './provider-draft.ts';
import { ProviderFields } from './provider-fields.tsx';

interface Props {
  readonly open: boolean;
  /** Null adds a new one. */
  readonly provider: Provider | null;
  /** Names that other providers have. */
  readonly taken: ReadonlySet<string>;
  readonly onClose: () => void;
}

/** Adding and changing a provider, starting from what is usual for its kind. */
export function ProviderDialog({ open, provider, taken, onClose }: Props) {
  const t = useTranslations('settings.providers');
  const presets = usePresets();
  return (
    <Dialog open={open} onClose={onClose} title={provider === null ? t('add') : t('change')}>
      <QueryView query={presets} skeleton={<SkeletonRows rows={5} />}>
        {({ items }) => (
          <ProviderForm presets={items} provider={provider} taken={taken} onDone={onClose} />
        )}
      </QueryView>
    </Dialog>
  );
}

function useSave(provider: Provider | null, onDone: () => void) {
  const create = useCreateProvider();
  const change = useChangeProvider();
  return {
    isPending: create.isPending || change.isPending,
    error: create.error ?? change.error,
    save(draft: ProviderDraft): void {
      const given = { onSuccess: onDone };
      if (provider === null) create.mutate(newProviderOf(draft), given);
      else change.mutate({ id: provider.id, change: providerChangeOf(draft) }, given);
    },
  };
}

interface FormProps {
  readonly presets: readonly ProviderPreset[];
  readonly provider: Provider | null;
  readonly taken: ReadonlySet<string>;
  readonly onDone: () => void;
}

function firstDraft({ presets, provider, taken }: FormProps): ProviderDraft | null {
  if (provider !== null) return draftOfProvider(provider);
  const [first] = presets;
  return first === undefined ? null : draftOfPreset(first, taken);
}

function ProviderForm(props: FormProps) {
  const { presets, provider, taken, onDone } = props;
  const t = useTranslations('settings.providers');
  const [draft, setDraft] = useState(() => firstDraft(props));
  const { save, isPending, error } = useSave(provider, onDone);
  const preset = presets.find(({ kind }) => kind === draft?.kind);
  if (draft === null || preset === undefined) return null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save(draft);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <ProviderFields
        draft={draft}
        preset={preset}
        presets={presets}
        provider={provider}
        set={(part) => setDraft({ ...draft, ...part })}
        onPreset={(next) => setDraft(draftOfPreset(next, taken))}
      />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" look="primary" disabled={isPending}>
        {t('save')}
      </Button>
    </form>
  );
}
