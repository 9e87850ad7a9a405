import type { Projection } from '../contract/budgets.ts';
import type { Estimate } from '../contract/common.ts';
import type { CostGrouping, CostsReply } from '../contract/costs.ts';
import type { TimeRange } from '../core/time-range.ts';
import { DAYS_FOR_PROJECTION, projectSum } from '../statistics/projection.ts';
import { ratioInterval } from '../statistics/ratio-interval.ts';
import type { Queryable } from '../store/database.ts';
import {
  bucketOf,
  bucketStarts,
  type CostBucket,
  nextMonth,
  wholeBuckets,
} from './cost-buckets.ts';
import {
  type GroupQuestion,
  groupOf,
  groupsFromRollups,
  groupsFromRows,
  type RawGroups,
  ROW_LIMIT,
} from './cost-groups.ts';
import { addCosts, costSumsOf, NO_COSTS, type RawCostSums, ROLLUP_SUMS } from './cost-sums.ts';
import { GRAIN_MS } from './tally.ts';

export interface CostQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly groupBy: CostGrouping;
  readonly interval: CostBucket;
  readonly limit: number;
  readonly nowMs: number;
}

/** What a project's calls cost: by time, by group, and what the month is expected to cost. */
export async function costsOf(db: Queryable, question: CostQuestion): Promise<CostsReply> {
  const { projectId, groupBy, interval, range } = question;
  const aligned = wholeBuckets(range, interval);
  const starts = bucketStarts(aligned, interval);
  const days = await daysIn(db, projectId, aligned);
  const points = pointsOf(days, interval);
  const totals = [...points.values()].reduce(addCosts, NO_COSTS);
  const grouped = await groupsOf(db, {
    projectId,
    aligned,
    groupBy,
    bucket: interval,
    limit: question.limit,
  });
  const labels =
    groupBy === 'key' ? await keyNames(db, projectId, grouped) : new Map<string, string>();
  const complete = grouped.from.getTime() === aligned.from.getTime();
  const total = complete ? totals.cost_micro_usd : costOfGroups(grouped);
  const { groups, ...others } = grouped.others ?? { ...NO_COSTS, groups: 0 };
  return {
    from: aligned.from.toISOString(),
    to: aligned.to.toISOString(),
    groupBy,
    interval,
    source: grouped.source,
    complete,
    groupsFrom: grouped.from.toISOString(),
    rowLimit: grouped.source === 'rows' ? ROW_LIMIT : null,
    totals: costSumsOf(totals),
    points: starts.map((at) => ({
      at: at.toISOString(),
      ...costSumsOf(points.get(at.getTime()) ?? NO_COSTS),
    })),
    groups: grouped.groups.map((group) =>
      groupOf(group, { total, starts, label: labels.get(group.key ?? '') ?? group.key }),
    ),
    others: groups === 0 ? null : { ...costSumsOf(others), groups },
    cachedTokenShare:
      totals.input_tokens > 0 ? totals.cached_input_tokens / totals.input_tokens : null,
    cachedTokens: cachedTokensOf(days),
    ...(await savedByCache(db, projectId, aligned)),
    month: await monthOf(db, projectId, question.nowMs),
  };
}

function groupsOf(db: Queryable, question: GroupQuestion): Promise<RawGroups> {
  const { groupBy } = question;
  return groupBy === 'model' || groupBy === 'provider'
    ? groupsFromRollups(db, question)
    : groupsFromRows(db, { ...question, groupBy });
}

function costOfGroups({ groups, others }: RawGroups): number {
  return groups.reduce(
    (sum, group) => sum + group.sums.cost_micro_usd,
    others?.cost_micro_usd ?? 0,
  );
}

type CostDay = RawCostSums & { readonly at: Date };

