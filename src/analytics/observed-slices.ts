import type { ChangeMetric, SliceDimension } from '../contract/changes.ts';
import type { MonitorSlice } from '../contract/monitors.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { SessionTotals } from '../statistics/change-detector.ts';
import type { Moments } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { Params } from './spans.ts';

/** A metric whose single observations can be told apart. */
export interface Measure {
  readonly kind: ChangeMetric;
  readonly score: string | null;
  readonly evaluator: string | null;
  readonly passAt: number;
}

export interface SliceQuestion {
  readonly projectId: string;
  readonly measure: Measure;
  readonly slice: MonitorSlice;
  readonly before: TimeRange;
  readonly after: TimeRange;
}

export interface ObservedSlices {
  readonly before: Moments;
  readonly after: Moments;
  readonly sessions: { readonly before: SessionTotals; readonly after: SessionTotals };
  readonly slices: readonly {
    readonly dimension: SliceDimension;
    readonly value: string;
    readonly before: Moments;
    readonly after: Moments;
  }[];
  readonly isSampled: boolean;
}

/** More observations of a period are not read: the newest of them tell as much. */
export const MOST_OBSERVATIONS = 100_000;
/** Slices of a dimension, by how many observations they have. */
const MOST_SLICES = 20;

interface Row {
  readonly dimension: string;
  readonly value: string;
  readonly a0: number;
  readonly b0: number;
  readonly c0: number;
  readonly a1: number;
  readonly b1: number;
  readonly c1: number;
}

/** Counts and sums of a measure in two periods: of the whole, of sessions, and of every slice of each dimension. */
export async function readObservedSlices(
  db: Queryable,
  question: SliceQuestion,
): Promise<ObservedSlices> {
  const params = new Params();
  const sql = statement(question, params);
  const rows = await db.query<Row>(sql, params.values);
  const of = (dimension: string, value = ''): Row =>
    rows.find((row) => row.dimension === dimension && row.value === value) ?? NOTHING;
  const [before, after] = momentsOf(of('#all'));
  const slices = rows
    .filter(({ dimension }) => !dimension.startsWith('#'))
    .map((row) => {
      const [was, is] = momentsOf(row);
      // The statement below names the dimensions.
      const dimension = row.dimension as SliceDimension;
      return { dimension, value: row.value, before: was, after: is };
    });
  return {
    before,
    after,
    sessions: {
      before: sessionsOf(of('#sessions', 'before')),
      after: sessionsOf(of('#sessions', 'after')),
    },
    slices,
    isSampled: Math.max(before.n, after.n) >= MOST_OBSERVATIONS,
  };
}

const NOTHING: Row = { dimension: '', value: '', a0: 0, b0: 0, c0: 0, a1: 0, b1: 0, c1: 0 };

function momentsOf({ a0, b0, c0, a1, b1, c1 }: Row): [Moments, Moments] {
  return [
    { n: a0, sum: b0, sumOfSquares: c0 },
    { n: a1, sum: b1, sumOfSquares: c1 },
  ];
}

function sessionsOf({ a0, b0, c0, a1, b1, c1 }: Row): SessionTotals {
  return { sessions: a0, n: b0, sum: c0, sumOfSquares: a1, sumTimesN: b1, nSquares: c1 };
}

function statement(question: SliceQuestion, params: Params): string {
  const period = (range: TimeRange, isAfter: boolean): string =>
    `(select ${isAfter} as is_after, p.* from (${observations(question, range, params)}) p)`;
  return `with o as materialized (
      ${period(question.before, false)} union all ${period(question.after, true)}),
    d as (
      select o.is_after, o.x, v.dimension, coalesce(v.value, '') as value from o
        cross join lateral (values ('#all', ''), ('model', o.model), ('provider', o.provider), ('route', o.route),
          ('prompt', o.prompt), ('user', o.user_id), ('language', o.language)) v (dimension, value)
      union all
      select o.is_after, o.x, 'tag', t.tag from o cross join lateral unnest(o.tags) t (tag)),
    s as (
      select dimension, value,
        count(*) filter (where not is_after) as a0, coalesce(sum(x) filter (where not is_after), 0) as b0,
        coalesce(sum(x * x) filter (where not is_after), 0) as c0,
        count(*) filter (where is_after) as a1, coalesce(sum(x) filter (where is_after), 0) as b1,
        coalesce(sum(x * x) filter (where is_after), 0) as c1,
        row_number() over (partition by dimension order by count(*) desc, value) as place
      from d group by dimension, value),
    g as (select is_after, count(*) as n, sum(x) as x from o group by is_after, session)
    select dimension, value, a0::float8 as a0, b0, c0, a1::float8 as a1, b1, c1 from s where place <= ${MOST_SLICES}
    union all
    select '#sessions', case when is_after then 'after' else 'before' end, count(*)::float8, sum(n)::float8, sum(x),
      sum(x * x), sum(n * x), sum(n * n)::float8
    from g group by is_after`;
}

