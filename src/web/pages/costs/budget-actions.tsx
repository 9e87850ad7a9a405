import { List, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Budget } from '../../../contract/budgets.ts';
import { useRemoveBudget } from '../../data/costs.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { BudgetDialog } from './budget-dialog.tsx';

/** Looking into a budget, changing it, ending it. */
export function BudgetActions(props: { budget: Budget; onAccounts: () => void }) {
  const { budget, onAccounts } = props;
  const t = useTranslations('costs.budgets');
  const [asked, setAsked] = useState<'change' | 'remove' | null>(null);
  const remove = useRemoveBudget();
  const close = (): void => setAsked(null);
  return (
    <span className="inline-flex">
      {budget.match === '*' && budget.scope !== 'project' && (
        <IconButton label={t('accountsOf', { name: budget.name })} onClick={onAccounts}>
          <List aria-hidden="true" className="size-4" />
        </IconButton>
      )}
      <IconButton label={t('changeOf', { name: budget.name })} onClick={() => setAsked('change')}>
        <Pencil aria-hidden="true" className="size-4" />
      </IconButton>
      <IconButton label={t('removeOf', { name: budget.name })} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden="true" className="size-4" />
      </IconButton>
      <BudgetDialog open={asked === 'change'} budget={budget} onClose={close} />
      <ConfirmDialog
        open={asked === 'remove'}
        title={t('remove')}
        text={t('removeText', { name: budget.name })}
        action={t('remove')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate(budget.id, { onSuccess: close })}
      />
    </span>
  );
}
