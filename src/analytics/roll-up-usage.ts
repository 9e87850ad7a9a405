import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { addCounts, NO_BINS, packBins, unpackBins } from './bins.ts';
import { addFrequent, type ValueCounts } from './frequent-values.ts';
import type { ErrorTally, FacetTally, Sign, UsageKey, UsageTally } from './tally.ts';

const USAGE_KEY =
  'project_id uuid, grain text, slice text, at timestamptz, provider text, model text, operation text';
const SAME_USAGE = `u.project_id = k.project_id and u.grain = k.grain and u.slice = k.slice and u.at = k.at
  and u.provider = k.provider and u.model = k.model and u.operation = k.operation`;

/** Adds tallies to `usage_rollups`. The caller holds the lock of `activity`. */
export async function writeUsage(
  tx: Queryable,
  tallies: readonly UsageTally[],
  sign: Sign,
): Promise<void> {
  const stored = await storedBins(tx, tallies);
  const rows = tallies.map((tally, place) => usageRow(tally, sign, stored.get(place)));
  await tx.query(
    `insert into usage_rollups as u
       (project_id, grain, slice, at, provider, model, operation, requests, errors, truncated,
        latency_n, latency_sum, latency_sumsq, latency_bins, first_token_bins,
        input_tokens, cached_input_tokens, output_tokens, cost_micro_usd, unpriced)
     select r.project_id, r.grain, r.slice, r.at, r.provider, r.model, r.operation, r.requests, r.errors, r.truncated,
        r.latency_n, r.latency_sum, r.latency_sumsq, decode(r.latency_bins, 'hex'), decode(r.first_token_bins, 'hex'),
        r.input_tokens, r.cached_input_tokens, r.output_tokens, r.cost_micro_usd, r.unpriced
     from jsonb_to_recordset($1::text::jsonb) as r(${USAGE_KEY},
        requests bigint, errors bigint, truncated bigint, latency_n bigint, latency_sum float8, latency_sumsq float8,
        latency_bins text, first_token_bins text, input_tokens bigint, cached_input_tokens bigint,
        output_tokens bigint, cost_micro_usd bigint, unpriced bigint)
     on conflict (project_id, grain, slice, at, provider, model, operation) do update set
        requests = u.requests + excluded.requests, errors = u.errors + excluded.errors,
        truncated = u.truncated + excluded.truncated, latency_n = u.latency_n + excluded.latency_n,
        latency_sum = u.latency_sum + excluded.latency_sum,
        latency_sumsq = u.latency_sumsq + excluded.latency_sumsq,
        latency_bins = excluded.latency_bins, first_token_bins = excluded.first_token_bins,
        input_tokens = u.input_tokens + excluded.input_tokens,
        cached_input_tokens = u.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = u.output_tokens + excluded.output_tokens,
        cost_micro_usd = u.cost_micro_usd + excluded.cost_micro_usd, unpriced = u.unpriced + excluded.unpriced`,
    [jsonText(rows)],
  );
  if (sign === 1) return;
  await tx.query(
    `delete from usage_rollups u using jsonb_to_recordset($1::text::jsonb) as k(${USAGE_KEY})
     where ${SAME_USAGE} and u.requests <= 0`,
    [jsonText(tallies.map(({ key }) => usageKeyRow(key)))],
  );
}

interface StoredBins {
  readonly place: number;
  readonly latency_bins: Uint8Array;
  readonly first_token_bins: Uint8Array;
}

/** The histograms that the tallies meet, by place in the list. */
async function storedBins(
  tx: Queryable,
  tallies: readonly UsageTally[],
): Promise<ReadonlyMap<number, StoredBins>> {
  const keys = tallies.map(({ key }, place) => ({ ...usageKeyRow(key), place }));
  const rows = await tx.query<StoredBins>(
    `select k.place, u.latency_bins, u.first_token_bins
     from jsonb_to_recordset($1::text::jsonb) as k(${USAGE_KEY}, place integer)
     join usage_rollups u on ${SAME_USAGE}`,
    [jsonText(keys)],
  );
  return new Map(rows.map((row) => [row.place, row]));
}

