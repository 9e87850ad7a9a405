import type { z } from 'zod';
import type { MetricWindow, WindowReply } from '../contract/windows.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { type CountedSpan, mergeRetrievals, tallyRetrievals } from './tally-retrievals.ts';

const MINUTE_MS = 60_000;
export const WINDOW_MS: Readonly<Record<MetricWindow, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '1h': 60 * MINUTE_MS,
};

/** The newest spans of a window that are looked at; n says what figures stand on. */
const MAX_SPANS = 20_000;

export interface WindowQuestion {
  readonly projectId: string;
  readonly project: string;
  readonly window: MetricWindow;
  /** The end of the window, exclusive. */
  readonly to: Date;
}

type Reply = z.input<typeof WindowReply>;

interface LlmRow {
  readonly n: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly latency_n: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly p95: number | null;
}

/** What happened in the last minute, five minutes or hour before `to`: from the rows themselves. */
export async function windowOf(db: Queryable, question: WindowQuestion): Promise<Reply> {
  const { projectId, project, window, to } = question;
  const bounds = [projectId, new Date(to.getTime() - WINDOW_MS[window]), to] as const;
  return {
    ...{ ts: to.toISOString(), window, project },
    llm: await callsIn(db, bounds),
    ...(await spansIn(db, bounds)),
  };
}

type Bounds = readonly [projectId: string, from: Date, to: Date];

/** Calls of applications that are answered with text. */
const CALLS = `project_id = $1 and created_at >= $2 and created_at < $3
  and origin not in ('judge', 'run') and operation <> 'embeddings'`;

async function callsIn(db: Queryable, bounds: Bounds): Promise<Reply['llm']> {
  const [row] = await db.query<LlmRow>(
    `select count(*) as n, count(*) filter (where status = 'error') as errors,
       count(*) filter (where error_type like 'timeout%') as timeouts, count(latency_ms) as latency_n,
       avg(latency_ms) as mean, percentile_cont(0.5) within group (order by latency_ms) as median,
       percentile_cont(0.95) within group (order by latency_ms) as p95
     from interactions where ${CALLS}`,
    bounds,
  );
  const types = await db.query<{ type: string; count: number }>(
    `select coalesce(error_type, 'unknown') as type, count(*) as count
     from interactions where ${CALLS} and status = 'error' group by 1 order by 2 desc, 1 limit 50`,
    bounds,
  );
  const sums = row ?? {
    n: 0,
    errors: 0,
    timeouts: 0,
    latency_n: 0,
    mean: null,
    median: null,
    p95: null,
  };
  const success = rateInterval(sums.n - sums.errors, sums.n);
  const hasSpread = sums.latency_n >= 2;
  return {
    n: sums.n,
    success_rate: success.value,
    success_rate_interval: endsOf(success),
    failure_rate: sums.n === 0 ? null : sums.errors / sums.n,
    latency_n: sums.latency_n,
    mean_latency_ms: sums.mean,
    median_latency_ms: hasSpread ? sums.median : null,
    p95_latency_ms: hasSpread ? sums.p95 : null,
    timeouts: sums.timeouts,
    error_types: Object.fromEntries(types.map(({ type, count }) => [type, count])),
  };
}

async function spansIn(db: Queryable, bounds: Bounds): Promise<Pick<Reply, 'rag' | 'cache'>> {
  const spans = await db.query<CountedSpan>(
    `select id, project_id as "projectId", created_at as "createdAt", interaction_id as "interactionId", kind,
       duration_ms as "durationMs", status, attributes
     from spans
     where project_id = $1 and created_at >= $2 and created_at < $3 and kind in ('retrieval', 'cache')
     order by created_at desc, id desc limit ${MAX_SPANS}`,
    bounds,
  );
  const days = tallyRetrievals(spans).filter(({ key }) => key.grain === 'day');
  const sums = mergeRetrievals(days.map((day) => day.sums));
  const hit = rateInterval(sums.withHits, sums.hitsKnown);
  const cached = rateInterval(sums.cacheHits, sums.cacheLooks);
  return {
    rag: {
      n: sums.retrievals,
      hit_n: sums.hitsKnown,
      hit_rate: hit.value,
      hit_rate_interval: endsOf(hit),
      rerank_n: sums.rerankKnown,
      rerank_rate: sums.rerankKnown === 0 ? null : sums.reranked / sums.rerankKnown,
    },
    cache: {
      embed_n: sums.cacheLooks,
      embed_hit_rate: cached.value,
      embed_hit_rate_interval: endsOf(cached),
    },
  };
}

function endsOf({
  low,
  high,
}: {
  readonly low: number | null;
  readonly high: number | null;
}): [number, number] | null {
  return low === null || high === null ? null : [low, high];
}
