import type { Budget, BudgetChange, NewBudget } from '../contract/budgets.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import type { Database, Queryable } from '../store/database.ts';
import { type BudgetState, readStates } from './accounts.ts';
import { countPast } from './backfill.ts';
import { BOOKING_LOCK } from './book.ts';
import type { BudgetRule } from './budget.ts';
import { settleLevels } from './crossings.ts';
import { periodStart } from './periods.ts';
import { RULE_COLUMNS, type RuleRow, ruleOf } from './snapshot.ts';

export interface BudgetDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
  /** Called after a change: lets this process count it at once, others follow within a second. */
  changed?(): Promise<void>;
}

/** Whose budgets, and who asks. */
export interface Asker {
  readonly projectId: string;
  readonly actor: string;
}

const MAX_BUDGETS_OF_PROJECT = 200;

type BudgetRow = RuleRow & { readonly updated_at: Date };

/** A project's budgets with where they stand, newest first; `before` is the last id of the page before. */
export async function listBudgets(
  { database, clock }: Pick<BudgetDeps, 'database' | 'clock'>,
  of: { readonly projectId: string; readonly before: string | null; readonly limit: number },
): Promise<Budget[]> {
  const rows = await database.query<BudgetRow>(
    `select ${RULE_COLUMNS}, updated_at from budgets
     where project_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  const states = await readStates(database, rows.map(ruleOf), clock.now());
  return rows.flatMap((row) => budgetOf(row, states.get(row.id)));
}

/** One budget with where it stands. Throws `not_found`, also for one of another project. */
export async function readBudget(
  deps: Pick<BudgetDeps, 'clock'> & { readonly database: Queryable },
  of: { readonly projectId: string; readonly id: string },
): Promise<Budget> {
  const row = await findBudget(deps.database, of);
  const states = await readStates(deps.database, [ruleOf(row)], deps.clock.now());
  const [budget] = budgetOf(row, states.get(row.id));
  if (budget === undefined) throw notFound();
  return budget;
}

/** The rule of a budget. Throws `not_found`. */
export async function readRule(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<BudgetRule> {
  return ruleOf(await findBudget(db, of));
}

/**
 * Makes a budget and counts what its current period has spent already (`total` counts from now on). Throws
 * `invalid_request` when the match does not fit the scope and `conflict` when the project has too many.
 */
export async function addBudget(deps: BudgetDeps, of: Asker, wish: NewBudget): Promise<Budget> {
  assertMatch(wish);
  const now = new Date(deps.clock.now());
  const id = deps.newId();
  const unpriced = wish.unpriced ?? (wish.onExceeded === 'block' ? 'block' : 'allow');
  const made = await deps.database.transaction(async (tx) => {
    // Loaders of the project wait: what they store is counted here or there, never twice.
    await tx.query(`select pg_advisory_xact_lock(${BOOKING_LOCK}, hashtext($1))`, [of.projectId]);
    await assertRoom(tx, of.projectId);
    const rows = await tx.query<BudgetRow>(
      `insert into budgets (${RULE_COLUMNS}, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) returning ${RULE_COLUMNS}, updated_at`,
      [
        id,
        of.projectId,
        wish.name,
        wish.scope,
        wish.match,
        wish.period,
        wish.limitMicroUsd,
        wish.onExceeded,
        unpriced,
        wish.enabled,
        now,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('A budget was inserted and not returned.');
    await countPast(tx, ruleOf(row), now);
    const { name, scope, match, period, limitMicroUsd, onExceeded } = wish;
    const details = { name, scope, match, period, limitMicroUsd, onExceeded };
    await deps.recordDeed(tx, { ...of, action: 'budget.created', target: id, details });
    return await readBudget({ database: tx, clock: deps.clock }, { ...of, id });
  });
  await deps.changed?.();
  return made;
}

/** Changes a budget; levels follow a changed limit at once. Throws `not_found`. */
export async function changeBudget(
  deps: BudgetDeps,
  of: Asker & { readonly id: string },
  change: BudgetChange,
): Promise<Budget> {
  const now = new Date(deps.clock.now());
  const changed = await deps.database.transaction(async (tx) => {
    const rule = await readRule(tx, of);
    await tx.query(
      `update budgets set name = coalesce($3, name), limit_micro_usd = coalesce($4, limit_micro_usd),
         on_exceeded = coalesce($5, on_exceeded), unpriced = coalesce($6, unpriced),
         enabled = coalesce($7, enabled), updated_at = $8
       where id = $1 and project_id = $2`,
      [
        of.id,
        of.projectId,
        change.name ?? null,
        change.limitMicroUsd ?? null,
        change.onExceeded ?? null,
        change.unpriced ?? null,
        change.enabled ?? null,
        now,
      ],
    );
    if (change.limitMicroUsd !== undefined) await settleCurrent(tx, rule, now);
    const { projectId, actor } = of;
    const deed = { projectId, actor, action: 'budget.changed', target: of.id };
    await deps.recordDeed(tx, { ...deed, details: { ...change } });
    return await readBudget({ database: tx, clock: deps.clock }, of);
  });
  await deps.changed?.();
  return changed;
}

/** Removes a budget with its accounts and history. Throws `not_found`. */
export async function removeBudget(
  deps: BudgetDeps,
  of: Asker & { readonly id: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ name: string }>(
      'delete from budgets where id = $1 and project_id = $2 returning name',
      [of.id, of.projectId],
    );
    if (row === undefined) throw notFound();
    const { projectId, actor } = of;
    const deed = { projectId, actor, action: 'budget.deleted', target: of.id };
    await deps.recordDeed(tx, { ...deed, details: { name: row.name } });
  });
  await deps.changed?.();
}

async function findBudget(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<BudgetRow> {
  const [row] = await db.query<BudgetRow>(
    `select ${RULE_COLUMNS}, updated_at from budgets where id = $1 and project_id = $2`,
    [of.id, of.projectId],
  );
  if (row === undefined) throw notFound();
  return row;
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such budget.');
}

function assertMatch({ scope, match }: NewBudget): void {
  if (scope === 'project' && match !== '*') {
    throw new AppError(
      'invalid_request',
      'A budget of the project matches all of it: leave out match.',
    );
  }
  if (scope === 'key' && match !== '*' && !/^[0-9a-f-]{36}$/.test(match)) {
    throw new AppError('invalid_request', 'A budget of a key matches its id, or * for each key.');
  }
}

async function assertRoom(tx: Queryable, projectId: string): Promise<void> {
  const [row] = await tx.query<{ n: number }>(
    'select count(*) as n from budgets where project_id = $1',
    [projectId],
  );
  if ((row?.n ?? 0) >= MAX_BUDGETS_OF_PROJECT) {
    throw new AppError('conflict', `A project can have ${MAX_BUDGETS_OF_PROJECT} budgets.`);
  }
}

async function settleCurrent(tx: Queryable, rule: BudgetRule, now: Date): Promise<void> {
  const period = periodStart(rule.period, now.getTime());
  const rows = await tx.query<{ subject: string }>(
    'select subject from budget_accounts where budget_id = $1 and period = $2 order by subject for update',
    [rule.id, period],
  );
  const keys = rows.map(({ subject }) => ({
    budgetId: rule.id,
    subject,
    period: period.toISOString(),
  }));
  if (keys.length > 0) await settleLevels(tx, keys);
}

function budgetOf(row: BudgetRow, state: BudgetState | undefined): Budget[] {
  if (state === undefined) return [];
  const { projectId: _, createdAtMs, ...rule } = ruleOf(row);
  return [
    {
      ...rule,
      createdAt: new Date(createdAtMs).toISOString(),
      updatedAt: row.updated_at.toISOString(),
      limitUsd: usdFromMicroUsd(rule.limitMicroUsd),
      current: state.current,
      accounts: state.counts,
      projection: state.projection,
    },
  ];
}
