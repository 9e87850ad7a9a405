import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import type { Queryable } from '../store/database.ts';
import { readStates } from './accounts.ts';
import { RULE_COLUMNS, type RuleRow, ruleOf } from './snapshot.ts';

/** Budgets beyond these have no metrics: labels must stay few. */
const MAX_LABELS = 200;
const EVERY_MS = 10_000;

export interface GaugeDeps {
  readonly database: Queryable;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** Keeps the gauges of budgets fresh, in one thread of the program; answers how to stop. */
export function startBudgetGauges(deps: GaugeDeps): () => void {
  const timer = setInterval(() => void refresh(deps), EVERY_MS).unref();
  void refresh(deps);
  return () => clearInterval(timer);
}

async function refresh(deps: GaugeDeps): Promise<void> {
  try {
    await showBudgets(deps);
  } catch (error) {
    deps.log.debug({ err: asError(error) }, 'the budget gauges could not be read');
  }
}

/** Sets the gauges of the 200 oldest budgets that are switched on. */
export async function showBudgets({ database, metrics, clock }: GaugeDeps): Promise<void> {
  const rows = await database.query<RuleRow & { readonly slug: string }>(
    `select ${RULE_COLUMNS}, (select slug from projects p where p.id = b.project_id) as slug
     from budgets b where enabled order by id limit ${MAX_LABELS}`,
  );
  const states = await readStates(database, rows.map(ruleOf), clock.now());
  const { spent, limit, used, reserved } = metrics.budgets;
  for (const gauge of [spent, limit, used, reserved]) gauge.reset();
  for (const row of rows) {
    const labels = { project: row.slug, budget: row.name };
    limit.set(labels, usdFromMicroUsd(row.limit_micro_usd));
    const state = states.get(row.id);
    const spentUsd = state?.current.spentUsd ?? 0;
    spent.set(labels, spentUsd);
    if (row.limit_micro_usd > 0) used.set(labels, spentUsd / usdFromMicroUsd(row.limit_micro_usd));
    reserved.set(labels, usdFromMicroUsd(state?.current.reservedMicroUsd ?? 0));
  }
}

/** Counts refusals by budget, for `createBudgetKeeper`. */
export function refusalCounter(metrics: Metrics): (budgetName: string) => void {
  const known = new Set<string>();
  return (budgetName) => {
    const budget = known.has(budgetName) || known.size < MAX_LABELS ? budgetName : 'other';
    known.add(budget);
    metrics.budgets.refusals.inc({ budget });
  };
}
