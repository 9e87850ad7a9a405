import type { AlertLevel } from '../contract/budgets.ts';
import type { LegacyCostAnalysis } from '../contract/costs.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { wholeUnits } from '../core/time-range.ts';
import { projectSum } from '../statistics/projection.ts';
import { ratioInterval } from '../statistics/ratio-interval.ts';
import type { Queryable } from '../store/database.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';
import { GRAIN_MS } from './tally.ts';
import { NO_MODEL } from './totals.ts';

/** The windows of llm-monitoring-framework; there all but one of them were an hour. */
const WINDOW_MS = {
  '1h': GRAIN_MS.hour,
  '24h': GRAIN_MS.day,
  '7d': 7 * GRAIN_MS.day,
  '30d': 30 * GRAIN_MS.day,
} as const;
export type LegacyWindow = keyof typeof WINDOW_MS;

const MONTH_MS = 30 * GRAIN_MS.day;
const MAX_NAMES = 5;
const MAX_USERS = 10;
/** No more single calls than these are read to tell users apart. */
const MAX_USER_ROWS = 50_000;

/** Where the project's budget for a day stands; null without one. */
export interface DailyBudget {
  readonly alertLevel: AlertLevel;
  readonly usedShare: number;
  readonly limitMicroUsd: number;
  readonly remainingMicroUsd: number;
}

export interface LegacyCostQuestion {
  readonly projectId: string;
  readonly window: LegacyWindow;
  readonly nowMs: number;
  readonly dailyBudget: DailyBudget | null;
  /** Titles of saving suggestions, best first. */
  readonly suggestions: readonly string[];
}

interface ModelCost {
  readonly model: string;
  readonly cost: number;
  readonly requests: number;
  readonly unpriced: number;
}

/** The window of a question: its beginning, and how much of it the project has been there. */
interface LegacyWindowPart {
  readonly from: Date;
  readonly lengthMs: number;
}

/** The cost analysis of llm-monitoring-framework over exactly the window that was asked for. */
export async function legacyCosts(
  db: Queryable,
  question: LegacyCostQuestion,
): Promise<LegacyCostAnalysis> {
  const { projectId, window, nowMs, dailyBudget } = question;
  const part = await partOf(db, projectId, { nowMs, windowMs: WINDOW_MS[window] });
  const models = await modelCosts(db, projectId, { from: part.from, nowMs });
  const total = models.reduce((sum, { cost }) => sum + cost, 0);
  const requests = models.reduce((sum, one) => sum + one.requests, 0);
  const unpriced = models.reduce((sum, one) => sum + one.unpriced, 0);
  const projected = (total * MONTH_MS) / part.lengthMs;
  const units = await wholeUnitsOf(db, projectId, { ...part, nowMs });
  const half = halfWidth(units);
  const perRequest = ratioInterval(
    units.sums.map(({ cost, priced }) => ({ amount: cost, base: priced, n: priced })),
  );
  return {
    time_period: window,
    total_cost_usd: usdFromMicroUsd(total),
    avg_cost_per_request: requests > unpriced ? usdFromMicroUsd(total / (requests - unpriced)) : 0,
    avg_cost_per_request_low: usdFromMicroUsd(perRequest.low),
    avg_cost_per_request_high: usdFromMicroUsd(perRequest.high),
    priced_requests: requests - unpriced,
    most_expensive_operations: models
      .filter(({ cost }) => cost > 0)
      .slice(0, MAX_NAMES)
      .map(({ model, cost }) => `${model} ($${usdFromMicroUsd(cost).toFixed(4)})`),
    optimization_suggestions: question.suggestions.slice(0, MAX_NAMES),
    projected_monthly_cost: usdFromMicroUsd(projected),
    projected_monthly_cost_low:
      half === null ? null : usdFromMicroUsd(Math.max(0, projected - half)),
    projected_monthly_cost_high: half === null ? null : usdFromMicroUsd(projected + half),
    request_count: requests,
    unpriced_requests: unpriced,
    cost_by_model: models.map(({ model, cost, requests: n }) => ({
      model,
      cost_usd: usdFromMicroUsd(cost),
      requests: n,
    })),
    cost_by_user: await userCosts(db, projectId, part.from),
    alert_level: dailyBudget?.alertLevel ?? 'none',
    budget_used_pct: dailyBudget === null ? null : 100 * dailyBudget.usedShare,
    cost_today: usdFromMicroUsd(await costToday(db, projectId, nowMs)),
    daily_budget: dailyBudget === null ? null : usdFromMicroUsd(dailyBudget.limitMicroUsd),
    remaining_budget: dailyBudget === null ? null : usdFromMicroUsd(dailyBudget.remainingMicroUsd),
  };
}

