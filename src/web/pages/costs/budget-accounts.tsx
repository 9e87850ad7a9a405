import { useTranslations } from 'use-intl';
import type { Budget } from '../../../contract/budgets.ts';
import { useBudgetAccounts } from '../../data/costs.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Meter } from '../../ui/meter.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { LEVEL_TONES } from './level-tones.ts';
import { useSubject } from './use-subject.ts';

function Accounts({ budget }: { budget: Budget }) {
  const t = useTranslations('costs.budgets');
  const format = useFormat();
  const nameOf = useSubject();
  const accounts = useBudgetAccounts(budget.id, true);
  return (
    <QueryView query={accounts} skeleton={<SkeletonRows rows={3} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-[0.8125rem] text-muted">{t('noAccounts')}</p>
        ) : (
          <DataTable
            label={t('accounts')}
            rows={items}
            rowKey={(account) => account.subject}
            columns={[
              {
                id: 'subject',
                header: t(`scopes.${budget.scope}`),
                cell: ({ subject }) => (
                  <span className="wrap-anywhere">{nameOf(budget.scope, subject)}</span>
                ),
              },
              {
                id: 'used',
                header: t('used'),
                cell: (account) => (
                  <Meter
                    label={`${format.usd(account.spentUsd)} / ${format.usd(budget.limitUsd)}`}
                    share={account.usedShare}
                  />
                ),
              },
              {
                id: 'level',
                header: t('level'),
                cell: ({ level }) => (
                  <Badge tone={LEVEL_TONES[level]}>{t(`levels.${level}`)}</Badge>
                ),
              },
            ]}
          />
        )
      }
    </QueryView>
  );
}

/** Who used how much of a budget that everybody has for themselves. */
export function BudgetAccounts(props: { budget: Budget | null; onClose: () => void }) {
  const t = useTranslations('costs.budgets');
  const { budget, onClose } = props;
  return (
    <Dialog open={budget !== null} onClose={onClose} title={t('accounts')} wide>
      {budget !== null && <Accounts budget={budget} />}
    </Dialog>
  );
}
