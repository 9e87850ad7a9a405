import type { Estimate } from '../contract/common.ts';
import type { CostGroup, CostGrouping } from '../contract/costs.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import type { TimeRange } from '../core/time-range.ts';
import { meanInterval } from '../statistics/intervals.ts';
import { type RatioPart, ratioInterval } from '../statistics/ratio-interval.ts';
import type { Queryable } from '../store/database.ts';
import { bucketOf, type CostBucket } from './cost-buckets.ts';
import { addCosts, costSumsOf, NO_COSTS, type RawCostSums, ROLLUP_SUMS } from './cost-sums.ts';

export interface GroupQuestion {
  readonly projectId: string;
  readonly aligned: TimeRange;
  readonly bucket: CostBucket;
  readonly groupBy: CostGrouping;
  readonly limit: number;
}

/** Groups with their points, before shares are known. */
export interface RawGroup {
  readonly key: string | null;
  readonly provider: string | null;
  readonly sums: RawCostSums;
  /** Mean cost of a priced call in USD. */
  readonly perRequest: Estimate;
  /** Cost by start of the bucket in ms. */
  readonly points: ReadonlyMap<number, number>;
}

export interface RawGroups {
  readonly groups: readonly RawGroup[];
  readonly others: (RawCostSums & { readonly groups: number }) | null;
  readonly source: 'rollups' | 'rows';
  /** From when on calls were read; later than asked when there were too many. */
  readonly from: Date;
}

interface RollupRow extends RawCostSums {
  readonly at: Date;
  readonly provider: string;
  readonly model: string;
}

interface RollupGroup {
  readonly row: RollupRow;
  sums: RawCostSums;
  readonly days: RatioPart[];
  readonly points: Map<number, number>;
}

function emptyGroup(row: RollupRow): RollupGroup {
  return { row, sums: NO_COSTS, days: [], points: new Map() };
}

/** Groups by what roll-ups know: models and providers. Exact, whatever the number of calls. */
export async function groupsFromRollups(
  db: Queryable,
  question: GroupQuestion,
): Promise<RawGroups> {
  const { projectId, aligned, bucket, groupBy } = question;
  const model = groupBy === 'model' ? 'model' : "''";
  const rows = await db.query<RollupRow>(
    `select at, provider, ${model} as model, ${ROLLUP_SUMS} from usage_rollups
     where project_id = $1 and grain = 'day' and slice in ('model', 'judge', 'run') and at >= $2 and at < $3
     group by at, provider, ${model}`,
    [projectId, aligned.from, aligned.to],
  );
  const groups = new Map<string, RollupGroup>();
  for (const row of rows) {
    const text = `${row.provider}\0${row.model}`;
    const group = groups.get(text) ?? emptyGroup(row);
    groups.set(text, group);
    group.sums = addCosts(group.sums, row);
    group.days.push(dayOf(row));
    const at = bucketOf(row.at, bucket).getTime();
    group.points.set(at, (group.points.get(at) ?? 0) + row.cost_micro_usd);
  }
  const sorted = [...groups.values()].sort((a, b) => byCost(a.sums, b.sums));
  const rest = sorted.slice(question.limit);
  return {
    groups: sorted.slice(0, question.limit).map(({ row, sums, days, points }) => ({
      key: (groupBy === 'model' ? row.model : row.provider) || null,
      provider: groupBy === 'model' ? row.provider : null,
      sums,
      perRequest: ratioInterval(days),
      points,
    })),
    others: rest.length === 0 ? null : othersOf(rest),
    source: 'rollups',
    from: aligned.from,
  };
}

function dayOf({ cost_micro_usd, requests, unpriced }: RawCostSums): RatioPart {
  const priced = requests - unpriced;
  return { amount: usdFromMicroUsd(cost_micro_usd), base: priced, n: priced };
}

function byCost(a: RawCostSums, b: RawCostSums): number {
  return b.cost_micro_usd - a.cost_micro_usd || b.requests - a.requests;
}

function othersOf(rest: readonly { sums: RawCostSums }[]): RawCostSums & { groups: number } {
  return { ...rest.map(({ sums }) => sums).reduce(addCosts, NO_COSTS), groups: rest.length };
}

/** No more single calls than these are read for one answer. */
export const ROW_LIMIT = 200_000;

/** The group of a call, as text; empty where it has none. */
const KEY: Readonly<Record<'user' | 'key' | 'tag' | 'prompt', string>> = {
  user: "coalesce(user_id, '')",
  key: "coalesce(key_id::text, '')",
  tag: 'tag',
  prompt: "coalesce(prompt_name || coalesce('@' || prompt_version, ''), '')",
};
const EACH_TAG = `cross join lateral (
  select distinct t as tag from unnest(case when cardinality(tags) = 0 then array[''] else tags end) as t) tagged`;

interface GroupRow extends RawCostSums {
  readonly key: string;
  readonly cost_squares: number;
  readonly groups: number;
  readonly all_cost: number;
  readonly all_requests: number;
  readonly all_input: number;
  readonly all_cached: number;
  readonly all_output: number;
  readonly all_unpriced: number;
}