/** The window, or as much of it as lies after the project's first call, at least an hour. */
async function partOf(
  db: Queryable,
  projectId: string,
  { nowMs, windowMs }: { nowMs: number; windowMs: number },
): Promise<LegacyWindowPart> {
  const from = new Date(nowMs - windowMs);
  const [row] = await db.query<{ first: Date | null }>(
    `select min(at) as first from usage_rollups
     where project_id = $1 and grain = 'hour' and slice in ('all', 'judge', 'run')`,
    [projectId],
  );
  const firstMs = Math.max(from.getTime(), row?.first?.getTime() ?? 0);
  return { from, lengthMs: Math.max(GRAIN_MS.hour, Math.min(windowMs, nowMs - firstMs)) };
}

/** Models by cost: whole hours from roll-ups, the begun hour at the start call by call. */
async function modelCosts(
  db: Queryable,
  projectId: string,
  { from, nowMs }: { from: Date; nowMs: number },
): Promise<ModelCost[]> {
  const { to: firstHour } = wholeUnits({ from, to: from }, 'hour');
  const { to } = wholeUnits({ from, to: new Date(nowMs) }, 'hour');
  const params = new Params();
  const project = params.add(projectId);
  const spans = inSpans(cheapestSpans({ from: firstHour, to }), params);
  return await db.query<ModelCost>(
    `select case model when '' then '${NO_MODEL}' else model end as model, sum(cost)::bigint as cost,
       sum(requests)::bigint as requests, sum(unpriced)::bigint as unpriced
     from (
       select model, sum(cost_micro_usd) as cost, sum(requests) as requests, sum(unpriced) as unpriced
       from usage_rollups
       where project_id = ${project} and slice in ('model', 'judge', 'run') and ${spans} group by model
       union all
       select coalesce(model, ''), coalesce(sum(cost_micro_usd), 0), count(*),
         count(*) filter (where cost_micro_usd is null and status = 'success' and model is not null)
       from interactions
       where project_id = ${project} and created_at >= ${params.add(from)} and created_at < ${params.add(firstHour)}
       group by 1) parts
     group by model order by cost desc, requests desc, model limit 100`,
    params.values,
  );
}

async function userCosts(
  db: Queryable,
  projectId: string,
  from: Date,
): Promise<LegacyCostAnalysis['cost_by_user']> {
  const rows = await db.query<{ user_id: string | null; cost: number; requests: number }>(
    `select user_id, coalesce(sum(cost_micro_usd), 0)::bigint as cost, count(*) as requests
     from (select user_id, cost_micro_usd from interactions where project_id = $1 and created_at >= $2
       order by created_at desc limit ${MAX_USER_ROWS}) newest
     group by user_id order by cost desc, requests desc, user_id limit ${MAX_USERS}`,
    [projectId, from],
  );
  return rows.map(({ user_id, cost, requests }) => ({
    user_id,
    cost_usd: usdFromMicroUsd(cost),
    requests,
  }));
}

async function costToday(db: Queryable, projectId: string, nowMs: number): Promise<number> {
  const today = new Date(Math.floor(nowMs / GRAIN_MS.day) * GRAIN_MS.day);
  const [row] = await db.query<{ cost: number }>(
    `select coalesce(sum(cost_micro_usd), 0)::bigint as cost from usage_rollups
     where project_id = $1 and grain = 'day' and slice in ('all', 'judge', 'run') and at = $2`,
    [projectId, today],
  );
  return row?.cost ?? 0;
}

/** Windows up to a day are made of hours, longer ones of days. */
const HOURS_UP_TO_MS = GRAIN_MS.day;

interface WholeUnits {
  readonly sizeMs: number;
  readonly sums: readonly { readonly cost: number; readonly priced: number }[];
}

const NOTHING = { cost: 0, priced: 0 };

/** Cost and priced calls of the window's whole hours or days, those without calls too. */
async function wholeUnitsOf(
  db: Queryable,
  projectId: string,
  { from, nowMs, lengthMs }: LegacyWindowPart & { nowMs: number },
): Promise<WholeUnits> {
  const grain = nowMs - from.getTime() <= HOURS_UP_TO_MS ? 'hour' : 'day';
  const sizeMs = GRAIN_MS[grain];
  const first = Math.ceil((nowMs - lengthMs) / sizeMs) * sizeMs;
  const end = Math.floor(nowMs / sizeMs) * sizeMs;
  const parts = Math.max(0, (end - first) / sizeMs);
  const rows = await db.query<{ cost: number; priced: number }>(
    `select sum(cost_micro_usd)::bigint as cost, sum(requests - unpriced)::bigint as priced from usage_rollups
     where project_id = $1 and grain = $2 and slice in ('all', 'judge', 'run') and at >= $3 and at < $4 group by at`,
    [projectId, grain, new Date(first), new Date(Math.max(first, end))],
  );
  return { sizeMs, sums: Array.from({ length: parts }, (_, at) => rows[at] ?? NOTHING) };
}

/**
 * Half the 95 % interval of the cost of 30 days like those of the window, by the spread of its whole hours or days;
 * null below three of them. In micro-USD.
 */
function halfWidth({ sizeMs, sums }: WholeUnits): number | null {
  const daily = sums.map(({ cost }) => cost);
  const { value, high } = projectSum({ soFar: 0, daily, daysLeft: MONTH_MS / sizeMs });
  return value === null || high === null ? null : high - value;
}
