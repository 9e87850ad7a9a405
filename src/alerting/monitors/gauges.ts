import type { MonitorMetric } from '../../contract/monitors.ts';
import type { Queryable } from '../../store/database.ts';

/** One account of a budget, and which share of its limit is spent. */
export interface BudgetUse {
  /** The budget's name, and the key, user or model where each has an account of its own. */
  readonly subject: string;
  readonly usedShare: number;
}

/** What monitors know of the program beside its tables; whoever composes tells. */
export interface ProgramFigures {
  /** Seconds that the oldest record in the spool of this process has waited; 0 when none waits. */
  spoolAgeSeconds(): number;
  /** Accounts of the current period of one budget, or of all of a project, most used first; at most a hundred. */
  budgets(
    db: Queryable,
    of: { readonly projectId: string; readonly budgetId: string | null },
  ): Promise<readonly BudgetUse[]>;
}

/** A level of the program as it is now; `counter` is kept for the next time. */
export interface Gauge {
  /** Null: unknown at the moment. */
  readonly value: number | null;
  readonly counter: number | null;
  readonly budgets: readonly BudgetUse[];
}

interface Asked {
  readonly projectId: string;
  readonly metric: MonitorMetric;
  readonly counter: number | null;
  readonly now: Date;
}

const NONE = { counter: null, budgets: [] } as const;

/** Reads what has no rows to be read later; null for metrics that have. */
export async function readGauge(
  db: Queryable,
  figures: ProgramFigures,
  { projectId, metric, counter, now }: Asked,
): Promise<Gauge | null> {
  switch (metric.kind) {
    case 'evaluation_lag':
      return { ...NONE, value: await evaluationLag(db, projectId, now) };
    case 'spool_age':
      return { ...NONE, value: figures.spoolAgeSeconds() };
    case 'ledger_drops':
      return ledgerDrops(db, counter);
    case 'budget': {
      const budgets = await figures.budgets(db, { projectId, budgetId: metric.budgetId ?? null });
      return { ...NONE, budgets, value: budgets[0]?.usedShare ?? null };
    }
    default:
      return null;
  }
}

/** Seconds since the oldest waiting interaction was due; 0 when none waits. */
async function evaluationLag(db: Queryable, projectId: string, now: Date): Promise<number> {
  const [row] = await db.query<{ due: Date | null }>(
    `select min(next_attempt_at) as due from evaluation_queue
     where project_id = $1 and set_aside_at is null`,
    [projectId],
  );
  const due = row?.due ?? null;
  return due === null ? 0 : Math.max(0, (now.getTime() - due.getTime()) / 1000);
}

/** Records dropped or rejected since the last look, of all spools. */
async function ledgerDrops(db: Queryable, before: number | null): Promise<Gauge> {
  const [row] = await db.query<{ lost: number }>(
    'select coalesce(sum(dropped + rejected), 0)::float8 as lost from spool_offsets',
  );
  const counter = row?.lost ?? 0;
  return { ...NONE, counter, value: before === null ? 0 : Math.max(0, counter - before) };
}
