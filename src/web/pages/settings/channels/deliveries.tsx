import { useTranslations } from 'use-intl';
import type { Delivery } from '../../../../contract/alerts.ts';
import type { Channel } from '../../../../contract/channels.ts';
import { useDeliveries, useSendAgain } from '../../../data/channel-settings.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';

const TONES = { waiting: 'neutral', delivered: 'good', dead: 'bad' } as const;
const KINDS = ['firing', 'resolved', 'low_quality', 'summary', 'digest'] as const;

function Message({ delivery }: { delivery: Delivery }) {
  const t = useTranslations('channels');
  const again = useSendAgain();
  const kind = KINDS.find((one) => one === delivery.kind);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <Badge tone={TONES[delivery.state]}>{t(`states.${delivery.state}`)}</Badge>
      <span>{kind === undefined ? delivery.kind : t(`kinds.${kind}`)}</span>
      <span className="text-muted">
        <Time iso={delivery.createdAt} as="moment" />
      </span>
      {delivery.attempts > 1 && (
        <span className="text-muted">{t('attempts', { count: delivery.attempts })}</span>
      )}
      {delivery.state === 'dead' && (
        <Button look="quiet" disabled={again.isPending} onClick={() => again.mutate(delivery.id)}>
          {t('sendAgain')}
        </Button>
      )}
      {delivery.lastError !== null && delivery.state !== 'delivered' && (
        <span className="basis-full text-bad wrap-anywhere">{delivery.lastError}</span>
      )}
      {again.error !== null && <ErrorPanel error={again.error} />}
    </li>
  );
}

/** The latest messages of a channel; those that were given up can be sent again. */
export function Deliveries({ channel }: { channel: Channel }) {
  const t = useTranslations('channels');
  const deliveries = useDeliveries(channel.id);
  return (
    <QueryView query={deliveries} skeleton={<SkeletonRows rows={2} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-xs text-muted">{t('noMessages')}</p>
        ) : (
          <ul
            aria-label={t('messagesOf', { name: channel.name })}
            className="divide-y divide-line rounded-md bg-sunken px-3 text-xs"
          >
            {items.map((delivery) => (
              <Message key={delivery.id} delivery={delivery} />
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}
