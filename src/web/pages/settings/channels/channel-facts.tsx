import { useTranslations } from 'use-intl';
import type { Channel } from '../../../../contract/channels.ts';
import { useChannelKinds } from '../../../data/channel-settings.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';

function Told({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const { lowQuality, batchSummary, digest } = channel;
  return (
    <>
      {lowQuality && <Badge>{t('lowQuality')}</Badge>}
      {batchSummary && <Badge>{t('batchSummary')}</Badge>}
      {digest !== 'none' && <Badge>{t(`digestOf.${digest}`)}</Badge>}
    </>
  );
}

function Figures({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const format = useFormat();
  const { delivered, waiting, dead, lastDeliveredAt } = channel;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted tabular-nums">
      <span>{t('delivered', { count: delivered, n: format.count(delivered) })}</span>
      {waiting > 0 && <span>{t('waiting', { count: waiting, n: format.count(waiting) })}</span>}
      {dead > 0 && (
        <span className="text-bad">{t('dead', { count: dead, n: format.count(dead) })}</span>
      )}
      {lastDeliveredAt !== null && (
        <span>
          {t('last')} <Time iso={lastDeliveredAt} as="ago" />
        </span>
      )}
    </p>
  );
}

/** What a channel is, what it is told, and what became of its messages. */
export function ChannelFacts({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const kinds = useChannelKinds().data?.channels ?? [];
  const title = kinds.find(({ kind }) => kind === channel.kind)?.title ?? channel.kind;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium wrap-anywhere">{channel.name}</span>
        <span className="text-xs text-muted">{title}</span>
        {channel.managedBy === 'environment' && (
          <Badge tone="accent" title={t('environmentHint')}>
            {t('environment')}
          </Badge>
        )}
        {!channel.enabled && <Badge tone="warn">{t('off')}</Badge>}
        <Told channel={channel} />
      </p>
      <Figures channel={channel} />
      {channel.problem !== null && (
        <p className="text-xs text-bad wrap-anywhere">{channel.problem}</p>
      )}
    </div>
  );
}
