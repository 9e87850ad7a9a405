import type { Queryable } from '../store/database.ts';
import { inSpans, Params, type Span } from './spans.ts';
import type { Grouping, Slice } from './usage-sums.ts';

/** Sums of the automatic `overall` scores, and how many interactions they cover. */
export interface QualitySums {
  n: number;
  valueSum: number;
  valueSumsq: number;
  /** On the scale from 1 to 5. */
  nativeSum: number;
  low: number;
  high: number;
  evaluated: number;
  flagged: number;
}

export function noQuality(): QualitySums {
  return {
    n: 0,
    valueSum: 0,
    valueSumsq: 0,
    nativeSum: 0,
    low: 0,
    high: 0,
    evaluated: 0,
    flagged: 0,
  };
}

interface ScoreSumRow {
  readonly key: Date | string;
  readonly n: number;
  readonly value_sum: number;
  readonly value_sumsq: number;
  readonly native_sum: number;
  readonly low: number;
  readonly high: number;
}

interface CoverageRow {
  readonly key: Date | string;
  readonly evaluated: number;
  readonly flagged: number;
}

/**
 * The scores that quality is the mean of. Judges of ours see a sample that is chosen on purpose, so a plain mean of
 * theirs says nothing of the whole, and an interaction would count twice: they have their own estimates.
 */
const QUALITY = `name = 'overall' and source <> 'human' and evaluator not like 'judge:%'`;

/**
 * Quality by group; the key is the start of the bucket in ms, the model, or the empty text. Scores know their model
 * but not their provider, so a provider stands for the models that it served in the range.
 */
export async function readQuality(
  database: Queryable,
  slice: Slice,
  question: { readonly spans: readonly Span[]; readonly by: Grouping },
): Promise<Map<string, QualitySums>> {
  const models = await modelsOf(database, slice, question.spans);
  const key = { nothing: "''::text", time: 'at', model: 'model' }[question.by];
  const condition = (params: Params): string =>
    [
      `project_id = ${params.add(slice.projectId)}`,
      inSpans(question.spans, params),
      ...(models === null ? [] : [`model = any(${params.add(models)}::text[])`]),
    ].join(' and ');
  const scoreParams = new Params();
  const scores = await database.query<ScoreSumRow>(
    `select ${key} as key, sum(n)::bigint as n, sum(value_sum) as value_sum, sum(value_sumsq) as value_sumsq,
       sum(native_sum) as native_sum, sum(low)::bigint as low, sum(high)::bigint as high
     from score_rollups where ${condition(scoreParams)} and ${QUALITY} group by 1`,
    scoreParams.values,
  );
  const coverageParams = new Params();
  const coverage = await database.query<CoverageRow>(
    `select ${key} as key, sum(evaluated)::bigint as evaluated, sum(flagged)::bigint as flagged
     from coverage_rollups where ${condition(coverageParams)} group by 1`,
    coverageParams.values,
  );
  return combine(scores, coverage);
}

function combine(
  scores: readonly ScoreSumRow[],
  coverage: readonly CoverageRow[],
): Map<string, QualitySums> {
  const groups = new Map<string, QualitySums>();
  const of = (key: Date | string): QualitySums => {
    const text = key instanceof Date ? String(key.getTime()) : key;
    const sums = groups.get(text) ?? noQuality();
    groups.set(text, sums);
    return sums;
  };
  for (const row of scores) {
    const sums = of(row.key);
    sums.n = row.n;
    sums.valueSum = row.value_sum;
    sums.valueSumsq = row.value_sumsq;
    sums.nativeSum = row.native_sum;
    sums.low = row.low;
    sums.high = row.high;
  }
  for (const row of coverage) {
    const sums = of(row.key);
    sums.evaluated = row.evaluated;
    sums.flagged = row.flagged;
  }
  return groups;
}

/** The models a slice is about; null for all of them. */
export async function modelsOf(
  database: Queryable,
  slice: Slice,
  spans: readonly Span[],
): Promise<string[] | null> {
  if (slice.provider === undefined) return slice.model === undefined ? null : [slice.model];
  if (slice.model !== undefined) return [slice.model];
  const params = new Params();
  const rows = await database.query<{ model: string }>(
    `select distinct model from usage_rollups where project_id = ${params.add(slice.projectId)} and slice = 'model'
       and ${inSpans(spans, params)} and provider = ${params.add(slice.provider)}`,
    params.values,
  );
  return rows.map((row) => row.model);
}

export function mergeQuality(all: readonly QualitySums[]): QualitySums {
  const merged = noQuality();
  for (const sums of all) {
    merged.n += sums.n;
    merged.valueSum += sums.valueSum;
    merged.valueSumsq += sums.valueSumsq;
    merged.nativeSum += sums.nativeSum;
    merged.low += sums.low;
    merged.high += sums.high;
    merged.evaluated += sums.evaluated;
    merged.flagged += sums.flagged;
  }
  return merged;
}
