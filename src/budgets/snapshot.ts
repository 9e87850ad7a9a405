import type { Log } from '../core/log.ts';
import { loadPrices } from '../pricing/load-prices.ts';
import type { ProjectPrice } from '../pricing/price.ts';
import type { Queryable } from '../store/database.ts';
import { keepFresh, type Refresh, type SnapshotHolder } from '../store/keep-fresh.ts';
import type { AccountLevel, BudgetRule } from './budget.ts';

/** Own prices as plain data: times in Unix milliseconds. */
export type PlainPrice = Omit<ProjectPrice, 'validFrom' | 'validTo'> & {
  readonly validFromMs: number;
  readonly validToMs: number | null;
};

/** What the hot path needs to know of budgets; plain data, so that it can be posted to other processes. */
export interface BudgetSnapshot {
  readonly version: number;
  /** Those that are switched on. */
  readonly budgets: readonly BudgetRule[];
  /** Accounts that have reached a level and whose period may still run. */
  readonly levels: readonly AccountLevel[];
  /** Own prices of the projects that have budgets. */
  readonly prices: readonly PlainPrice[];
}

/** Every account beyond these would be one more warning in a header, not a refusal missed. */
const MAX_LEVELS = 20_000;
const LONGEST_PERIOD_MS = 32 * 86_400_000;

/** A row of `budgets`. */
export interface RuleRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly scope: BudgetRule['scope'];
  readonly match: string;
  readonly period: BudgetRule['period'];
  readonly limit_micro_usd: number;
  readonly on_exceeded: BudgetRule['onExceeded'];
  readonly unpriced: BudgetRule['unpriced'];
  readonly enabled: boolean;
  readonly created_at: Date;
}

export const RULE_COLUMNS = `id, project_id, name, scope, match, period, limit_micro_usd, on_exceeded, unpriced,
  enabled, created_at`;

/** The rule of a row of `budgets`. */
export function ruleOf(row: RuleRow): BudgetRule {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    scope: row.scope,
    match: row.match,
    period: row.period,
    limitMicroUsd: row.limit_micro_usd,
    onExceeded: row.on_exceeded,
    unpriced: row.unpriced,
    enabled: row.enabled,
    createdAtMs: row.created_at.getTime(),
  };
}

/** The budgets of some projects, also those that are switched off. */
export async function readRules(
  db: Queryable,
  projectIds: readonly string[],
): Promise<BudgetRule[]> {
  const rows = await db.query<RuleRow>(
    `select ${RULE_COLUMNS} from budgets where project_id = any($1::uuid[])`,
    [projectIds],
  );
  return rows.map(ruleOf);
}

/** The current budgets, their levels and the prices estimates are made with. */
export async function readBudgetSnapshot(db: Queryable): Promise<BudgetSnapshot> {
  // The version is read first: a change in between is seen at the next look instead of missed.
  const version = await readBudgetVersion(db);
  const rows = await db.query<RuleRow>(`select ${RULE_COLUMNS} from budgets where enabled`);
  const budgets = rows.map(ruleOf);
  if (budgets.length === 0) return { version, budgets, levels: [], prices: [] };
  const projects = new Set(budgets.map(({ projectId }) => projectId));
  const prices = (await loadPrices(db)).filter(({ projectId }) => projects.has(projectId));
  return { version, budgets, levels: await readLevels(db), prices: prices.map(plainOf) };
}

async function readLevels(db: Queryable): Promise<AccountLevel[]> {
  const rows = await db.query<{
    budget_id: string;
    subject: string;
    period: Date;
    level: AccountLevel['level'];
    spent_micro_usd: number;
  }>(
    `select a.budget_id, a.subject, a.period, a.level, a.spent_micro_usd
     from budget_accounts a join budgets b on b.id = a.budget_id
     where b.enabled and a.level <> 'ok'
       and (b.period = 'total' or a.period > now() - $1 * interval '1 millisecond')
     order by a.period desc limit $2`,
    [LONGEST_PERIOD_MS, MAX_LEVELS],
  );
  return rows.map((row) => ({
    budgetId: row.budget_id,
    subject: row.subject,
    period: row.period.toISOString(),
    level: row.level,
    spentMicroUsd: row.spent_micro_usd,
  }));
}

export async function readBudgetVersion(db: Queryable): Promise<number> {
  const rows = await db.query<{ version: number }>('select version from budget_version');
  return Number(rows[0]?.version ?? 0);
}

/** Keeps a keeper's snapshot fresh: a change counts within a second. Await `refresh()` before the first call. */
export function keepBudgetsFresh(deps: {
  readonly holder: SnapshotHolder<BudgetSnapshot>;
  readonly database: Queryable;
  readonly log: Log;
  readonly refreshMs?: number;
}): Refresh {
  const { holder, database, log, refreshMs } = deps;
  return keepFresh({
    holder,
    readVersion: () => readBudgetVersion(database),
    read: () => readBudgetSnapshot(database),
    log,
    name: 'budgets',
    refreshMs,
  });
}

function plainOf({ validFrom, validTo, ...price }: ProjectPrice): PlainPrice {
  return { ...price, validFromMs: validFrom.getTime(), validToMs: validTo?.getTime() ?? null };
}

/** The prices of a snapshot as `createPricer` takes them. */
export function pricesOf(snapshot: BudgetSnapshot): ProjectPrice[] {
  return snapshot.prices.map(({ validFromMs, validToMs, ...price }) => ({
    ...price,
    validFrom: new Date(validFromMs),
    validTo: validToMs === null ? null : new Date(validToMs),
  }));
}
