import type { TimeRange } from '../core/time-range.ts';
import type { Usage } from '../interactions/record.ts';
import type { Stratum } from '../statistics/stratified.ts';
import type { Queryable } from '../store/database.ts';

/** A priced call that was looked at. */
export interface SampledCall {
  readonly day: string;
  readonly createdAt: Date;
  readonly provider: string;
  readonly model: string;
  readonly responseModel: string | null;
  readonly operation: string;
  readonly usage: Usage & { readonly input: number; readonly output: number };
  readonly costMicroUsd: number;
  readonly cacheHit: boolean;
}

/** The calls of one model of one provider that were looked at, and how many there were, by day. */
export interface ModelSample {
  readonly provider: string;
  readonly model: string;
  readonly calls: readonly SampledCall[];
  readonly callsByDay: ReadonlyMap<string, number>;
}

export interface CostSample {
  readonly models: readonly ModelSample[];
  readonly rowsRead: number;
  /** Whether every priced call of the range was looked at. */
  readonly complete: boolean;
}

/** Of each day the newest calls are looked at. */
const CALLS_A_DAY = 700;

interface CallRow {
  readonly day: string;
  readonly created_at: Date;
  readonly provider: string;
  readonly model: string;
  readonly response_model: string | null;
  readonly operation: string;
  readonly input_tokens: number;
  readonly cached_input_tokens: number | null;
  readonly cache_write_input_tokens: number | null;
  readonly output_tokens: number;
  readonly reasoning_tokens: number | null;
  readonly cost_micro_usd: number;
  readonly hit: boolean;
}

/** A sample of the priced calls of some whole days: the newest 700 of each, with the numbers of all from roll-ups. */
export async function sampleCalls(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<CostSample> {
  const rows = await db.query<CallRow>(
    `select d.at::date::text as day, r.*
     from generate_series($2::timestamptz, $3::timestamptz - interval '1 day', interval '1 day') as d(at)
     cross join lateral (
       select created_at, provider, model, response_model, operation, coalesce(input_tokens, 0) as input_tokens,
         cached_input_tokens, cache_write_input_tokens, coalesce(output_tokens, 0) as output_tokens,
         reasoning_tokens, cost_micro_usd, coalesce(cache = 'hit', false) as hit
       from interactions
       where project_id = $1 and created_at >= d.at and created_at < d.at + interval '1 day'
         and status = 'success' and model is not null and cost_micro_usd is not null
       order by created_at desc limit ${CALLS_A_DAY}) r`,
    [projectId, range.from, range.to],
  );
  const counts = await callsByDay(db, projectId, range);
  const models = [...Map.groupBy(rows, (row) => `${row.provider}\0${row.model}`)].map(
    ([key, own]) => modelSample(own, counts.get(key) ?? new Map()),
  );
  const all = [...counts.values()].flatMap((days) => [...days.values()]);
  return {
    models,
    rowsRead: rows.length,
    complete: rows.length >= all.reduce((sum, count) => sum + count, 0),
  };
}

function modelSample(rows: readonly CallRow[], days: ReadonlyMap<string, number>): ModelSample {
  const [first] = rows;
  return {
    provider: first?.provider ?? '',
    model: first?.model ?? '',
    calls: rows.map(callOf),
    callsByDay: days,
  };
}

function callOf(row: CallRow): SampledCall {
  return {
    day: row.day,
    createdAt: row.created_at,
    provider: row.provider,
    model: row.model,
    responseModel: row.response_model,
    operation: row.operation,
    usage: {
      input: row.input_tokens,
      cachedInput: row.cached_input_tokens,
      cacheWriteInput: row.cache_write_input_tokens,
      audioInput: null,
      output: row.output_tokens,
      reasoning: row.reasoning_tokens,
      audioOutput: null,
      source: 'reported',
    },
    costMicroUsd: row.cost_micro_usd,
    cacheHit: row.hit,
  };
}

async function callsByDay(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<Map<string, Map<string, number>>> {
  const rows = await db.query<{ day: string; provider: string; model: string; calls: number }>(
    `select at::date::text as day, provider, model, sum(requests - errors - unpriced)::bigint as calls
     from usage_rollups
     where project_id = $1 and grain = 'day' and slice = 'model' and at >= $2 and at < $3 and model <> ''
     group by at, provider, model`,
    [projectId, range.from, range.to],
  );
  const counts = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const key = `${row.provider}\0${row.model}`;
    const days = counts.get(key) ?? new Map<string, number>();
    counts.set(key, days);
    days.set(row.day, row.calls);
  }
  return counts;
}

/** A value of each call as strata of days, for an estimate of all. */
export function strataOf(
  { calls, callsByDay: days }: ModelSample,
  value: (call: SampledCall) => number,
): Stratum[] {
  return [...Map.groupBy(calls, ({ day }) => day)].map(([day, own]) => ({
    size: days.get(day) ?? own.length,
    values: own.map(value),
  }));
}

/** Calls of the range, by roll-ups. */
export function callsOf({ calls, callsByDay: days }: ModelSample): number {
  return Math.max(
    calls.length,
    [...days.values()].reduce((sum, count) => sum + count, 0),
  );
}
