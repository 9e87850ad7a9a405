import type { ScoresReply } from '../contract/analytics.ts';
import { type TimeRange, wholeUnits } from '../core/time-range.ts';
import { meanInterval, rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { modelsOf } from './score-sums.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';
import type { Slice } from './usage-sums.ts';

const BINS = 10;
const MAX_SCORES = 200;
const MAX_LABELS = 20;
const MAX_SHOWN_VERSIONS = 10;

interface ScoreRow {
  readonly name: string;
  readonly source: string;
  readonly evaluator: string;
  readonly n: number;
  readonly value_sum: number;
  readonly value_sumsq: number;
  readonly flagged: number;
  readonly bins: number[];
}

interface VersionRow extends Pick<ScoreRow, 'name' | 'source' | 'evaluator' | 'n' | 'flagged'> {
  readonly version: string;
  readonly value_sum: number;
  readonly value_sumsq: number;
}

interface LabelRow {
  readonly name: string;
  readonly source: string;
  readonly evaluator: string;
  readonly label: string;
  readonly count: number;
}

/**
 * Each score by name, source and evaluator over a range of whole hours: mean, share of flagged ones, distribution and
 * the 20 most frequent labels, and the same by version; the most frequent scores first, at most 200.
 */
export async function summariseScores(
  database: Queryable,
  slice: Slice,
  range: TimeRange,
): Promise<ScoresReply> {
  const spans = cheapestSpans(wholeUnits(range, 'hour'));
  const models = await modelsOf(database, slice, spans);
  const params = new Params();
  const condition = [
    `project_id = ${params.add(slice.projectId)}`,
    inSpans(spans, params),
    ...(models === null ? [] : [`model = any(${params.add(models)}::text[])`]),
  ].join(' and ');
  const bins = Array.from({ length: BINS }, (_, at) => `sum(bins[${at + 1}])::bigint`).join(', ');
  const rows = await database.query<ScoreRow>(
    `select name, source, evaluator, sum(n)::bigint as n, sum(value_sum) as value_sum,
       sum(value_sumsq) as value_sumsq, sum(flagged)::bigint as flagged, array[${bins}] as bins
     from score_rollups where ${condition}
     group by name, source, evaluator order by n desc, name, source, evaluator limit ${MAX_SCORES}`,
    params.values,
  );
  const labels = await database.query<LabelRow>(
    `select name, source, evaluator, l.key as label, sum(l.value::bigint)::bigint as count
     from score_rollups cross join lateral jsonb_each_text(labels) as l(key, value)
     where ${condition} group by 1, 2, 3, 4 order by count desc, label`,
    params.values,
  );
  const versions = await database.query<VersionRow>(
    `select name, source, evaluator, v.key as version, sum((v.value ->> 0)::bigint)::bigint as n,
       sum((v.value ->> 1)::float8) as value_sum, sum((v.value ->> 2)::float8) as value_sumsq,
       sum((v.value ->> 3)::bigint)::bigint as flagged
     from score_rollups cross join lateral jsonb_each(versions) as v(key, value)
     where ${condition} group by 1, 2, 3, 4 order by n desc, version`,
    params.values,
  );
  const labelsOf = groupLabels(labels);
  const versionsOf = Map.groupBy(versions, scoreKey);
  return {
    scores: rows.map((row) => ({
      name: row.name,
      source: row.source,
      evaluator: row.evaluator,
      mean: meanInterval(
        { n: row.n, sum: row.value_sum, sumOfSquares: row.value_sumsq },
        { low: 0, high: 1 },
      ),
      flagRate: rateInterval(row.flagged, row.n),
      distribution: row.bins,
      labels: (labelsOf.get(scoreKey(row)) ?? []).slice(0, MAX_LABELS),
      versions: (versionsOf.get(scoreKey(row)) ?? []).slice(0, MAX_SHOWN_VERSIONS).map(versionOf),
    })),
  };
}

function versionOf(row: VersionRow): ScoresReply['scores'][number]['versions'][number] {
  const sums = { n: row.n, sum: row.value_sum, sumOfSquares: row.value_sumsq };
  return {
    version: row.version,
    mean: meanInterval(sums, { low: 0, high: 1 }),
    flagRate: rateInterval(row.flagged, row.n),
  };
}

function groupLabels(rows: readonly LabelRow[]): Map<string, { label: string; count: number }[]> {
  const groups = new Map<string, { label: string; count: number }[]>();
  for (const { label, count, ...row } of rows) {
    const group = groups.get(scoreKey(row)) ?? [];
    groups.set(scoreKey(row), group);
    group.push({ label, count });
  }
  return groups;
}

function scoreKey(row: { name: string; source: string; evaluator: string }): string {
  return [row.name, row.source, row.evaluator].join('\0');
}
