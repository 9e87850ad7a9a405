import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Budget } from '../../../contract/budgets.ts';
import { useBudgets } from '../../data/costs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { Meter } from '../../ui/meter.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';
import { BudgetAccounts } from './budget-accounts.tsx';
import { BudgetActions } from './budget-actions.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { Crossings } from './crossings.tsx';
import { LEVEL_TONES } from './level-tones.ts';
import { useSubject } from './use-subject.ts';

function Used({ budget }: { budget: Budget }) {
  const t = useTranslations('costs.budgets');
  const format = useFormat();
  const { current, limitUsd } = budget;
  const label = `${format.usd(current.spentUsd)} / ${format.usd(limitUsd)}`;
  return (
    <>
      <Meter label={label} share={current.usedShare} />
      <span className="block pt-0.5 text-2xs text-muted">
        {t('reserved', { amount: format.usd(current.reservedMicroUsd * 1e-6) })}
        {budget.match === '*' && budget.scope !== 'project' && ` · ${t('most')}`}
      </span>
    </>
  );
}

function Projected({ budget: { projection } }: { budget: Budget }) {
  const t = useTranslations('costs.tiles');
  const format = useFormat();
  const usd = (micro: number | null): string => format.usd(micro === null ? null : micro * 1e-6);
  if (projection === null) return <span className="text-muted">–</span>;
  const { value, low, high, n, needed } = projection;
  return (
    <span className="block">
      {usd(value)}
      <span className="block text-2xs text-muted">
        {value === null && t('notEnough', { n, needed })}
        {low !== null && high !== null && t('between', { low: usd(low), high: usd(high) })}
      </span>
    </span>
  );
}

function useColumns(onAccounts: (budget: Budget) => void): readonly DataColumn<Budget>[] {
  const t = useTranslations('costs.budgets');
  const nameOf = useSubject();
  return [
    {
      id: 'name',
      header: t('name'),
      cell: (budget) => (
        <>
          <span className="font-medium">{budget.name}</span>
          <span className="block text-2xs text-muted wrap-anywhere">
            {t(`scopes.${budget.scope}`)}
            {budget.scope !== 'project' &&
              ` · ${budget.match === '*' ? t('each') : nameOf(budget.scope, budget.match)}`}
            {` · ${t(`periods.${budget.period}`)}`}
          </span>
        </>
      ),
    },
    { id: 'used', header: t('used'), cell: (budget) => <Used budget={budget} /> },
    {
      id: 'level',
      header: t('level'),
      cell: (budget) => (
        <span className="flex flex-col items-start gap-1">
          <Badge tone={LEVEL_TONES[budget.current.level]}>
            {t(`levels.${budget.current.level}`)}
          </Badge>
          {!budget.enabled && <Badge>{t('off')}</Badge>}
        </span>
      ),
    },
    {
      id: 'projection',
      header: t('projection'),
      isNumber: true,
      cell: (budget) => <Projected budget={budget} />,
    },
    { id: 'then', header: t('then'), cell: (budget) => t(`exceeded.${budget.onExceeded}`) },
    {
      id: 'actions',
      header: <span className="sr-only">{t('actions')}</span>,
      isNumber: true,
      cell: (budget) => <BudgetActions budget={budget} onAccounts={() => onAccounts(budget)} />,
    },
  ];
}

/** Limits on spending, where each stands, and when each crossed a level. */
export function Budgets() {
  const t = useTranslations('costs.budgets');
  const budgets = useBudgets();
  const [isCreating, setIsCreating] = useState(false);
  const [shown, setShown] = useState<Budget | null>(null);
  const columns = useColumns(setShown);
  return (
    <>
      <Section
        title={t('title')}
        note={t('note')}
        flush
        actions={
          <Button onClick={() => setIsCreating(true)}>
            <Plus aria-hidden="true" className="size-3.5" />
            {t('create')}
          </Button>
        }
      >
        <QueryView query={budgets} skeleton={<SkeletonRows rows={2} />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('empty')}</p>
            ) : (
              <DataTable
                label={t('title')}
                columns={columns}
                rows={items}
                rowKey={({ id }) => id}
              />
            )
          }
        </QueryView>
      </Section>
      <Crossings />
      <BudgetDialog open={isCreating} budget={null} onClose={() => setIsCreating(false)} />
      <BudgetAccounts budget={shown} onClose={() => setShown(null)} />
    </>
  );
}