function usageKeyRow(key: UsageKey): Record<string, unknown> {
  const { projectId, grain, slice, at, provider, model, operation } = key;
  return { project_id: projectId, grain, slice, at, provider, model, operation };
}

function usageRow(
  tally: UsageTally,
  sign: Sign,
  stored: StoredBins | undefined,
): Record<string, unknown> {
  return {
    ...usageKeyRow(tally.key),
    requests: sign * tally.requests,
    errors: sign * tally.errors,
    truncated: sign * tally.truncated,
    latency_n: sign * tally.latencyN,
    latency_sum: sign * tally.latencySum,
    latency_sumsq: sign * tally.latencySumsq,
    latency_bins: mergedHex(stored?.latency_bins, tally.latency, sign),
    first_token_bins: mergedHex(stored?.first_token_bins, tally.firstToken, sign),
    input_tokens: sign * tally.inputTokens,
    cached_input_tokens: sign * tally.cachedInputTokens,
    output_tokens: sign * tally.outputTokens,
    cost_micro_usd: sign * tally.costMicroUsd,
    unpriced: sign * tally.unpriced,
  };
}

function mergedHex(
  stored: Uint8Array | undefined,
  counts: ReadonlyMap<number, number>,
  sign: Sign,
): string {
  const before = stored === undefined ? NO_BINS : unpackBins(stored);
  const signed = new Map([...counts].map(([bin, count]) => [bin, sign * count]));
  return Buffer.from(packBins(addCounts(before, signed))).toString('hex');
}

/** Adds tallies to `error_rollups`. The caller holds the lock of `activity`. */
export async function writeErrors(
  tx: Queryable,
  tallies: readonly ErrorTally[],
  sign: Sign,
): Promise<void> {
  if (tallies.length === 0) return;
  const columns = 'project_id, grain, at, provider, model, operation, error_type';
  const rows = tallies.map(({ key: { projectId, errorType, ...key }, errors }) => ({
    ...key,
    project_id: projectId,
    error_type: errorType,
    errors: sign * errors,
  }));
  await tx.query(
    `insert into error_rollups as e (${columns}, errors)
     select ${columns}, errors from jsonb_to_recordset($1::text::jsonb) as r(project_id uuid, grain text,
       at timestamptz, provider text, model text, operation text, error_type text, errors bigint)
     on conflict (${columns}) do update set errors = e.errors + excluded.errors`,
    [jsonText(rows)],
  );
  if (sign === 1) return;
  const times = tallies.map(({ key }) => key.at.getTime());
  await tx.query(
    'delete from error_rollups where project_id = any($1::uuid[]) and at between $2 and $3 and errors <= 0',
    [
      [...new Set(tallies.map(({ key }) => key.projectId))],
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ],
  );
}

/** Adds tallies to `facet_rollups`. The caller holds the lock of `activity`. */
export async function writeFacets(
  tx: Queryable,
  tallies: readonly FacetTally[],
  sign: Sign,
): Promise<void> {
  if (tallies.length === 0) return;
  const keys = tallies.map(({ key: { projectId, facet, day } }, place) => ({
    project_id: projectId,
    facet,
    day,
    place,
  }));
  const stored = await tx.query<{ place: number; counts: ValueCounts }>(
    `select k.place, f.counts
     from jsonb_to_recordset($1::text::jsonb) as k(project_id uuid, facet text, day date, place integer)
     join facet_rollups f on f.project_id = k.project_id and f.facet = k.facet and f.day = k.day`,
    [jsonText(keys)],
  );
  const before = new Map(stored.map((row) => [row.place, row.counts]));
  const rows = tallies.map(({ counts }, place) => ({
    ...keys[place],
    counts: addFrequent(
      before.get(place) ?? {},
      new Map([...counts].map(([value, count]) => [value, sign * count])),
    ),
  }));
  await tx.query(
    `insert into facet_rollups (project_id, facet, day, counts)
     select project_id, facet, day, counts
     from jsonb_to_recordset($1::text::jsonb) as r(project_id uuid, facet text, day date, counts jsonb)
     on conflict (project_id, facet, day) do update set counts = excluded.counts`,
    [jsonText(rows)],
  );
}
