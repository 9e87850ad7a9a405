import { useTranslations } from 'use-intl';
import type { UnpricedReply } from '../../../contract/costs.ts';
import { useUnpriced } from '../../data/costs.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { EMPTY_PRICE, type PriceDraft } from './price-draft.ts';

type Unpriced = UnpricedReply['models'][number];

/** The nearest listed name is a beginning; its calls so far lack a price, so it holds for them too. */
function draftOf({ provider, model, nearest }: Unpriced): PriceDraft {
  return {
    ...EMPTY_PRICE,
    provider,
    model,
    input: nearest[0]?.inputUsdPerMillion ?? null,
    output: nearest[0]?.outputUsdPerMillion ?? null,
    since: 'month',
  };
}

/** Models whose calls have no price, with listed names like theirs. */
export function UnpricedList(props: { onPrice: (draft: PriceDraft) => void }) {
  const t = useTranslations('costs.prices');
  const format = useFormat();
  const unpriced = useUnpriced();
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
                cell: (row) =>
                  row.nearest.length === 0 ? '–' : row.nearest.map(({ model }) => model).join(', '),
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
