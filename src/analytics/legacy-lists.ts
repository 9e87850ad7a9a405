import type { LegacyEvaluation, LegacyLog } from '../contract/legacy.ts';
import type { Queryable, SqlValue } from '../store/database.ts';
import { type Bucket, type PlaceOfPage, placeOfPage, rowsIn } from './bucket-page.ts';
import { Params } from './spans.ts';
import { GRAIN_MS, type Grain } from './tally.ts';

/** Longer texts are cut in lists. */
const MAX_TEXT = 10_000;

export interface NumberedPage {
  readonly offset: number;
  readonly limit: number;
}

interface BucketRow {
  readonly at: Date;
  readonly rows: number;
}

type BucketReader = (grain: Grain, day: Date | null) => Promise<BucketRow[]>;

/** Where a numbered page lies, and how many rows there are in all, from roll-ups alone. */
async function locate(
  read: BucketReader,
  page: NumberedPage,
): Promise<{ total: number; place: PlaceOfPage | null }> {
  const days = bucketsOf(await read('day', null), 'day');
  const total = rowsIn(days);
  const roughly = placeOfPage(days, page);
  if (roughly === null) return { total, place: null };
  const first = days.findIndex((day) => day.to.getTime() === roughly.to.getTime());
  const hours = bucketsOf(await read('hour', days[first]?.from ?? null), 'hour');
  const buckets = [...days.slice(0, first), ...hours, ...days.slice(first + 1)];
  return { total, place: placeOfPage(buckets, page) };
}

function bucketsOf(rows: readonly BucketRow[], grain: Grain): Bucket[] {
  return rows.map(({ at, rows: count }) => ({
    from: at,
    to: new Date(at.getTime() + GRAIN_MS[grain]),
    rows: count,
  }));
}

/** Rows of retired days are gone while their roll-ups stay; pages count only what is still there. */
async function oldestDay(
  database: Queryable,
  projectId: string,
  { table, column }: { table: string; column: string },
): Promise<Date> {
  const [row] = await database.query<{ at: Date }>(
    `select ${column} as at from ${table} where project_id = $1 order by ${column} limit 1`,
    [projectId],
  );
  const at = row?.at.getTime() ?? 0;
  return new Date(Math.floor(at / GRAIN_MS.day) * GRAIN_MS.day);
}

function between(day: Date | null, oldest: Date, params: Params): string {
  const from = day ?? oldest;
  const to = day === null ? '' : `and at < ${params.add(new Date(day.getTime() + GRAIN_MS.day))}`;
  return `at >= ${params.add(from)} ${to}`;
}

/** What the program asked models itself was no log in LLM-Quality-Observer. */
const APPLICATIONS = `origin not in ('judge', 'run')`;

/** Logs newest first by number of page; `model` narrows to one. */
export async function numberedLogs(
  database: Queryable,
  of: { readonly projectId: string; readonly model?: string | undefined },
  page: NumberedPage,
): Promise<{ logs: LegacyLog[]; total: number }> {
  const oldest = await oldestDay(database, of.projectId, {
    table: 'interactions',
    column: 'created_at',
  });
  const { total, place } = await locate(async (grain, day) => {
    const params = new Params();
    const conditions = [
      `project_id = ${params.add(of.projectId)}`,
      `grain = '${grain}'`,
      `slice = '${of.model === undefined ? 'all' : 'model'}'`,
      between(day, oldest, params),
      ...(of.model === undefined ? [] : [`model = ${params.add(of.model)}`]),
    ];
    return await database.query<BucketRow>(
      `select at, sum(requests)::bigint as rows from usage_rollups where ${conditions.join(' and ')}
       group by at order by at desc`,
      params.values,
    );
  }, page);
  if (place === null) return { logs: [], total };
  const logs = await logsIn(database, { ...of, ...place, limit: page.limit });
  return { logs, total };
}

