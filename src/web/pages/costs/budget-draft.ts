import type { Budget, BudgetPeriod, BudgetScope } from '../../../contract/budgets.ts';

/** A budget while it is written. */
export interface BudgetDraft {
  readonly name: string;
  readonly scope: BudgetScope;
  readonly match: string;
  readonly period: BudgetPeriod;
  readonly limitUsd: number | null;
  readonly blocks: boolean;
  readonly allowsUnpriced: boolean;
  readonly enabled: boolean;
}

/** A budget as it is; a new one begins with 100 dollars a month for the project. */
export function draftOf(budget: Budget | null): BudgetDraft {
  return {
    name: budget?.name ?? '',
    scope: budget?.scope ?? 'project',
    match: budget === null || budget.match === '*' ? '' : budget.match,
    period: budget?.period ?? 'month',
    limitUsd: budget?.limitUsd ?? 100,
    blocks: budget?.onExceeded !== 'warn',
    allowsUnpriced: budget?.unpriced === 'allow',
    enabled: budget?.enabled ?? true,
  };
}
