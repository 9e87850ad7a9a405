import { useTranslations } from 'use-intl';
import type { Delivery } from '../../../../contract/alerts.ts';
import { useRetryDelivery } from '../../../data/alerts.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';

const TONES: Record<Delivery['state'], Tone> = {
  waiting: 'warn',
  delivered: 'good',
  dead: 'bad',
};
const KINDS = ['firing', 'resolved', 'test', 'low_quality', 'summary', 'digest'] as const;

function StateCell({ delivery }: { delivery: Delivery }) {
  const t = useTranslations('alerts.deliveries');
  const format = useFormat();
  const { state, nextAttemptAt, lastError } = delivery;
  return (
    <span className="flex max-w-72 min-w-44 flex-col items-start gap-0.5">
      <Badge tone={TONES[state]}>{t(`states.${state}`)}</Badge>
      {state === 'waiting' && nextAttemptAt !== null && (
        <span className="text-2xs text-muted">
          {t('next', { when: format.ago(nextAttemptAt) })}
        </span>
      )}
      {lastError !== null && state !== 'delivered' && (
        <span className="text-2xs text-bad wrap-anywhere">{lastError}</span>
      )}
    </span>
  );
}

/** Messages about the alert: to whom, and whether they arrived. */
export function Deliveries({ deliveries }: { deliveries: readonly Delivery[] }) {
  const t = useTranslations('alerts.deliveries');
  const retry = useRetryDelivery();
  const kindName = (kind: string): string => {
    const known = KINDS.find((one) => one === kind);
    return known === undefined ? kind : t(`kinds.${known}`);
  };
  return (
    <Section title={t('title')} note={t('note')} flush>
      {retry.error !== null && <ErrorPanel error={retry.error} />}
      {deliveries.length === 0 ? (
        <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('none')}</p>
      ) : (
        <DataTable
          label={t('title')}
          rows={deliveries}
          rowKey={({ id }) => id}
          columns={[
            { id: 'channel', header: t('channel'), cell: ({ channel }) => channel },
            { id: 'kind', header: t('kind'), cell: ({ kind }) => kindName(kind) },
            {
              id: 'state',
              header: t('state'),
              cell: (delivery) => <StateCell delivery={delivery} />,
            },
            {
              id: 'attempts',
              header: t('attempts'),
              isNumber: true,
              cell: ({ attempts }) => attempts,
            },
            {
              id: 'created',
              header: t('created'),
              cell: ({ createdAt }) => <Time iso={createdAt} as="moment" />,
            },
            {
              id: 'retry',
              header: <span className="sr-only">{t('retry')}</span>,
              cell: ({ id, state }) =>
                state === 'dead' && (
                  <Button disabled={retry.isPending} onClick={() => retry.mutate(id)}>
                    {t('retry')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Section>
  );
}
