import { binOf } from '../core/histogram.ts';
import type { SpanRow } from '../interactions/record.ts';
import { readCacheLook, readRetrieval } from './read-retrieval.ts';
import { bucketStart, bump, GRAINS, type Grain, keyText, Tallies } from './tally.ts';

/** What roll-ups need to know of a span. */
export type CountedSpan = Pick<
  SpanRow,
  | 'id'
  | 'projectId'
  | 'createdAt'
  | 'interactionId'
  | 'kind'
  | 'durationMs'
  | 'status'
  | 'attributes'
>;

/** A retrieval that took long; the time in milliseconds since 1970. */
export interface SlowRetrieval {
  readonly id: string;
  readonly at: number;
  readonly ms: number;
  readonly query: string | null;
  readonly hits: number | null;
  readonly interactionId: string | null;
}

/** Counts by whole number, or by text. */
export type Counts = Map<string, number>;

export interface RetrievalSums {
  retrievals: number;
  errors: number;
  hitsKnown: number;
  withHits: number;
  withoutHits: number;
  rerankKnown: number;
  reranked: number;
  cacheLooks: number;
  cacheHits: number;
  /** Retrievals with hits whose scores are known, by the best score in hundredths. */
  readonly relevance: Counts;
  readonly hits: Counts;
  readonly selected: Counts;
  /** Durations by bin. */
  readonly durations: Map<number, number>;
  slowest: SlowRetrieval[];
  /** Queries that found nothing. */
  misses: Counts;
}

export interface RetrievalTally {
  readonly key: { readonly projectId: string; readonly grain: Grain; readonly at: Date };
  readonly sums: RetrievalSums;
}

const MOST_SLOW = 10;
const MOST_MISSES = 100;
const MOST_COUNTED = 100;
const LARGEST_SCORE = 20;
const QUERY_CHARACTERS = 160;

export function noRetrievals(): RetrievalSums {
  return {
    ...{ retrievals: 0, errors: 0, hitsKnown: 0, withHits: 0, withoutHits: 0 },
    ...{ rerankKnown: 0, reranked: 0, cacheLooks: 0, cacheHits: 0 },
    relevance: new Map(),
    hits: new Map(),
    selected: new Map(),
    durations: new Map(),
    slowest: [],
    misses: new Map(),
  };
}

/** The hundredth a score is counted in: at least so much, not yet the next. */
export function hundredthOf(score: number): number {
  const cut = Math.min(LARGEST_SCORE, Math.max(-LARGEST_SCORE, score));
  return Math.floor(cut * 100 + 1e-9);
}

/** What a batch of spans adds, by hour and day. Spans that are no retrieval and no look into a cache add nothing. */
export function tallyRetrievals(spans: readonly CountedSpan[]): RetrievalTally[] {
  const tallies = new Tallies<RetrievalTally>();
  for (const span of spans) {
    if (span.kind !== 'retrieval' && readCacheLook(span) === null) continue;
    for (const grain of GRAINS) {
      const key = { projectId: span.projectId, grain, at: bucketStart(span.createdAt, grain) };
      const text = keyText([key.projectId, grain, key.at.getTime()]);
      countSpan(tallies.of(text, () => ({ key, sums: noRetrievals() })).sums, span);
    }
  }
  return tallies.all();
}

function countSpan(sums: RetrievalSums, span: CountedSpan): void {
  const looked = readCacheLook(span);
  if (looked !== null) {
    sums.cacheLooks += 1;
    if (looked) sums.cacheHits += 1;
    return;
  }
  sums.retrievals += 1;
  if (span.status === 'error') sums.errors += 1;
  const { hits, relevance, selected, reranked, query } = readRetrieval(span);
  const isWhole = span.status === 'success';
  if (isWhole && hits !== null) countHits(sums, { hits, relevance, query });
  if (selected !== null) bump(sums.selected, String(Math.min(MOST_COUNTED, selected)), 1);
  if (reranked !== null) sums.rerankKnown += 1;
  if (reranked === true) sums.reranked += 1;
  if (span.durationMs === null) return;
  const bin = binOf(span.durationMs);
  sums.durations.set(bin, (sums.durations.get(bin) ?? 0) + 1);
  const { id, createdAt, durationMs, interactionId } = span;
  const slow = {
    id,
    at: createdAt.getTime(),
    ms: durationMs,
    query: shortened(query),
    hits,
    interactionId,
  };
  sums.slowest = slowestOf([...sums.slowest, slow]);
}

function countHits(
  sums: RetrievalSums,
  { hits, relevance, query }: { hits: number; relevance: number | null; query: string | null },
): void {
  sums.hitsKnown += 1;
  bump(sums.hits, String(Math.min(MOST_COUNTED, hits)), 1);
  if (hits > 0) {
    sums.withHits += 1;
    if (relevance !== null) bump(sums.relevance, String(hundredthOf(relevance)), 1);
    return;
  }
  sums.withoutHits += 1;
  const asked = shortened(query);
  if (asked !== null) bump(sums.misses, asked, 1);
}

function shortened(query: string | null): string | null {
  return query === null
    ? null
    : query.slice(0, QUERY_CHARACTERS).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The sums of both; lists keep the most. */
export function mergeRetrievals(all: readonly RetrievalSums[]): RetrievalSums {
  const merged = noRetrievals();
  for (const sums of all) {
    merged.retrievals += sums.retrievals;
    merged.errors += sums.errors;
    merged.hitsKnown += sums.hitsKnown;
    merged.withHits += sums.withHits;
    merged.withoutHits += sums.withoutHits;
    merged.rerankKnown += sums.rerankKnown;
    merged.reranked += sums.reranked;
    merged.cacheLooks += sums.cacheLooks;
    merged.cacheHits += sums.cacheHits;
    for (const name of ['relevance', 'hits', 'selected', 'misses'] as const) {
      for (const [key, count] of sums[name]) bump(merged[name], key, count);
    }
    for (const [bin, count] of sums.durations) {
      merged.durations.set(bin, (merged.durations.get(bin) ?? 0) + count);
    }
  }
  merged.slowest = slowestOf(all.flatMap(({ slowest }) => slowest));
  merged.misses = new Map([...merged.misses].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_MISSES));
  return merged;
}

function slowestOf(all: readonly SlowRetrieval[]): SlowRetrieval[] {
  return all.toSorted((a, b) => b.ms - a.ms || b.at - a.at).slice(0, MOST_SLOW);
}
