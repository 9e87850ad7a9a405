import type { z } from 'zod';
import type { FacetsReply } from '../contract/interactions.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';

const MAX_VALUES = 50;
const DAY_MS = 86_400_000;

interface FacetRow {
  readonly name: string;
  readonly value: string;
  readonly count: number;
}

/**
 * The most frequent values to filter by over the days (UTC) of a range, from roll-ups. Users, sessions, tags and
 * origins are the frequent ones of each day: their counts can be low where a day has more than 256 values.
 */
export async function readFacets(
  database: Queryable,
  { projectId, range }: { readonly projectId: string; readonly range: TimeRange },
): Promise<z.infer<typeof FacetsReply>> {
  const from = new Date(Math.floor(range.from.getTime() / DAY_MS) * DAY_MS);
  const rows = await database.query<FacetRow>(
    `with usage as (
       select model, provider, operation, sum(requests) as requests, sum(errors) as errors from usage_rollups
       where project_id = $1 and grain = 'day' and slice in ('model', 'judge', 'run') and at >= $2 and at < $3
       group by model, provider, operation
     ), counted as (
       select 'model' as name, coalesce(nullif(model, ''), 'unknown') as value, requests as count from usage
       union all select 'provider', provider, requests from usage
       union all select 'operation', operation, requests from usage
       union all select 'status', 'success', requests - errors from usage
       union all select 'status', 'error', errors from usage
       union all select 'errorType', error_type, errors from error_rollups
         where project_id = $1 and grain = 'day' and at >= $2 and at < $3
       union all select f.facet, v.key, v.value::bigint from facet_rollups f
         cross join lateral jsonb_each_text(f.counts) as v(key, value)
         where f.project_id = $1 and f.day >= $2::date and f.day < $3::timestamptz
     ), summed as (
       select name, value, sum(count)::bigint as count from counted group by name, value
     ), ranked as (
       select *, row_number() over (partition by name order by count desc, value) as place from summed where count > 0
     )
     select name, value, count from ranked where place <= ${MAX_VALUES} order by name, place`,
    [projectId, from, range.to],
  );
  const facets = new Map<string, { value: string; count: number }[]>();
  for (const { name, value, count } of rows) {
    const values = facets.get(name) ?? [];
    facets.set(name, values);
    values.push({ value, count });
  }
  return { facets: [...facets].map(([name, values]) => ({ name, values })) };
}