/** Groups by what only single calls know: users, keys, tags, prompts. Reads the newest 200,000 calls of the range. */
export async function groupsFromRows(
  db: Queryable,
  question: GroupQuestion & { readonly groupBy: 'user' | 'key' | 'tag' | 'prompt' },
): Promise<RawGroups> {
  const from = await readableFrom(db, question);
  const key = KEY[question.groupBy];
  const source = `from interactions ${question.groupBy === 'tag' ? EACH_TAG : ''}
    where project_id = $1 and created_at >= $2 and created_at < $3`;
  const bounds = [question.projectId, from, question.aligned.to];
  const rows = await db.query<GroupRow>(
    `select *, count(*) over ()::int as groups, sum(cost_micro_usd) over ()::bigint as all_cost,
       sum(requests) over ()::bigint as all_requests, sum(input_tokens) over ()::bigint as all_input,
       sum(cached_input_tokens) over ()::bigint as all_cached, sum(output_tokens) over ()::bigint as all_output,
       sum(unpriced) over ()::bigint as all_unpriced
     from (
       select ${key} as key, coalesce(sum(cost_micro_usd), 0)::bigint as cost_micro_usd, count(*) as requests,
         coalesce(sum(cost_micro_usd::float8 * cost_micro_usd), 0) as cost_squares,
         coalesce(sum(input_tokens), 0)::bigint as input_tokens,
         coalesce(sum(cached_input_tokens), 0)::bigint as cached_input_tokens,
         coalesce(sum(output_tokens), 0)::bigint as output_tokens,
         count(*) filter (where cost_micro_usd is null and status = 'success' and model is not null) as unpriced
       ${source} group by 1) g
     order by cost_micro_usd desc, requests desc, key limit $4`,
    [...bounds, question.limit],
  );
  const points = await db.query<{ key: string; at: Date; cost: number }>(
    `select ${key} as key, date_trunc('${question.bucket}', created_at, 'UTC') as at,
       coalesce(sum(cost_micro_usd), 0)::bigint as cost
     ${source} and ${key} = any($4) group by 1, 2`,
    [...bounds, rows.map((row) => row.key)],
  );
  const byKey = Map.groupBy(points, (point) => point.key);
  return {
    groups: rows.map((row) => ({
      key: row.key === '' ? null : row.key,
      provider: null,
      sums: row,
      perRequest: perRequestOf(row),
      points: new Map((byKey.get(row.key) ?? []).map(({ at, cost }) => [at.getTime(), cost])),
    })),
    others: othersOfRows(rows),
    source: 'rows',
    from,
  };
}

function perRequestOf({ requests, unpriced, cost_micro_usd, cost_squares }: GroupRow): Estimate {
  const sums = {
    n: requests - unpriced,
    sum: usdFromMicroUsd(cost_micro_usd),
    sumOfSquares: cost_squares / 1e12,
  };
  return meanInterval(sums, { low: 0, high: Number.POSITIVE_INFINITY });
}

/** The time from which on the calls of a range are few enough to be read. */
async function readableFrom(db: Queryable, { projectId, aligned }: GroupQuestion): Promise<Date> {
  const [row] = await db.query<{ created_at: Date }>(
    `select created_at from interactions where project_id = $1 and created_at >= $2 and created_at < $3
     order by created_at desc offset ${ROW_LIMIT} limit 1`,
    [projectId, aligned.from, aligned.to],
  );
  return row === undefined ? aligned.from : new Date(row.created_at.getTime() + 1);
}

function othersOfRows(rows: readonly GroupRow[]): RawGroups['others'] {
  const [first] = rows;
  if (first === undefined || first.groups <= rows.length) return null;
  const shown = rows.reduce<RawCostSums>(addCosts, NO_COSTS);
  return {
    groups: first.groups - rows.length,
    cost_micro_usd: first.all_cost - shown.cost_micro_usd,
    requests: first.all_requests - shown.requests,
    input_tokens: first.all_input - shown.input_tokens,
    cached_input_tokens: first.all_cached - shown.cached_input_tokens,
    output_tokens: first.all_output - shown.output_tokens,
    unpriced: first.all_unpriced - shown.unpriced,
  };
}

/** A group in the words of the API. */
export function groupOf(
  group: RawGroup,
  of: { readonly total: number; readonly starts: readonly Date[]; readonly label: string | null },
): CostGroup {
  const sums = costSumsOf(group.sums);
  const priced = sums.requests - sums.unpriced;
  return {
    ...sums,
    key: group.key,
    label: of.label,
    provider: group.provider,
    share: of.total > 0 ? sums.costMicroUsd / of.total : null,
    costPerRequestMicroUsd: priced > 0 ? sums.costMicroUsd / priced : null,
    costPerRequest: group.perRequest,
    points: of.starts.map((at) => ({
      at: at.toISOString(),
      costMicroUsd: group.points.get(at.getTime()) ?? 0,
    })),
  };
}
