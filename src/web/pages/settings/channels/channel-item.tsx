import { List, Pencil, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Channel } from '../../../../contract/channels.ts';
import { useRemoveChannel, useTestChannel } from '../../../data/channel-settings.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelFacts } from './channel-facts.tsx';
import { Deliveries } from './deliveries.tsx';
import { TestOutcome } from './test-outcome.tsx';

function Changes({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const remove = useRemoveChannel();
  const close = (): void => setAsked(null);
  const { name } = channel;
  return (
    <>
      <IconButton label={t('changeOf', { name })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { name })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ChannelDialog open={asked === 'change'} channel={channel} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(channel.id, { onSuccess: close })}
      />
    </>
  );
}

/** One channel: what it is told, what became of it, a test, changes, and its latest messages. */
export function ChannelItem({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const test = useTestChannel();
  const [showsMessages, setShowsMessages] = useState(false);
  const { name } = channel;
  return (
    <li aria-label={name} className="flex flex-col gap-2 px-4 py-3 text-[0.8125rem]">
      <div className="flex items-start justify-between gap-3 max-sm:flex-col max-sm:gap-1.5">
        <ChannelFacts channel={channel} />
        <span className="flex shrink-0 items-center">
          <Button
            aria-label={t('testOf', { name })}
            disabled={test.isPending}
            onClick={() => test.mutate(channel.id)}
          >
            <Send aria-hidden="true" className="size-3.5" />
            {test.isPending ? t('testing') : t('test')}
          </Button>
          <IconButton
            label={t('messagesOf', { name })}
            aria-expanded={showsMessages}
            onClick={() => setShowsMessages(!showsMessages)}
          >
            <List aria-hidden="true" className="size-4" />
          </IconButton>
          {channel.managedBy === 'api' && <Changes channel={channel} />}
        </span>
      </div>
      {test.error !== null && <ErrorPanel error={test.error} />}
      {test.data !== undefined && <TestOutcome outcome={test.data} onClose={test.reset} />}
      {showsMessages && <Deliveries channel={channel} />}
    </li>
  );
}
