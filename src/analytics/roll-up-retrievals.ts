import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { binsOf, packBins, unpackBins } from './bins.ts';
import { bucketStart } from './tally.ts';
import {
  type CountedSpan,
  mergeRetrievals,
  type RetrievalSums,
  type RetrievalTally,
  type SlowRetrieval,
  tallyRetrievals,
} from './tally-retrievals.ts';

/** A stored row of `retrieval_rollups`. */
export interface RetrievalRow {
  readonly retrievals: number;
  readonly errors: number;
  readonly hits_known: number;
  readonly with_hits: number;
  readonly without_hits: number;
  readonly rerank_known: number;
  readonly reranked: number;
  readonly cache_looks: number;
  readonly cache_hits: number;
  readonly relevance: Readonly<Record<string, number>>;
  readonly hits: Readonly<Record<string, number>>;
  readonly selected: Readonly<Record<string, number>>;
  readonly bins: Uint8Array;
  readonly slowest: SlowRetrieval[];
  readonly misses: Readonly<Record<string, number>>;
}

export const RETRIEVAL_COLUMNS = `retrievals, errors, hits_known, with_hits, without_hits, rerank_known, reranked,
  cache_looks, cache_hits, relevance, hits, selected, bins, slowest, misses`;
const KEY = 'project_id uuid, grain text, at timestamptz';

/** The sums of a stored row. */
export function sumsOfRow(row: RetrievalRow): RetrievalSums {
  const { bins, counts } = unpackBins(row.bins);
  return {
    retrievals: row.retrievals,
    errors: row.errors,
    hitsKnown: row.hits_known,
    withHits: row.with_hits,
    withoutHits: row.without_hits,
    rerankKnown: row.rerank_known,
    reranked: row.reranked,
    cacheLooks: row.cache_looks,
    cacheHits: row.cache_hits,
    relevance: new Map(Object.entries(row.relevance)),
    hits: new Map(Object.entries(row.hits)),
    selected: new Map(Object.entries(row.selected)),
    durations: new Map(bins.map((bin, at) => [bin, counts[at] ?? 0])),
    slowest: row.slowest,
    misses: new Map(Object.entries(row.misses)),
  };
}

/** Adds retrievals and looks into caches to `retrieval_rollups`. The caller holds the lock of `activity`. */
export async function writeRetrievals(tx: Queryable, spans: readonly CountedSpan[]): Promise<void> {
  const tallies = tallyRetrievals(spans);
  if (tallies.length === 0) return;
  const stored = await storedSums(tx, tallies);
  await replace(
    tx,
    tallies.map(({ key, sums }, place) => {
      const before = stored.get(place);
      return { key, sums: before === undefined ? sums : mergeRetrievals([before, sums]) };
    }),
  );
}

/**
 * Counts the hours of deleted spans, and their days, again from what is stored. Sums could be taken back, but lists of
 * the slowest and of queries could not. The caller holds the lock of `activity`.
 */
export async function recountRetrievals(
  tx: Queryable,
  hours: readonly { readonly projectId: string; readonly at: Date }[],
): Promise<void> {
  const days = new Map(
    hours.map(({ projectId, at }) => {
      const day = bucketStart(at, 'day');
      return [`${projectId} ${day.getTime()}`, { projectId, day }];
    }),
  );
  for (const { projectId, day } of days.values()) {
    const bounds = [projectId, day, new Date(day.getTime() + 86_400_000)];
    await tx.query(
      'delete from retrieval_rollups where project_id = $1 and at >= $2 and at < $3',
      bounds,
    );
    const spans = await tx.query<CountedSpan>(
      `select id, project_id as "projectId", created_at as "createdAt", interaction_id as "interactionId", kind,
         duration_ms as "durationMs", status, attributes
       from spans
       where project_id = $1 and created_at >= $2 and created_at < $3 and kind in ('retrieval', 'cache')`,
      bounds,
    );
    await writeRetrievals(tx, spans);
  }
}

async function storedSums(
  tx: Queryable,
  tallies: readonly RetrievalTally[],
): Promise<ReadonlyMap<number, RetrievalSums>> {
  const keys = tallies.map(({ key }, place) => ({ ...keyRow(key), place }));
  const rows = await tx.query<RetrievalRow & { readonly place: number }>(
    `select k.place, ${RETRIEVAL_COLUMNS}
     from jsonb_to_recordset($1::text::jsonb) as k(${KEY}, place integer)
     join retrieval_rollups r on r.project_id = k.project_id and r.grain = k.grain and r.at = k.at`,
    [jsonText(keys)],
  );
  return new Map(rows.map((row) => [row.place, sumsOfRow(row)]));
}

function keyRow({ projectId, grain, at }: RetrievalTally['key']): Record<string, unknown> {
  return { project_id: projectId, grain, at };
}

async function replace(tx: Queryable, tallies: readonly RetrievalTally[]): Promise<void> {
  const rows = tallies.map(({ key, sums }) => ({ ...keyRow(key), ...rowOfSums(sums) }));
  const columns = RETRIEVAL_COLUMNS.split(',').map((name) => name.trim());
  await tx.query(
    `insert into retrieval_rollups (project_id, grain, at, scored, ${columns.join(', ')})
     select project_id, grain, at, scored,
       ${columns.map((name) => (name === 'bins' ? "decode(bins, 'hex')" : name)).join(', ')}
     from jsonb_to_recordset($1::text::jsonb) as r(${KEY}, scored bigint, retrievals bigint, errors bigint,
       hits_known bigint, with_hits bigint, without_hits bigint, rerank_known bigint, reranked bigint,
       cache_looks bigint, cache_hits bigint, relevance jsonb, hits jsonb, selected jsonb, bins text,
       slowest jsonb, misses jsonb)
     on conflict (project_id, grain, at) do update set scored = excluded.scored,
       ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    [jsonText(rows)],
  );
}

function rowOfSums(sums: RetrievalSums): Record<string, unknown> {
  return {
    retrievals: sums.retrievals,
    errors: sums.errors,
    hits_known: sums.hitsKnown,
    with_hits: sums.withHits,
    without_hits: sums.withoutHits,
    scored: [...sums.relevance.values()].reduce((sum, count) => sum + count, 0),
    rerank_known: sums.rerankKnown,
    reranked: sums.reranked,
    cache_looks: sums.cacheLooks,
    cache_hits: sums.cacheHits,
    relevance: Object.fromEntries(sums.relevance),
    hits: Object.fromEntries(sums.hits),
    selected: Object.fromEntries(sums.selected),
    bins: Buffer.from(packBins(binsOf(sums.durations))).toString('hex'),
    slowest: sums.slowest,
    misses: Object.fromEntries(sums.misses),
  };
}
