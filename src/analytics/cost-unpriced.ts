import type { UnpricedReply } from '../contract/costs.ts';
import { type TimeRange, wholeUnits } from '../core/time-range.ts';
import { listedUsdPerMillion } from '../pricing/listed-rates.ts';
import { nearestModels } from '../pricing/nearest-models.ts';
import type { Queryable } from '../store/database.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';

const MAX_MODELS = 100;
const NEAREST = 3;

/** The models of calls without a price, most calls first, at most 100, with listed models of like names. */
export async function unpricedModels(
  db: Queryable,
  projectId: string,
  asked: TimeRange,
): Promise<UnpricedReply> {
  const range = wholeUnits(asked, 'hour');
  const params = new Params();
  const project = params.add(projectId);
  const rows = await db.query<{
    provider: string;
    model: string;
    calls: number;
    input: number;
    output: number;
    last: Date;
  }>(
    `with hours as (
       select provider, model, max(at) as at from usage_rollups
       where project_id = ${project} and grain = 'hour' and slice in ('model', 'judge', 'run') and unpriced > 0
         and at >= ${params.add(range.from)} and at < ${params.add(range.to)}
       group by provider, model)
     select u.provider, u.model, u.calls, u.input, u.output, coalesce(i.at, h.at) as last
     from (
       select provider, model, sum(unpriced)::bigint as calls, sum(input_tokens)::bigint as input,
         sum(output_tokens)::bigint as output
       from usage_rollups
       where project_id = ${project} and slice in ('model', 'judge', 'run') and unpriced > 0 and ${inSpans(cheapestSpans(range), params)}
       group by provider, model order by calls desc, model limit ${MAX_MODELS}) u
     join hours h on h.provider = u.provider and h.model = u.model
     left join lateral (
       select created_at as at from interactions i
       where i.project_id = ${project} and i.created_at >= h.at and i.created_at < h.at + interval '1 hour'
         and i.model = u.model and i.provider = u.provider and i.cost_micro_usd is null and i.status = 'success'
       order by created_at desc limit 1) i on true
     order by u.calls desc, u.model`,
    params.values,
  );
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    models: rows.map((row) => ({
      provider: row.provider,
      model: row.model,
      calls: row.calls,
      inputTokens: row.input,
      outputTokens: row.output,
      lastSeenAt: row.last.toISOString(),
      nearest: nearestModels(row, NEAREST).map((near) => ({
        ...near,
        ...listedUsdPerMillion(near, range.to),
      })),
    })),
  };
}
