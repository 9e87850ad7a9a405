import type { BudgetLevel, BudgetPeriod, BudgetScope } from '../contract/budgets.ts';

/** A budget as processes keep it in memory; plain data. */
export interface BudgetRule {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly scope: BudgetScope;
  readonly match: string;
  readonly period: BudgetPeriod;
  readonly limitMicroUsd: number;
  readonly onExceeded: 'block' | 'warn';
  readonly unpriced: 'block' | 'allow';
  readonly enabled: boolean;
  /** Unix milliseconds; a `total` budget counts from then on. */
  readonly createdAtMs: number;
}

/** One account of a budget: of a subject, in a period. */
export interface AccountKey {
  readonly budgetId: string;
  /** The key id, user or model; empty for the project. */
  readonly subject: string;
  /** First moment of the period, ISO 8601 UTC. */
  readonly period: string;
}

/** An account that has reached a level. */
export interface AccountLevel extends AccountKey {
  readonly level: BudgetLevel;
  readonly spentMicroUsd: number;
}

/** Who called which model, as far as budgets ask. */
export interface Spender {
  readonly projectId: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  /** The model as the caller named it. */
  readonly model: string | null;
}

/** The subject of a budget that a call belongs to; null when it is none of the budget's. */
export function subjectOf(
  rule: Pick<BudgetRule, 'scope' | 'match' | 'projectId'>,
  spender: Spender,
): string | null {
  if (rule.projectId !== spender.projectId) return null;
  if (rule.scope === 'project') return '';
  const subject = spenderOf(rule.scope, spender);
  if (subject === null || subject === '') return null;
  return rule.match === '*' || rule.match === subject ? subject : null;
}

function spenderOf(scope: 'key' | 'user' | 'model', spender: Spender): string | null {
  switch (scope) {
    case 'key':
      return spender.keyId;
    case 'user':
      return spender.userId;
    case 'model':
      return spender.model;
    default:
      return scope satisfies never;
  }
}

/** An account in one text, for maps. */
export function accountText({ budgetId, subject, period }: AccountKey): string {
  return `${budgetId}\0${period}\0${subject}`;
}