async function daysIn(db: Queryable, projectId: string, aligned: TimeRange): Promise<CostDay[]> {
  return await db.query<CostDay>(
    `select at, ${ROLLUP_SUMS} from usage_rollups
     where project_id = $1 and grain = 'day' and slice in ('all', 'judge', 'run') and at >= $2 and at < $3 group by at`,
    [projectId, aligned.from, aligned.to],
  );
}

function cachedTokensOf(days: readonly CostDay[]): Estimate {
  return ratioInterval(
    days.map((day) => ({
      amount: day.cached_input_tokens,
      base: day.input_tokens,
      n: day.requests,
    })),
  );
}

function pointsOf(days: readonly CostDay[], bucket: CostBucket): Map<number, RawCostSums> {
  const points = new Map<number, RawCostSums>();
  for (const { at, ...sums } of days) {
    const start = bucketOf(at, bucket).getTime();
    points.set(start, addCosts(points.get(start) ?? NO_COSTS, sums));
  }
  return points;
}

/** Names of API keys, by id. */
async function keyNames(
  db: Queryable,
  projectId: string,
  { groups }: RawGroups,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ id: string; name: string }>(
    'select id::text as id, name from api_keys where project_id = $1 and id::text = any($2)',
    [projectId, groups.flatMap(({ key }) => key ?? [])],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function savedByCache(
  db: Queryable,
  projectId: string,
  { from, to }: TimeRange,
): Promise<{ savedByCacheMicroUsd: number; cacheHits: number }> {
  const [row] = await db.query<{ saved: number; hits: number }>(
    `select coalesce(sum(saved_micro_usd), 0)::bigint as saved, count(*) as hits from interactions
     where project_id = $1 and created_at >= $2 and created_at < $3 and cache = 'hit'`,
    [projectId, from, to],
  );
  return { savedByCacheMicroUsd: row?.saved ?? 0, cacheHits: row?.hits ?? 0 };
}

/** Four weeks hold each day of the week equally often. */
const DAYS_BACK = 28;

/** The present month: what it has cost, and what it is expected to cost by the days before today. */
async function monthOf(
  db: Queryable,
  projectId: string,
  nowMs: number,
): Promise<CostsReply['month']> {
  const start = bucketOf(new Date(nowMs), 'month');
  const end = nextMonth(start);
  const today = Math.floor(nowMs / GRAIN_MS.day) * GRAIN_MS.day;
  const first = new Date(Math.min(start.getTime(), today - DAYS_BACK * GRAIN_MS.day));
  const rows = await db.query<{ at: Date; cost: number }>(
    `select at, sum(cost_micro_usd)::bigint as cost from usage_rollups
     where project_id = $1 and grain = 'day' and slice in ('all', 'judge', 'run') and at >= $2 and at < $3 group by at order by at`,
    [projectId, first, end],
  );
  const spentMicroUsd = rows
    .filter(({ at }) => at >= start)
    .reduce((sum, { cost }) => sum + cost, 0);
  const daily = dailySums(rows, today);
  const daysLeft = (end.getTime() - nowMs) / GRAIN_MS.day;
  const projection: Projection = {
    ...projectSum({ soFar: spentMicroUsd, daily, daysLeft }),
    needed: DAYS_FOR_PROJECTION,
  };
  return { start: start.toISOString(), end: end.toISOString(), spentMicroUsd, projection };
}

/** Sums of the whole days before today, at most 28, from the first with any call on. */
function dailySums(rows: readonly { at: Date; cost: number }[], todayMs: number): number[] {
  const from = todayMs - DAYS_BACK * GRAIN_MS.day;
  const known = rows.filter(({ at }) => at.getTime() >= from && at.getTime() < todayMs);
  const [first] = known;
  if (first === undefined) return [];
  const costs = new Map(known.map(({ at, cost }) => [at.getTime(), cost]));
  const days = (todayMs - first.at.getTime()) / GRAIN_MS.day;
  return Array.from(
    { length: days },
    (_, day) => costs.get(first.at.getTime() + day * GRAIN_MS.day) ?? 0,
  );
}
