import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Price } from '../../../contract/prices.ts';
import { usePrices, useRemovePrice } from '../../data/costs.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { PriceDialog } from './price-dialog.tsx';
import { EMPTY_PRICE, type PriceDraft, priceDraftOf } from './price-draft.ts';
import { Repricings } from './repricings.tsx';
import { UnpricedList } from './unpriced-list.tsx';

function PriceActions({ price, onChange }: { price: Price; onChange: () => void }) {
  const t = useTranslations('costs.prices');
  const remove = useRemovePrice();
  const [isAsked, setIsAsked] = useState(false);
  const { model } = price;
  return (
    <span className="inline-flex">
      <IconButton label={t('changeOf', { model })} onClick={onChange}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { model })} onClick={() => setIsAsked(true)}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <ConfirmDialog
        open={isAsked}
        title={t('remove')}
        text={t('removeText', { model })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsAsked(false)}
        onConfirm={() => remove.mutate(price.id, { onSuccess: () => setIsAsked(false) })}
      />
    </span>
  );
}

function OwnPrices({ onChange }: { onChange: (draft: PriceDraft) => void }) {
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
                id: 'cached',
                header: t('cachedPer'),
                isNumber: true,
                cell: (price) => format.usd(price.cachedInputUsdPerMillion),
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
                cell: (price) => (
                  <PriceActions price={price} onChange={() => onChange(priceDraftOf(price))} />
                ),
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
          <Button onClick={() => setDraft(EMPTY_PRICE)}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t('add')}
          </Button>
        }
      >
        <OwnPrices onChange={setDraft} />
      </Section>
      <Repricings />
      <PriceDialog draft={draft} onClose={() => setDraft(null)} />
    </>
  );
}
