import { type SubmitEvent, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { type Channel, type ChannelCatalogEntry, Language } from '../../../../contract/channels.ts';
import {
  useChangeChannel,
  useChannelKinds,
  useCreateChannel,
} from '../../../data/channel-settings.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { SelectField } from '../../../ui/field.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import {
  type ChannelDraft,
  channelChangeOf,
  draftOfChannel,
  draftOfKind,
  newChannelOf,
} from './channel-draft.ts';
import { ChannelFields } from './channel-fields.tsx';

interface Props {
  readonly open: boolean;
  /** Null adds a new one. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
}

/** Adding and changing a channel, by the options that its kind takes. */
export function ChannelDialog({ open, channel, onClose }: Props) {
  const t = useTranslations('channels');
  const kinds = useChannelKinds();
  return (
    <Dialog open={open} onClose={onClose} title={channel === null ? t('add') : t('change')}>
      <QueryView query={kinds} skeleton={<SkeletonRows rows={5} />}>
        {({ channels }) => <ChannelForm kinds={channels} channel={channel} onDone={onClose} />}
      </QueryView>
    </Dialog>
  );
}

interface FormProps {
  readonly kinds: readonly ChannelCatalogEntry[];
  readonly channel: Channel | null;
  readonly onDone: () => void;
}

function useDraft({ kinds, channel }: FormProps) {
  const locale = Language.safeParse(useLocale()).data ?? 'en';
  const [draft, setDraft] = useState<ChannelDraft | null>(() => {
    const [first] = kinds;
    const own = kinds.find(({ kind }) => kind === channel?.kind);
    if (channel !== null && own !== undefined) return draftOfChannel(channel, own);
    return first === undefined ? null : draftOfKind(first.kind, locale);
  });
  return { draft, setDraft, entry: kinds.find(({ kind }) => kind === draft?.kind), locale };
}

function ChannelForm(props: FormProps) {
  const { kinds, channel, onDone } = props;
  const t = useTranslations('channels');
  const { draft, setDraft, entry, locale } = useDraft(props);
  const create = useCreateChannel();
  const change = useChangeChannel();
  if (draft === null || entry === undefined) return null;
  const error = create.error ?? change.error;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const then = { onSuccess: onDone };
    if (channel === null) create.mutate(newChannelOf(draft, entry), then);
    else change.mutate({ id: channel.id, change: channelChangeOf(draft, entry) }, then);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      {channel === null && (
        <SelectField
          label={t('kind')}
          value={draft.kind}
          options={kinds.map(({ kind, title }) => ({ value: kind, label: title }))}
          onChange={(kind) => setDraft({ ...draftOfKind(kind, locale), name: draft.name })}
        />
      )}
      <ChannelFields
        draft={draft}
        entry={entry}
        channel={channel}
        set={(part) => setDraft({ ...draft, ...part })}
      />
      {error !== null && <ErrorPanel error={error} />}
      <Button
        type="submit"
        look="primary"
        disabled={create.isPending || change.isPending || draft.options === null}
      >
        {t('save')}
      </Button>
    </form>
  );
}
