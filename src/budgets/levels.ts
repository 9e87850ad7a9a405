import type { AlertLevel, BudgetLevel } from '../contract/budgets.ts';

/** From which share of the limit on a level holds, worst first. */
const FROM_SHARE: readonly (readonly [number, BudgetLevel])[] = [
  [1, 'exceeded'],
  [0.8, 'critical'],
  [0.6, 'warning'],
];

/** How far a budget is spent: `warning` from 60 %, `critical` from 80 %, `exceeded` from 100 %. */
export function levelOf(spentMicroUsd: number, limitMicroUsd: number): BudgetLevel {
  return FROM_SHARE.find(([share]) => spentMicroUsd >= share * limitMicroUsd)?.[1] ?? 'ok';
}

const ALERT_LEVEL: Readonly<Record<BudgetLevel, AlertLevel>> = {
  ok: 'none',
  warning: 'info',
  critical: 'warning',
  exceeded: 'critical',
};

/** The level in the words of llm-monitoring-framework. */
export function alertLevelOf(level: BudgetLevel): AlertLevel {
  return ALERT_LEVEL[level];
}

const SEVERITY: readonly BudgetLevel[] = ['ok', 'warning', 'critical', 'exceeded'];

/** 0 for `ok` to 3 for `exceeded`. */
export function severityOf(level: BudgetLevel): number {
  return SEVERITY.indexOf(level);
}
