import type { BudgetPeriod } from '../contract/budgets.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-01 was a Thursday: weeks that begin on Monday begin four days later. */
const MONDAY_MS = 4 * DAY_MS;

/** The first moment of the period that holds a time, in UTC; `total` began in 1970. */
export function periodStart(period: BudgetPeriod, atMs: number): Date {
  const at = new Date(atMs);
  switch (period) {
    case 'day':
      return new Date(Math.floor(atMs / DAY_MS) * DAY_MS);
    case 'week':
      return new Date(Math.floor((atMs - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS);
    case 'month':
      return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
    case 'total':
      return new Date(0);
    default:
      return period satisfies never;
  }
}

/** The first moment after a period; null for `total`, which never ends. */
export function periodEnd(period: BudgetPeriod, start: Date): Date | null {
  switch (period) {
    case 'day':
      return new Date(start.getTime() + DAY_MS);
    case 'week':
      return new Date(start.getTime() + WEEK_MS);
    case 'month':
      return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1));
    case 'total':
      return null;
    default:
      return period satisfies never;
  }
}
