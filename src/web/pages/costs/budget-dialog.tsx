import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Budget, BudgetPeriod, BudgetScope } from '../../../contract/budgets.ts';
import { useKeys } from '../../data/access.ts';
import { useChangeBudget, useCreateBudget } from '../../data/costs.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { CheckField, NumberField, SelectField, TextField } from '../../ui/field.tsx';
import { type BudgetDraft, draftOf } from './budget-draft.ts';

interface Props {
  readonly open: boolean;
  /** Null makes a new one. */
  readonly budget: Budget | null;
  readonly onClose: () => void;
}

export function BudgetDialog({ open, budget, onClose }: Props) {
  const t = useTranslations('costs.budgets');
  return (
    <Dialog open={open} onClose={onClose} title={budget === null ? t('create') : t('change')}>
      <BudgetForm budget={budget} onDone={onClose} />
    </Dialog>
  );
}

const MICRO = 1_000_000;

function useSave(budget: Budget | null, onDone: () => void) {
  const create = useCreateBudget();
  const change = useChangeBudget();
  return {
    isPending: create.isPending || change.isPending,
    error: create.error ?? change.error,
    save(draft: BudgetDraft): void {
      if (draft.limitUsd === null) return;
      const common = {
        name: draft.name.trim(),
        limitMicroUsd: Math.round(draft.limitUsd * MICRO),
        onExceeded: draft.blocks ? 'block' : 'warn',
        unpriced: draft.allowsUnpriced || !draft.blocks ? 'allow' : 'block',
        enabled: draft.enabled,
      } as const;
      const match =
        draft.scope === 'project' || draft.match.trim() === '' ? '*' : draft.match.trim();
      const { scope, period } = draft;
      if (budget !== null) change.mutate({ id: budget.id, change: common }, { onSuccess: onDone });
      else create.mutate({ ...common, scope, match, period }, { onSuccess: onDone });
    },
  };
}

function WhatItIsAbout(props: { draft: BudgetDraft; set: (part: Partial<BudgetDraft>) => void }) {
  const { draft, set } = props;
  const t = useTranslations('costs.budgets');
  const known = useKeys().data?.items ?? [];
  const keys = known
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id, name, prefix }) => ({ value: id, label: `${name} (${prefix}…)` }));
  return (
    <>
      <SelectField
        label={t('scope')}
        value={draft.scope}
        onChange={(scope) => set({ scope, match: '' })}
        options={BudgetScope.options.map((value) => ({ value, label: t(`scopes.${value}`) }))}
      />
      {draft.scope === 'key' && (
        <SelectField
          label={t('match')}
          value={draft.match}
          onChange={(match) => set({ match })}
          options={[{ value: '', label: t('each') }, ...keys]}
        />
      )}
      {(draft.scope === 'user' || draft.scope === 'model') && (
        <TextField
          label={t('match')}
          hint={t('matchHint')}
          value={draft.match}
          onChange={(match) => set({ match })}
          maxLength={256}
        />
      )}
      <SelectField
        label={t('period')}
        hint={t('periodHint')}
        value={draft.period}
        onChange={(period) => set({ period })}
        options={BudgetPeriod.options.map((value) => ({ value, label: t(`periods.${value}`) }))}
      />
    </>
  );
}

function BudgetForm({ budget, onDone }: { budget: Budget | null; onDone: () => void }) {
  const t = useTranslations('costs.budgets');
  const [draft, setDraft] = useState(() => draftOf(budget));
  const { save, isPending, error } = useSave(budget, onDone);
  const set = (part: Partial<BudgetDraft>): void => setDraft({ ...draft, ...part });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save(draft);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <TextField
        label={t('name')}
        value={draft.name}
        onChange={(name) => set({ name })}
        required
        maxLength={128}
      />
      {budget === null && <WhatItIsAbout draft={draft} set={set} />}
      <NumberField
        label={t('limit')}
        value={draft.limitUsd}
        onChange={(limitUsd) => set({ limitUsd })}
        min={0.000001}
        step="any"
        required
      />
      <CheckField
        label={t('blocks')}
        hint={t('blocksHint')}
        checked={draft.blocks}
        onChange={(blocks) => set({ blocks })}
      />
      {draft.blocks && (
        <CheckField
          label={t('allowsUnpriced')}
          hint={t('allowsUnpricedHint')}
          checked={draft.allowsUnpriced}
          onChange={(allowsUnpriced) => set({ allowsUnpriced })}
        />
      )}
      <CheckField
        label={t('enabled')}
        checked={draft.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" look="primary" disabled={isPending || draft.limitUsd === null}>
        {t('save')}
      </Button>
    </form>
  );
}