/** Logs of one user, newest first. The days come from the facets where those are complete. */
export async function logsOfUser(
  database: Queryable,
  of: {
    readonly projectId: string;
    readonly user: string;
    readonly model?: string | undefined;
  },
  page: NumberedPage,
): Promise<{ logs: LegacyLog[]; total: number }> {
  const [days] = await database.query<{ first: string | null; last: string | null }>(
    `select min(day) as first, max(day) as last from facet_rollups
     where project_id = $1 and facet = 'user'
       and (counts ? $2 or (select count(*) from jsonb_object_keys(counts)) >= 256)`,
    [of.projectId, of.user],
  );
  if (days === undefined || days.first === null || days.last === null)
    return { logs: [], total: 0 };
  const from = new Date(`${days.first}T00:00:00Z`);
  const to = new Date(Date.parse(`${days.last}T00:00:00Z`) + GRAIN_MS.day);
  const values: SqlValue[] = [of.projectId, from, to, of.user, of.model ?? null];
  const [counted] = await database.query<{ total: number }>(
    `select count(*) as total from interactions
     where project_id = $1 and created_at >= $2 and created_at < $3 and user_id = $4
       and ($5::text is null or coalesce(model, '') = $5) and ${APPLICATIONS}`,
    values,
  );
  const place = { from, to, skip: page.offset, limit: page.limit };
  return { logs: await logsIn(database, { ...of, ...place }), total: counted?.total ?? 0 };
}

interface LogRow extends Omit<LegacyLog, 'created_at'> {
  readonly created_at: Date;
}

async function logsIn(
  database: Queryable,
  of: PlaceOfPage & {
    readonly projectId: string;
    readonly limit: number;
    readonly model?: string | undefined;
    readonly user?: string | undefined;
  },
): Promise<LegacyLog[]> {
  const params = new Params();
  const conditions = [
    `project_id = ${params.add(of.projectId)}`,
    `created_at >= ${params.add(of.from)}`,
    `created_at < ${params.add(of.to)}`,
    APPLICATIONS,
    ...(of.model === undefined ? [] : [`coalesce(model, '') = ${params.add(of.model)}`]),
    ...(of.user === undefined ? [] : [`user_id = ${params.add(of.user)}`]),
  ];
  const page = `offset ${params.add(of.skip)}::bigint limit ${params.add(of.limit)}::bigint`;
  const rows = await database.query<LogRow>(
    `select i.id, i.created_at, i.user_id, i.prompt_preview as prompt, i.response_preview as response,
       i.model as model_version, i.latency_ms, i.status
     from (
       -- Keys first: the rows that are left out are read from the index alone.
       select created_at, id from interactions where ${conditions.join(' and ')}
       order by created_at desc, id desc ${page}
     ) k join interactions i on i.created_at = k.created_at and i.id = k.id
     where i.created_at >= ${params.add(of.from)} and i.created_at < ${params.add(of.to)}
     order by i.created_at desc, i.id desc`,
    params.values,
  );
  const texts = await textsOf(
    database,
    rows.map((row) => ({ id: row.id, at: row.created_at })),
  );
  return rows.map((row) => ({
    ...row,
    created_at: row.created_at.toISOString(),
    prompt: texts.get(row.id)?.prompt ?? row.prompt,
    response: texts.get(row.id)?.response ?? row.response,
  }));
}

interface Texts {
  readonly id: string;
  readonly prompt: string | null;
  readonly response: string | null;
}

