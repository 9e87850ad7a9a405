import type { z } from 'zod';
import type { RagReply } from '../contract/rag.ts';
import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';
import { type Interval, meanInterval, rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { binsOf, countOf, quantilesOf } from './bins.ts';
import { RETRIEVAL_COLUMNS, type RetrievalRow, sumsOfRow } from './roll-up-retrievals.ts';
import { cheapestSpans, inSpans, Params } from './spans.ts';
import {
  type Counts,
  hundredthOf,
  mergeRetrievals,
  type RetrievalSums,
} from './tally-retrievals.ts';

export interface RagQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly interval: 'hour' | 'day';
  readonly cutoff: number | null;
}

/** Hides personal data and secrets in a text. */
type Hide = (text: string, options: { readonly isCut: boolean }) => string;
type Reply = z.input<typeof RagReply>;

const MOST = 20;
const QUERY_CHARACTERS = 160;

/** How retrieval does: hit rate under a cut-off, rerank rate, caches, distributions, what is slow and what misses. */
export async function ragOf(db: Queryable, hide: Hide, question: RagQuestion): Promise<Reply> {
  const { projectId, interval } = question;
  const range = wholeUnits(question.range, interval);
  const all = mergeRetrievals(await sumsIn(db, projectId, range));
  const cutoff = question.cutoff === null ? null : hundredthOf(question.cutoff);
  const durations = binsOf(all.durations);
  const [p50 = null, p95 = null] = quantilesOf(durations, [0.5, 0.95]);
  const shown = (query: string): string => hide(query, { isCut: query.length >= QUERY_CHARACTERS });
  const figures = figuresOf(all, cutoff);
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    interval,
    cutoff: cutoff === null ? null : cutoff / 100,
    ...figures,
    errorRate: rateInterval(all.errors, all.retrievals),
    unknownHits: all.retrievals - figures.hitRate.n,
    scored: totalOf(all.relevance),
    relevance: tenthsOf(all.relevance),
    hits: distributionOf(all.hits),
    selected: distributionOf(all.selected),
    latencyMs: { n: countOf(durations), p50, p95 },
    grounding: await groundingOf(db, projectId, range),
    points: await pointsOf(db, { ...question, range }, cutoff),
    slowest: all.slowest.slice(0, MOST).map(({ id, at, query, ...slow }) => ({
      ...{ ...slow, spanId: id, at: new Date(at).toISOString() },
      query: query === null ? null : shown(query),
    })),
    misses: [...all.misses]
      .slice(0, MOST)
      .map(([query, count]) => ({ query: shown(query), count })),
  };
}

interface Figures {
  readonly retrievals: number;
  readonly hitRate: Interval;
  readonly rerankRate: Interval;
  readonly cacheHitRate: Interval;
}

/** `cutoff` in hundredths. A list of passages without scores is neither hit nor miss under one. */
function figuresOf(sums: RetrievalSums, cutoff: number | null): Figures {
  const known = cutoff === null ? sums.hitsKnown : sums.withoutHits + totalOf(sums.relevance);
  const hits = cutoff === null ? sums.withHits : totalOf(sums.relevance, cutoff);
  return {
    retrievals: sums.retrievals,
    hitRate: rateInterval(hits, known),
    rerankRate: rateInterval(sums.reranked, sums.rerankKnown),
    cacheHitRate: rateInterval(sums.cacheHits, sums.cacheLooks),
  };
}

function totalOf(counts: Counts, least = Number.NEGATIVE_INFINITY): number {
  return [...counts].reduce((sum, [key, count]) => sum + (Number(key) >= least ? count : 0), 0);
}

function distributionOf(counts: Counts): { value: number; count: number }[] {
  return [...counts]
    .map(([value, count]) => ({ value: Number(value), count }))
    .toSorted((a, b) => a.value - b.value);
}

function tenthsOf(counts: Counts): { from: number; count: number }[] {
  const tenths = Map.groupBy(counts, ([hundredth]) => Math.floor(Number(hundredth) / 10));
  return [...tenths]
    .map(([tenth, own]) => ({ from: tenth / 10, count: totalOf(new Map(own)) }))
    .toSorted((a, b) => a.from - b.from);
}

async function sumsIn(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<RetrievalSums[]> {
  const params = new Params();
  const rows = await db.query<RetrievalRow>(
    `select ${RETRIEVAL_COLUMNS} from retrieval_rollups
     where project_id = ${params.add(projectId)} and ${inSpans(cheapestSpans(range), params)}`,
    params.values,
  );
  return rows.map(sumsOfRow);
}

async function pointsOf(
  db: Queryable,
  { projectId, range, interval }: RagQuestion,
  cutoff: number | null,
): Promise<Reply['points']> {
  const rows = await db.query<RetrievalRow & { readonly at: Date }>(
    `select at, ${RETRIEVAL_COLUMNS} from retrieval_rollups
     where project_id = $1 and grain = $2 and at >= $3 and at < $4`,
    [projectId, interval, range.from, range.to],
  );
  const byTime = new Map(rows.map((row) => [row.at.getTime(), sumsOfRow(row)]));
  const nothing = mergeRetrievals([]);
  return unitStarts(range, interval).map((at) => {
    const sums = byTime.get(at.getTime()) ?? nothing;
    const [p95Ms = null] = quantilesOf(binsOf(sums.durations), [0.95]);
    return { at: at.toISOString(), ...figuresOf(sums, cutoff), p95Ms };
  });
}

async function groundingOf(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<Reply['grounding']> {
  const params = new Params();
  const [row] = await db.query<{ n: number; sum: number; sumOfSquares: number; flagged: number }>(
    `select coalesce(sum(n), 0)::bigint as n, coalesce(sum(value_sum), 0) as sum,
       coalesce(sum(value_sumsq), 0) as "sumOfSquares", coalesce(sum(flagged), 0)::bigint as flagged
     from score_rollups
     where project_id = ${params.add(projectId)} and ${inSpans(cheapestSpans(range), params)}
       and name = 'grounding' and source <> 'human'`,
    params.values,
  );
  const sums = row ?? { n: 0, sum: 0, sumOfSquares: 0, flagged: 0 };
  return {
    mean: meanInterval(sums, { low: 0, high: 1 }),
    flagged: rateInterval(sums.flagged, sums.n),
  };
}
