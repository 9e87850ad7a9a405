import type { TimeRange } from '../core/time-range.ts';
import type { EstimatedMean } from '../statistics/clustered.ts';
import type { Queryable } from '../store/database.ts';
import { readRolledUp } from './judged-roll-ups.ts';

/** The parts of a judge's scale, 0 to 1 in five. */
export const STRATA = 5;

/** Which part a score lies in. */
export function stratumOf(value: number): number {
  return Math.min(STRATA - 1, Math.max(0, Math.floor(value * STRATA)));
}

export interface JudgedStratum {
  /** How many scores, and about how many answers they stand for. */
  readonly n: number;
  readonly weight: number;
  /** Mean score in it; null where there is none. */
  readonly mean: number | null;
}

/** Everything that an evaluator scored in a range. */
export interface Judged {
  readonly mean: EstimatedMean;
  readonly strata: readonly JudgedStratum[];
}

export interface JudgedQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly scoreName: string;
  readonly evaluator: string;
  readonly model?: string | undefined;
}

/** From so many scores of a rule or detector on, roll-ups answer: sooner, and as exactly as labels allow. */
const MANY = 20_000;
/** A judge's scores cost money each, so there are not more; the newest of them are taken. */
const MAX_JUDGED = 200_000;

/** Sums over sessions (stratum −1) and over each part of the scale. */
interface SumRow {
  readonly stratum: number;
  readonly clusters: number;
  readonly n: number;
  readonly w: number | null;
  readonly wv: number;
  readonly ww: number;
  readonly wvwv: number;
  readonly wwv: number;
}

/**
 * The mean of what an evaluator says of everything, weighted by how likely each answer was to be judged, with sessions as
 * clusters; null when it said nothing, or nothing about its chances (a judge without stored probabilities). Rules and
 * detectors that look at all count with weight 1.
 */
export async function readJudged(db: Queryable, question: JudgedQuestion): Promise<Judged | null> {
  const rolledUp = await readRolledUp(db, question, { least: MANY, strata: STRATA });
  return rolledUp ?? (await readOneByOne(db, question));
}

async function readOneByOne(db: Queryable, question: JudgedQuestion): Promise<Judged | null> {
  const { projectId, range, scoreName, evaluator, model } = question;
  const params = [projectId, range.from, range.to, scoreName, evaluator, model ?? null];
  const rows = await db.query<SumRow>(
    `with s as materialized (${SCORES})
     select -1 as stratum, count(*)::integer as clusters, sum(n)::integer as n, sum(w) as w, sum(wv) as wv,
       sum(w * w) as ww, sum(wv * wv) as wvwv, sum(w * wv) as wwv
     from (select count(*) as n, sum(w) as w, sum(w * value) as wv from s group by cluster) c
     union all
     select least(${STRATA - 1}, floor(value * ${STRATA}))::integer, 0, count(*)::integer, sum(w), sum(w * value),
       0, 0, 0 from s group by 1`,
    params,
  );
  const sums = rows.find(({ stratum }) => stratum === -1);
  if (sums === undefined || sums.w === null || !(sums.w > 0)) return null;
  return { mean: meanOf(sums, sums.w), strata: byStratum(rows) };
}

/** $1 project, $2 from, $3 to, $4 name, $5 evaluator, $6 model. */
const SCORES = `select coalesce(i.session_id, s.interaction_id::text) as cluster, s.value,
    case when s.source = 'judge' then 1 / nullif((s.details ->> 'samplingProbability')::float8, 0)
      else coalesce(1 / nullif((s.details ->> 'samplingProbability')::float8, 0), 1) end as w
  from scores s
  join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id
    and i.created_at >= $2 and i.created_at < $3
  where s.project_id = $1 and s.interaction_created_at >= $2 and s.interaction_created_at < $3
    and s.name = $4 and s.evaluator = $5 and s.source <> 'human'
    and (s.source <> 'judge' or s.details ->> 'samplingProbability' is not null)
    and ($6::text is null or i.model = $6)
  order by s.interaction_created_at desc, s.id desc limit ${MAX_JUDGED}`;

function meanOf(sums: SumRow, weight: number): EstimatedMean {
  const mean = sums.wv / weight;
  const squares = sums.wvwv - 2 * mean * sums.wwv + mean * mean * sums.ww;
  const { clusters } = sums;
  const variance =
    clusters < 2 ? null : ((Math.max(0, squares) / weight ** 2) * clusters) / (clusters - 1);
  return { mean, variance, n: sums.n, clusters, weight };
}

function byStratum(rows: readonly SumRow[]): JudgedStratum[] {
  return Array.from({ length: STRATA }, (_, stratum) => {
    const row = rows.find((one) => one.stratum === stratum);
    const { n = 0, w = null, wv = 0 } = row ?? {};
    return { n, weight: w ?? 0, mean: w === null || w === 0 ? null : wv / w };
  });
}