/** Prompt and answer of the interactions of one page. */
async function textsOf(
  database: Queryable,
  page: readonly { readonly id: string; readonly at: Date }[],
): Promise<ReadonlyMap<string, Texts>> {
  if (page.length === 0) return new Map();
  const times = page.map(({ at }) => at.getTime());
  const rows = await database.query<Texts>(
    `select interaction_id as id, left(prompt_text, ${MAX_TEXT}) as prompt, left(response_text, ${MAX_TEXT}) as response
     from interaction_bodies
     where created_at between $1 and $2 and created_at = any($3::timestamptz[]) and interaction_id = any($4::uuid[])`,
    [
      new Date(Math.min(...times)),
      new Date(Math.max(...times) + 1),
      [...new Set(page.map(({ at }) => at.toISOString()))],
      page.map(({ id }) => id),
    ],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** A judge of ours is named by its model, as there; anybody else by its evaluator. */
const JUDGE_MODEL = `case when evaluator like 'judge:%'
  then substr(evaluator_version, strpos(evaluator_version, '@') + 1)
  else evaluator || '-' || evaluator_version end`;
const AUTOMATIC = "name = 'overall' and source in ('rule', 'judge')";
const POINTS = 'least(5, greatest(1, floor(coalesce(native_value, 1 + 4 * value) + 0.5)))::int';

/** Which overall scores: whole points from `min` to `max`. */
export interface PointRange {
  readonly min: number;
  readonly max: number;
}

const ANY_POINTS: PointRange = { min: 1, max: 5 };

/** Evaluations, of the newest interaction first, by number of page. */
export async function numberedEvaluations(
  database: Queryable,
  of: { readonly projectId: string; readonly points?: PointRange },
  page: NumberedPage,
): Promise<{ evaluations: LegacyEvaluation[]; total: number }> {
  const { min, max } = of.points ?? ANY_POINTS;
  if (min > max) return { evaluations: [], total: 0 };
  const levels = Array.from({ length: max - min + 1 }, (_, at) => `levels[${min + at}]`);
  const oldest = await oldestDay(database, of.projectId, {
    table: 'scores',
    column: 'interaction_created_at',
  });
  const { total, place } = await locate(async (grain, day) => {
    const params = new Params();
    return await database.query<BucketRow>(
      `select at, sum(${levels.join(' + ')})::bigint as rows from score_rollups
       where project_id = ${params.add(of.projectId)} and grain = '${grain}' and ${AUTOMATIC}
         and ${between(day, oldest, params)}
       group by at order by at desc`,
      params.values,
    );
  }, page);
  if (place === null) return { evaluations: [], total };
  const evaluations = await evaluationsIn(database, {
    projectId: of.projectId,
    points: { min, max },
    ...place,
    limit: page.limit,
  });
  return { evaluations, total };
}

interface EvaluationRow
  extends Omit<
    LegacyEvaluation,
    'created_at' | 'score_overall' | 'comments' | 'log_prompt' | 'log_response'
  > {
  readonly created_at: Date;
  readonly log_created_at: Date;
}

async function evaluationsIn(
  database: Queryable,
  of: PlaceOfPage & {
    readonly projectId: string;
    readonly points: PointRange;
    readonly limit: number;
  },
): Promise<LegacyEvaluation[]> {
  const isAny = of.points.min === ANY_POINTS.min && of.points.max === ANY_POINTS.max;
  const params = new Params();
  const conditions = [
    `project_id = ${params.add(of.projectId)}`,
    `interaction_created_at >= ${params.add(of.from)}`,
    `interaction_created_at < ${params.add(of.to)}`,
    AUTOMATIC,
    ...(isAny
      ? []
      : [`${POINTS} between ${params.add(of.points.min)} and ${params.add(of.points.max)}`]),
  ];
  const page = `offset ${params.add(of.skip)}::bigint limit ${params.add(of.limit)}::bigint`;
  const rows = await database.query<EvaluationRow>(
    `select id, created_at, interaction_id as log_id, interaction_created_at as log_created_at,
       ${POINTS} as overall_score,
       floor((details ->> 'instruction_following')::float8 + 0.5)::int as score_instruction_following,
       floor((details ->> 'truthfulness')::float8 + 0.5)::int as score_truthfulness,
       flagged as is_flagged,
       case source when 'judge' then 'llm-judge' else coalesce(label, 'ok') end as label,
       case source when 'judge' then 'llm' else source end as judge_type, ${JUDGE_MODEL} as judge_model, reason as comment,
       details ->> 'raw' as raw_judge_response, model as log_model_version
     from (
       select interaction_created_at, id from scores where ${conditions.join(' and ')}
       order by interaction_created_at desc, id desc ${page}
     ) k join scores s using (interaction_created_at, id)
     where s.interaction_created_at >= ${params.add(of.from)} and s.interaction_created_at < ${params.add(of.to)}
     order by interaction_created_at desc, id desc`,
    params.values,
  );
  const texts = await textsOf(
    database,
    rows.map((row) => ({ id: row.log_id, at: row.log_created_at })),
  );
  return rows.map(({ log_created_at: _, ...row }) => ({
    ...row,
    created_at: row.created_at.toISOString(),
    score_overall: row.overall_score,
    comments: row.comment,
    log_prompt: texts.get(row.log_id)?.prompt ?? '',
    log_response: texts.get(row.log_id)?.response ?? '',
  }));
}
