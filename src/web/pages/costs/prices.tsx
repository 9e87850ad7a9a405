import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { UnpricedReply } from '../../../contract/costs.ts';
import type { Price } from '../../../contract/prices.ts';
import { usePrices, useRemovePrice, useUnpriced } from '../../data/costs.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { PriceDialog, type PriceDraft } from './price-dialog.tsx';
import { Repricings } from './repricings.tsx';

const EMPTY: PriceDraft = { provider: '', model: '', input: null, output: null, cached: null };

type Unpriced = UnpricedReply['models'][number];

function UnpricedList(props: { onPrice: (draft: PriceDraft) => void }) {
  const t = useTranslations('costs.prices');
  const format = useFormat();
  const unpriced = useUnpriced();
  const draftOf = ({ provider, model, nearest }: Unpriced): PriceDraft => ({
    ...EMPTY,
    provider,
    model,
    input: nearest[0]?.inputUsdPerMillion ?? null,
    output: nearest[0]?.outputUsdPerMillion ?? null,
  });
  return (
    <QueryView query={unpriced} skeleton={<SkeletonRows rows={2} />}>
      {({ models }) =>
        models.length === 0 ? (
          <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('allPriced')}</p>
        ) : (
          <DataTable
            label={t('unpriced')}
            rows={models}
            rowKey={(row) => `${row.provider} ${row.model}`}
            columns={[
              {
                id: 'model',
                header: t('model'),
                cell: (row) => (
                  <>
                    <span className="font-medium wrap-anywhere">{row.model}</span>
                    <span className="block text-2xs text-muted">{row.provider}</span>
                  </>
                ),
              },
              {
                id: 'calls',
                header: t('calls'),
                isNumber: true,
                cell: (row) => format.count(row.calls),
              },
              {
                id: 'tokens',
                header: t('tokens'),
                isNumber: true,
                cell: (row) =>
                  `${format.compact(row.inputTokens)} / ${format.compact(row.outputTokens)}`,
              },
              {
                id: 'seen',
                header: t('lastSeen'),
                cell: (row) => <Time iso={row.lastSeenAt} as="ago" />,
              },
              {
                id: 'nearest',
                header: t('nearest'),
                cell: (row) => row.nearest.map(({ model }) => model).join(', '),
              },
              {
                id: 'actions',
                header: <span className="sr-only">{t('actions')}</span>,
                isNumber: true,
                cell: (row) => (
                  <Button onClick={() => props.onPrice(draftOf(row))}>{t('add')}</Button>
                ),
              },
            ]}
          />
        )
      }
    </QueryView>
  );
}

function RemovePrice({ price }: { price: Price }) {
  const t = useTranslations('costs.prices');
  const remove = useRemovePrice();
  return (
    <IconButton
      label={t('removeOf', { model: price.model })}
      disabled={remove.isPending}
      onClick={() => remove.mutate(price.id)}
    >
      <Trash2 aria-hidden="true" className="size-4" />
    </IconButton>
  );
}

function OwnPrices() {
  const t = useTranslations('costs.prices');
  const format = useFormat();
  const prices = usePrices();
  return (
    <QueryView query={prices} skeleton={<SkeletonRows rows={2} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noOwn')}</p>
        ) : (
          <DataTable
            label={t('own')}
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              {
                id: 'model',
                header: t('model'),
                cell: (price) => (
                  <>
                    <span className="font-medium wrap-anywhere">{price.model}</span>
                    <span className="block text-2xs text-muted">{price.provider ?? t('any')}</span>
                  </>
                ),
              },
              {
                id: 'input',
                header: t('inputPer'),
                isNumber: true,
                cell: (price) => format.usd(price.inputUsdPerMillion),
              },
              {
                id: 'output',
                header: t('outputPer'),
                isNumber: true,
                cell: (price) => format.usd(price.outputUsdPerMillion),
              },
              {
                id: 'from',
                header: t('validFrom'),
                cell: (price) => <Time iso={price.validFrom} />,
              },
              {
                id: 'actions',
                header: <span className="sr-only">{t('actions')}</span>,
                isNumber: true,
                cell: (price) => <RemovePrice price={price} />,
              },
            ]}
          />
        )
      }
    </QueryView>
  );
}

/** Models without a price, the project's own prices, and pricing the past anew. */
export function Prices() {
  const t = useTranslations('costs.prices');
  const [draft, setDraft] = useState<PriceDraft | null>(null);
  return (
    <>
      <Section title={t('unpriced')} note={t('unpricedNote')} flush>
        <UnpricedList onPrice={setDraft} />
      </Section>
      <Section
        title={t('own')}
        flush
        actions={
          <Button onClick={() => setDraft(EMPTY)}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t('add')}
          </Button>
        }
      >
        <OwnPrices />
      </Section>
      <Repricings />
      <PriceDialog draft={draft} onClose={() => setDraft(null)} />
    </>
  );
}
