import type { AccountLevel, BudgetRule } from './budget.ts';
import { severityOf } from './levels.ts';

/** A budget that applies to a call, and the level its account has reached. */
export interface NoticedAccount {
  readonly rule: BudgetRule;
  readonly reached: AccountLevel | undefined;
}

const MAX_NOTICES = 3;

/** Text for the header `x-lqo-budget`, worst first: `exceeded "Team" 104% of 50.00 USD`; null when all is well. */
export function noticeOf(accounts: readonly NoticedAccount[]): string | null {
  const reached = accounts.flatMap(({ rule, reached: level }) =>
    level === undefined || level.level === 'ok' ? [] : { rule, level },
  );
  if (reached.length === 0) return null;
  return reached
    .sort((a, b) => severityOf(b.level.level) - severityOf(a.level.level))
    .slice(0, MAX_NOTICES)
    .map(({ rule, level }) => {
      const percent = Math.floor((100 * level.spentMicroUsd) / rule.limitMicroUsd);
      const limit = (rule.limitMicroUsd / 1_000_000).toFixed(2);
      return `${level.level} "${headerText(rule.name)}" ${percent}% of ${limit} USD`;
    })
    .join(', ');
}

/** Header values are visible ASCII; what is not is written as in a URL. */
function headerText(text: string): string {
  return text.toWellFormed().replace(/[^ !#-~]/gu, encodeURIComponent);
}