const KEYS = `i.model, i.provider, i.route, i.user_id, i.tags, i.language,
  case when i.prompt_version is null then i.prompt_name else i.prompt_name || '@' || i.prompt_version end as prompt`;

/** The newest observations of a period: session, x, and what they can be sliced by. */
function observations(question: SliceQuestion, range: TimeRange, params: Params): string {
  const { measure } = question;
  const from = params.add(range.from);
  const to = params.add(range.to);
  const calls = [
    `i.project_id = ${params.add(question.projectId)}`,
    `i.created_at >= ${from}`,
    `i.created_at < ${to}`,
    ...conditionsOf(question.slice, params),
  ];
  const session = 'coalesce(i.session_id, i.id::text) as session';
  const newest = `order by i.created_at desc limit ${MOST_OBSERVATIONS}`;
  const x = CALL_VALUES[measure.kind];
  if (x !== undefined) {
    return `select ${session}, (${x})::float8 as x, ${KEYS} from interactions i
      where ${calls.join(' and ')} and (${x}) is not null ${newest}`;
  }
  const scores = [
    ...calls,
    `s.interaction_created_at >= ${from}`,
    `s.interaction_created_at < ${to}`,
    ...scoreConditions(measure, params),
  ].join(' and ');
  const joined = `scores s join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id`;
  if (measure.kind === 'flag_rate' && measure.score === null) {
    return `select ${session}, f.x, ${KEYS} from interactions i join (
        select i.created_at, i.id, (case when bool_or(s.flagged) then 1 else 0 end)::float8 as x
        from ${joined} where ${scores} group by i.created_at, i.id) f
      on f.created_at = i.created_at and f.id = i.id
      where i.created_at >= ${from} and i.created_at < ${to} ${newest}`;
  }
  return `select ${session}, (${scoreValue(measure, params)})::float8 as x, ${KEYS} from ${joined}
    where ${scores} ${newest}`;
}

/** Metrics of the calls themselves; null leaves a call out. */
const CALL_VALUES: Partial<Record<ChangeMetric, string>> = {
  error_rate: `case when i.status = 'error' then 1 else 0 end`,
  latency: 'i.latency_ms',
  cost: 'i.cost_micro_usd / 1e6',
};

function scoreValue({ kind, passAt }: Measure, params: Params): string {
  if (kind === 'score_rate') {
    return `case when s.value >= ${params.add(passAt)}::float8 then 1 else 0 end`;
  }
  return kind === 'flag_rate' ? 'case when s.flagged then 1 else 0 end' : 's.value';
}

/** Scores of a name that no person gave, or those of one evaluator. */
function scoreConditions({ score, evaluator }: Measure, params: Params): string[] {
  return [
    ...(score === null ? [] : [`s.name = ${params.add(score)}`]),
    evaluator === null ? `s.source <> 'human'` : `s.evaluator = ${params.add(evaluator)}`,
  ];
}

/** The calls of somebody's application that belong to the slice. */
function conditionsOf(slice: MonitorSlice, params: Params): string[] {
  const conditions = [`i.origin not in ('judge', 'run')`, 'i.shadow_of is null'];
  const columns = {
    'i.model': slice.model,
    'i.provider': slice.provider,
    'i.route': slice.route,
    'i.user_id': slice.user,
    'i.language': slice.language,
  };
  for (const [column, value] of Object.entries(columns)) {
    if (value !== undefined) conditions.push(`${column} = ${params.add(value)}`);
  }
  if (slice.tag !== undefined) conditions.push(`${params.add(slice.tag)}::text = any(i.tags)`);
  if (slice.prompt !== undefined) {
    const [, name = slice.prompt, version] = /^(.+)@([^@]+)$/.exec(slice.prompt) ?? [];
    conditions.push(`i.prompt_name = ${params.add(name)}`);
    if (version !== undefined) conditions.push(`i.prompt_version = ${params.add(version)}`);
  }
  return conditions;
}
