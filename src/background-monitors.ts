import { settle } from './alerting/alerts/settle.ts';
import type { BudgetUse, ProgramFigures } from './alerting/monitors/gauges.ts';
import { startTicking, type TickDeps, type Ticking } from './alerting/monitors/tick.ts';
import { listAccounts } from './budgets/accounts.ts';
import { readRules } from './budgets/snapshot.ts';
import type { MonitorMetric } from './contract/monitors.ts';
import type { Clock } from './core/clock.ts';
import type { NewId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Metrics } from './core/metrics.ts';
import { judgeStanding } from './review/calibration.ts';
import type { Database, Queryable } from './store/database.ts';
import type { JobDefinition } from './store/jobs.ts';

export interface MonitorOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  /** When the oldest record that waits in the spool came in, milliseconds since the epoch; null: none waits. */
  oldestWaitingMs(): number | null;
}

/** Looking at monitors, in whoever runs jobs. */
export function startMonitors(options: MonitorOptions): Ticking {
  return startTicking(tickDeps(options));
}

function tickDeps({ metrics, oldestWaitingMs, ...deps }: MonitorOptions): TickDeps {
  const { alerting } = metrics;
  return {
    ...deps,
    settle,
    figures: programFigures(deps, oldestWaitingMs),
    mayPage: createPagingCheck(deps.clock),
    meters: {
      ran: (status) => alerting.monitorRuns.inc({ status }),
      stands: ({ lagSeconds, lastRun }): void => {
        alerting.monitorLag.set(lagSeconds);
        alerting.monitorLastRun.set((lastRun?.getTime() ?? 0) / 1000);
      },
    },
  };
}

const ACCOUNTS_OF_BUDGET = 20;

function programFigures(
  { clock }: { readonly clock: Clock },
  oldestWaitingMs: () => number | null,
): ProgramFigures {
  return {
    spoolAgeSeconds(): number {
      const oldest = oldestWaitingMs();
      return oldest === null ? 0 : Math.max(0, (clock.now() - oldest) / 1000);
    },
    async budgets(db, { projectId, budgetId }): Promise<BudgetUse[]> {
      const rules = (await readRules(db, [projectId])).filter(
        ({ id, enabled }) => enabled && (budgetId === null || id === budgetId),
      );
      const page = { offset: 0, limit: ACCOUNTS_OF_BUDGET, nowMs: clock.now() };
      const uses: BudgetUse[] = [];
      for (const rule of rules) {
        for (const { subject, usedShare } of await listAccounts(db, rule, page)) {
          const told = subject === '' ? rule.name : `${rule.name}: ${subject}`;
          uses.push({ subject: told, usedShare });
        }
      }
      return uses.sort((a, b) => b.usedShare - a.usedShare).slice(0, 100);
    },
  };
}

const CHECKED_FOR_MS = 10 * 60_000;
const MAX_KNOWN = 1_000;

/**
 * Whether what a monitor pages by is a judge that may: one whose agreement with people meets the bar of its project.
 * What was found holds for ten minutes.
 */
function createPagingCheck(clock: Clock): TickDeps['mayPage'] {
  const known = new Map<string, { readonly until: number; readonly problem: string | null }>();
  return async (db, { projectId, metric }) => {
    const score = scoreOf(metric);
    if (score === null) return null;
    const key = JSON.stringify([projectId, score]);
    const found = known.get(key);
    if (found !== undefined && found.until > clock.now()) return found.problem;
    const problem = await judgeProblem(db, { projectId, ...score }, clock.now());
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, { until: clock.now() + CHECKED_FOR_MS, problem });
    return problem;
  };
}

function scoreOf(metric: MonitorMetric): { name: string; evaluator: string | null } | null {
  switch (metric.kind) {
    case 'score_mean':
    case 'score_rate':
      return { name: metric.score, evaluator: metric.evaluator ?? null };
    case 'flag_rate':
      return metric.score === undefined ? null : { name: metric.score, evaluator: null };
    default:
      return null;
  }
}

/** Judges whose scores of the last day make up the metric. */
async function judgeProblem(
  db: Queryable,
  of: { readonly projectId: string; readonly name: string; readonly evaluator: string | null },
  nowMs: number,
): Promise<string | null> {
  const rows = await db.query<{ evaluator: string }>(
    `select distinct evaluator from scores
     where project_id = $1 and created_at >= $2 and interaction_created_at >= $3 and name = $4
       and source = 'judge' and ($5::text is null or evaluator = $5) order by evaluator limit 5`,
    [
      of.projectId,
      new Date(nowMs - 86_400_000),
      new Date(nowMs - 2 * 86_400_000),
      of.name,
      of.evaluator,
    ],
  );
  for (const { evaluator } of rows) {
    const { standing, kappa, labels, bar } = await judgeStanding(db, { ...of, evaluator }, nowMs);
    if (standing === 'meets') continue;
    return standing === 'not_enough'
      ? `The judge ${evaluator} pages nobody yet: people labelled ${labels} of ${bar.minLabels} answers that it scored.`
      : `The judge ${evaluator} pages nobody: its agreement with people (kappa ${kappa.value?.toFixed(2) ?? 'unknown'}) is below the bar of ${bar.kappa}.`;
  }
  return null;
}

/** The longest time that points and changes of state are kept: what a chart can show. */
const POINTS_DAYS = 45;
const CHANGES_DAYS = 400;

/** Drops points and changes that nothing asks for any more. */
export function monitorJobs({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): JobDefinition[] {
  const before = (days: number): Date => new Date(clock.now() - days * 86_400_000);
  return [
    {
      name: 'monitors-drop-old-points',
      cron: '23 3 * * *',
      work: async (): Promise<void> => {
        await database.query('delete from monitor_points where at < $1', [before(POINTS_DAYS)]);
        await database.query('delete from monitor_changes where at < $1', [before(CHANGES_DAYS)]);
      },
    },
  ];
}
