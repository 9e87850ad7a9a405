import type { Queryable } from '../store/database.ts';

export interface ChangedHour {
  readonly at: Date;
  readonly fingerprint: string;
}

/**
 * Hours from `from` on whose calls or scores are not those that were counted, newest first: calls that came late or
 * were deleted, scores that were given since. Reads roll-ups alone, which move in the transaction of the rows.
 */
export function changedHours(
  db: Queryable,
  { projectId, from, limit }: { projectId: string; from: Date; limit: number },
): Promise<ChangedHour[]> {
  return db.query<ChangedHour>(
    `${CHANGED} select at, fingerprint from changed order by at desc limit $3`,
    [projectId, from, limit],
  );
}

/** How many hours wait to be counted. */
export async function countChangedHours(
  db: Queryable,
  { projectId, from }: { projectId: string; from: Date },
): Promise<number> {
  const [row] = await db.query<{ n: number }>(`${CHANGED} select count(*) as n from changed`, [
    projectId,
    from,
  ]);
  return row?.n ?? 0;
}

const CHANGED = `with usage as (
    select at, sum(requests) as requests, sum(errors) as errors from usage_rollups
    where project_id = $1 and grain = 'hour' and slice = 'all' and at >= $2 group by at
  ), covered as (
    select at, sum(evaluated) as evaluated, sum(flagged) as flagged from coverage_rollups
    where project_id = $1 and grain = 'hour' and at >= $2 group by at
  ), scored as (
    select at, sum(n) as n, sum(low) as low, round(sum(value_sum)::numeric, 2) as value from score_rollups
    where project_id = $1 and grain = 'hour' and name = 'overall' and at >= $2 group by at
  ), counted as (
    select at, fingerprint from pattern_hours where project_id = $1 and at >= $2
  ), hours as (
    select at from usage union select at from counted
  ), prints as (
    select h.at, c.fingerprint as before,
      concat_ws(':', coalesce(u.requests, 0), coalesce(u.errors, 0), coalesce(v.evaluated, 0),
        coalesce(v.flagged, 0), coalesce(s.n, 0), coalesce(s.low, 0), coalesce(s.value, 0)) as fingerprint
    from hours h left join usage u on u.at = h.at left join covered v on v.at = h.at
      left join scored s on s.at = h.at left join counted c on c.at = h.at
  ), changed as (
    select at, fingerprint from prints where before is distinct from fingerprint
  )`;
