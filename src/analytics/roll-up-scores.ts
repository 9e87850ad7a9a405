import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { Sign } from './tally.ts';
import { MAX_LABELS, OTHER_LABEL, type ScoreTally } from './tally-scores.ts';
import { mergeVersions, type VersionSums } from './version-sums.ts';

const KEY_COLUMNS = 'project_id, grain, at, name, model, source, evaluator';
const KEY_TYPES =
  'project_id uuid, grain text, name text, at timestamptz, model text, source text, evaluator text';
const SAME_SCORES = `s.project_id = k.project_id and s.grain = k.grain and s.name = k.name and s.at = k.at
  and s.model = k.model and s.source = k.source and s.evaluator = k.evaluator`;

interface StoredScores {
  readonly place: number;
  readonly levels: number[];
  readonly bins: number[];
  readonly labels: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, VersionSums>>;
}

/** Adds tallies to `score_rollups`. The caller holds the lock of `activity`. */
export async function writeScores(
  tx: Queryable,
  tallies: readonly ScoreTally[],
  sign: Sign,
): Promise<void> {
  const stored = await storedScores(tx, tallies);
  const rows = tallies.map((tally, place) => scoreRow(tally, sign, stored.get(place)));
  await tx.query(
    `insert into score_rollups as s (${KEY_COLUMNS},
        n, value_sum, value_sumsq, native_sum, flagged, low, high, levels, bins, labels, versions)
     select ${KEY_COLUMNS}, n, value_sum, value_sumsq, native_sum, flagged, low, high,
        levels, bins, labels, versions
     from jsonb_to_recordset($1::text::jsonb) as r(${KEY_TYPES}, n bigint, value_sum float8, value_sumsq float8,
        native_sum float8, flagged bigint, low bigint, high bigint, levels bigint[], bins bigint[], labels jsonb,
        versions jsonb)
     on conflict (${KEY_COLUMNS}) do update set
        n = s.n + excluded.n, value_sum = s.value_sum + excluded.value_sum,
        value_sumsq = s.value_sumsq + excluded.value_sumsq, native_sum = s.native_sum + excluded.native_sum,
        flagged = s.flagged + excluded.flagged, low = s.low + excluded.low, high = s.high + excluded.high,
        levels = excluded.levels, bins = excluded.bins, labels = excluded.labels,
        versions = excluded.versions`,
    [jsonText(rows)],
  );
  if (sign === 1) return;
  await tx.query(
    `delete from score_rollups s using jsonb_to_recordset($1::text::jsonb) as k(${KEY_TYPES})
     where ${SAME_SCORES} and s.n <= 0`,
    [jsonText(tallies.map(({ key }) => keyRow(key)))],
  );
}

async function storedScores(
  tx: Queryable,
  tallies: readonly ScoreTally[],
): Promise<ReadonlyMap<number, StoredScores>> {
  const keys = tallies.map(({ key }, place) => ({ ...keyRow(key), place }));
  const rows = await tx.query<StoredScores>(
    `select k.place, to_jsonb(s.levels) as levels, to_jsonb(s.bins) as bins, s.labels, s.versions
     from jsonb_to_recordset($1::text::jsonb) as k(${KEY_TYPES}, place integer)
     join score_rollups s on ${SAME_SCORES}`,
    [jsonText(keys)],
  );
  return new Map(rows.map((row) => [row.place, row]));
}

function keyRow({ projectId, ...key }: ScoreTally['key']): Record<string, unknown> {
  return { project_id: projectId, ...key };
}

function scoreRow(
  tally: ScoreTally,
  sign: Sign,
  stored: StoredScores | undefined,
): Record<string, unknown> {
  const added = (before: readonly number[] | undefined, counts: readonly number[]): number[] =>
    counts.map((count, place) => (before?.[place] ?? 0) + sign * count);
  return {
    ...keyRow(tally.key),
    n: sign * tally.n,
    value_sum: sign * tally.valueSum,
    value_sumsq: sign * tally.valueSumsq,
    native_sum: sign * tally.nativeSum,
    flagged: sign * tally.flagged,
    low: sign * tally.low,
    high: sign * tally.high,
    levels: added(stored?.levels, tally.levels),
    bins: added(stored?.bins, tally.bins),
    labels: addLabels(stored?.labels ?? {}, tally.labels, sign),
    versions: mergeVersions(stored?.versions ?? {}, tally.versions, sign),
  };
}

/** Label counts in bounded room: labels beyond the first fifty of a bucket share one name. */
function addLabels(
  stored: Readonly<Record<string, number>>,
  counts: ReadonlyMap<string, number>,
  sign: Sign,
): Record<string, number> {
  const labels = new Map(Object.entries(stored));
  for (const [label, count] of counts) {
    const known = labels.has(label) || labels.size < MAX_LABELS;
    const name = known ? label : OTHER_LABEL;
    labels.set(name, (labels.get(name) ?? 0) + sign * count);
  }
  return Object.fromEntries([...labels].filter(([, count]) => count > 0));
}
