import type { BudgetAccount, Projection } from '../contract/budgets.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { DAYS_FOR_PROJECTION, projectSum } from '../statistics/projection.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { BudgetRule } from './budget.ts';
import { alertLevelOf, levelOf } from './levels.ts';
import { periodEnd, periodStart } from './periods.ts';
import { readRules } from './snapshot.ts';

/** Accounts of a budget's current period by level, and the one that has used most. */
export interface BudgetState {
  readonly current: BudgetAccount;
  readonly counts: { ok: number; warning: number; critical: number; exceeded: number };
  readonly projection: Projection | null;
}

interface TopRow {
  readonly budget_id: string;
  readonly subject: string;
  readonly spent: number;
  readonly leased: number;
  readonly ok: number;
  readonly warning: number;
  readonly critical: number;
  readonly exceeded: number;
}

/** Where budgets stand now, by budget id; those without any spending too. */
export async function readStates(
  db: Queryable,
  rules: readonly BudgetRule[],
  nowMs: number,
): Promise<ReadonlyMap<string, BudgetState>> {
  const keys = rules.map(({ id, period }) => ({
    budget_id: id,
    period: periodStart(period, nowMs).toISOString(),
  }));
  const rows = await db.query<TopRow>(
    `select k.budget_id, coalesce(t.subject, '') as subject, coalesce(t.spent_micro_usd, 0) as spent,
       coalesce(t.leased_micro_usd, 0) as leased, c.ok, c.warning, c.critical, c.exceeded
     from jsonb_to_recordset($1::text::jsonb) as k(budget_id uuid, period timestamptz)
     left join lateral (
       select subject, spent_micro_usd, leased_micro_usd from budget_accounts a
       where a.budget_id = k.budget_id and a.period = k.period
       order by spent_micro_usd desc, subject limit 1) t on true
     cross join lateral (
       select count(*) filter (where level = 'ok') as ok, count(*) filter (where level = 'warning') as warning,
         count(*) filter (where level = 'critical') as critical,
         count(*) filter (where level = 'exceeded') as exceeded
       from budget_accounts a where a.budget_id = k.budget_id and a.period = k.period) c`,
    [jsonText(keys)],
  );
  const found = new Map(rows.map((row) => [row.budget_id, row]));
  const days = await readDays(db, rules, nowMs);
  return new Map(
    rules.map((rule) => [rule.id, stateOf(rule, { row: found.get(rule.id), days, nowMs })]),
  );
}

function stateOf(
  rule: BudgetRule,
  {
    row,
    days,
    nowMs,
  }: { row: TopRow | undefined; days: ReadonlyMap<string, readonly number[]>; nowMs: number },
): BudgetState {
  const current = accountOf(rule, {
    subject: row?.subject ?? (rule.match === '*' ? '' : rule.match),
    spent: row?.spent ?? 0,
    leased: row?.leased ?? 0,
    nowMs,
  });
  const { ok = 0, warning = 0, critical = 0, exceeded = 0 } = row ?? {};
  return {
    current,
    counts: { ok, warning, critical, exceeded },
    projection: projectionOf(rule, { current, daily: days.get(rule.id) ?? [], nowMs }),
  };
}

/** An account in the words of the API. */
export function accountOf(
  rule: Pick<BudgetRule, 'period' | 'limitMicroUsd'>,
  of: { subject: string; spent: number; leased: number; nowMs: number },
): BudgetAccount {
  const start = periodStart(rule.period, of.nowMs);
  const level = levelOf(of.spent, rule.limitMicroUsd);
  return {
    subject: of.subject,
    periodStart: start.toISOString(),
    periodEnd: periodEnd(rule.period, start)?.toISOString() ?? null,
    spentMicroUsd: of.spent,
    spentUsd: usdFromMicroUsd(of.spent),
    reservedMicroUsd: of.leased,
    remainingMicroUsd: Math.max(0, rule.limitMicroUsd - of.spent - of.leased),
    usedShare: of.spent / rule.limitMicroUsd,
    level,
    alertLevel: alertLevelOf(level),
  };
}

const DAY_MS = 86_400_000;
/** Four weeks hold each day of the week equally often. */
const DAYS_BACK = 28;

/** Spending of the last whole days, from the first one with any on. */
async function readDays(
  db: Queryable,
  rules: readonly BudgetRule[],
  nowMs: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const today = Math.floor(nowMs / DAY_MS);
  const rows = await db.query<{ budget_id: string; day: string; micro_usd: number }>(
    `select budget_id, day::text as day, micro_usd from budget_days
     where budget_id = any($1::uuid[]) and day >= $2::date and day < $3::date order by day`,
    [rules.map(({ id }) => id), dayText(today - DAYS_BACK), dayText(today)],
  );
  const days = new Map<string, number[]>();
  for (const row of rows) {
    const at = Date.parse(row.day) / DAY_MS;
    const daily = days.get(row.budget_id) ?? Array.from({ length: today - at }, () => 0);
    days.set(row.budget_id, daily);
    daily[daily.length - (today - at)] = row.micro_usd;
  }
  return days;
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function projectionOf(
  rule: BudgetRule,
  { current, daily, nowMs }: { current: BudgetAccount; daily: readonly number[]; nowMs: number },
): Projection | null {
  if (current.periodEnd === null || (rule.match === '*' && rule.scope !== 'project')) return null;
  const daysLeft = Math.max(0, (Date.parse(current.periodEnd) - nowMs) / DAY_MS);
  const sum = projectSum({ soFar: current.spentMicroUsd, daily, daysLeft });
  return { ...sum, needed: DAYS_FOR_PROJECTION };
}

/** The accounts of a budget's current period, those that have used most first. */
export async function listAccounts(
  db: Queryable,
  rule: BudgetRule,
  page: { readonly offset: number; readonly limit: number; readonly nowMs: number },
): Promise<BudgetAccount[]> {
  const rows = await db.query<{ subject: string; spent: number; leased: number }>(
    `select subject, spent_micro_usd as spent, leased_micro_usd as leased from budget_accounts
     where budget_id = $1 and period = $2 order by spent_micro_usd desc, subject offset $3 limit $4`,
    [rule.id, periodStart(rule.period, page.nowMs), page.offset, page.limit],
  );
  return rows.map((row) => accountOf(rule, { ...row, nowMs: page.nowMs }));
}

/** Where the project's budget for a day stands, the one used most of several; null without one. */
export async function readDailyBudget(
  db: Queryable,
  projectId: string,
  nowMs: number,
): Promise<
  | (Pick<BudgetAccount, 'alertLevel' | 'usedShare' | 'remainingMicroUsd'> & {
      readonly limitMicroUsd: number;
    })
  | null
> {
  const rules = (await readRules(db, [projectId])).filter(
    ({ scope, period, enabled }) => scope === 'project' && period === 'day' && enabled,
  );
  if (rules.length === 0) return null;
  const states = await readStates(db, rules, nowMs);
  const all = rules.flatMap((rule) => {
    const current = states.get(rule.id)?.current;
    if (current === undefined) return [];
    const { alertLevel, usedShare, remainingMicroUsd } = current;
    return [{ alertLevel, usedShare, remainingMicroUsd, limitMicroUsd: rule.limitMicroUsd }];
  });
  return all.sort((a, b) => b.usedShare - a.usedShare)[0] ?? null;
}
