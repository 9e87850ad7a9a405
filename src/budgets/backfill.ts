import type { Queryable } from '../store/database.ts';
import { COUNTED_ORIGINS } from './book.ts';
import type { BudgetRule } from './budget.ts';
import { settleLevels } from './crossings.ts';
import { periodStart } from './periods.ts';

const DAY_MS = 86_400_000;
/** As far back as projections look. */
const DAYS_BACK = 28;
/** The column that tells whose call it was; `''` puts all calls on one account. */
const SUBJECT: Readonly<Record<BudgetRule['scope'], string>> = {
  project: "''",
  key: 'key_id::text',
  user: 'user_id',
  model: 'model',
};

/**
 * Counts what was stored before a budget was made: the spending of its current period, and of the last four weeks by
 * day. Reads single calls, because roll-ups know neither users nor keys. The caller holds the lock of booking.
 */
export async function countPast(tx: Queryable, rule: BudgetRule, now: Date): Promise<void> {
  const subject = SUBJECT[rule.scope];
  const one = rule.scope !== 'project' && rule.match !== '*';
  const own = `project_id = $1 and origin = any($2) and cost_micro_usd > 0 and ${subject} is not null
    and (not $3::boolean or ${subject} = $4)`;
  const params = [rule.projectId, COUNTED_ORIGINS, one, rule.match];
  if (rule.period !== 'total') {
    const period = periodStart(rule.period, now.getTime());
    const rows = await tx.query<{ subject: string }>(
      `insert into budget_accounts (budget_id, period, subject, spent_micro_usd)
       select $5, $6, subject, micro_usd from (
         select ${subject} as subject, sum(cost_micro_usd)::bigint as micro_usd from interactions
         where ${own} and created_at >= $6 group by 1) s where subject <> '' or $7
       returning subject`,
      [...params, rule.id, period, rule.scope === 'project'],
    );
    const key = { budgetId: rule.id, period: period.toISOString() };
    if (rows.length > 0)
      await settleLevels(
        tx,
        rows.map((row) => ({ ...key, ...row })),
      );
  }
  if (rule.match === '*' && rule.scope !== 'project') return;
  const from = new Date((Math.floor(now.getTime() / DAY_MS) - DAYS_BACK) * DAY_MS);
  await tx.query(
    `insert into budget_days (budget_id, day, micro_usd)
     select $5, (created_at at time zone 'UTC')::date, sum(cost_micro_usd)::bigint from interactions
     where ${own} and created_at >= $6 group by 2`,
    [...params, rule.id, from],
  );
}
