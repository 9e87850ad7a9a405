import type { BudgetCrossing, BudgetLevel } from '../contract/budgets.ts';
import { contentId } from '../core/ids.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { AccountKey } from './budget.ts';
import { accountRow } from './leases.ts';
import { levelOf } from './levels.ts';

interface LeveledRow {
  readonly budget_id: string;
  readonly project_id: string;
  readonly period: Date;
  readonly subject: string;
  readonly level: BudgetLevel;
  readonly spent: number;
  readonly most: number;
  readonly now: Date;
}

/**
 * Brings the levels of accounts up to date with what they have spent, and writes each step into the history; in the
 * transaction that changed the spending or the limit.
 */
export async function settleLevels(tx: Queryable, keys: readonly AccountKey[]): Promise<void> {
  const rows = await tx.query<LeveledRow>(
    `select a.budget_id, b.project_id, a.period, a.subject, a.level, a.spent_micro_usd as spent,
       b.limit_micro_usd as most, now() as now
     from budget_accounts a join budgets b on b.id = a.budget_id
     join (select distinct * from jsonb_to_recordset($1::text::jsonb)
       as k(budget_id uuid, period timestamptz, subject text)) r
       on a.budget_id = r.budget_id and a.period = r.period and a.subject = r.subject`,
    [jsonText(keys.map(accountRow))],
  );
  const steps = rows.flatMap((row) => {
    const level = levelOf(row.spent, row.most);
    return level === row.level ? [] : { row, level };
  });
  if (steps.length === 0) return;
  await writeSteps(tx, steps);
}

async function writeSteps(
  tx: Queryable,
  steps: readonly { readonly row: LeveledRow; readonly level: BudgetLevel }[],
): Promise<void> {
  const rows = steps.map(({ row: { now, ...row }, level }) => ({
    ...row,
    period: row.period.toISOString(),
    id: contentId(
      now.getTime(),
      row.budget_id,
      row.period.toISOString(),
      row.subject,
      row.level,
      level,
    ),
    level_before: row.level,
    level,
  }));
  const columns = `id uuid, budget_id uuid, project_id uuid, period timestamptz, subject text,
    level_before text, level text, spent bigint, most bigint`;
  await tx.query(
    `insert into budget_crossings (id, project_id, budget_id, subject, period, at, level_before, level,
       spent_micro_usd, limit_micro_usd)
     select id, project_id, budget_id, subject, period, now(), level_before, level, spent, most
     from jsonb_to_recordset($1::text::jsonb) as r(${columns})`,
    [jsonText(rows)],
  );
  await tx.query(
    `update budget_accounts a set level = r.level
     from jsonb_to_recordset($1::text::jsonb) as r(${columns})
     where a.budget_id = r.budget_id and a.period = r.period and a.subject = r.subject`,
    [jsonText(rows)],
  );
}

/** Level steps of a project's budgets, newest first; `before` is the id of the last one of the page before. */
export async function listCrossings(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly budgetId: string | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<BudgetCrossing[]> {
  const rows = await db.query<{
    id: string;
    budget_id: string;
    name: string;
    subject: string;
    period: Date;
    at: Date;
    level_before: BudgetLevel;
    level: BudgetLevel;
    spent_micro_usd: number;
    limit_micro_usd: number;
  }>(
    `select c.id, c.budget_id, b.name, c.subject, c.period, c.at, c.level_before, c.level, c.spent_micro_usd,
       c.limit_micro_usd
     from budget_crossings c join budgets b on b.id = c.budget_id
     where c.project_id = $1 and ($2::uuid is null or c.budget_id = $2) and ($3::uuid is null or c.id < $3)
     order by c.id desc limit $4`,
    [of.projectId, of.budgetId, of.before, of.limit],
  );
  return rows.map((row) => ({
    id: row.id,
    budgetId: row.budget_id,
    budgetName: row.name,
    subject: row.subject,
    periodStart: row.period.toISOString(),
    at: row.at.toISOString(),
    from: row.level_before,
    to: row.level,
    spentMicroUsd: row.spent_micro_usd,
    limitMicroUsd: row.limit_micro_usd,
  }));
}
