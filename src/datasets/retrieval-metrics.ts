import type { RetrievalHit, RetrievalQuery, RetrievalReport } from '../contract/retrieval.ts';
import { meanInterval } from '../statistics/intervals.ts';

/** Something that a retriever found, best first. */
export interface FoundPassage {
  readonly distance: number | null;
  readonly path: string;
  readonly title: string;
  readonly source: string;
  readonly text: string;
}

export interface JudgedQuery {
  readonly metrics: Readonly<Record<string, number>>;
  readonly hits: readonly RetrievalHit[];
}

/**
 * How good one result list is, each figure from 0 to 1 with binary relevance. A passage is relevant when its path is
 * listed, or path, title or text hold a keyword (whatever the case). Several passages of one path count once, at the best
 * rank. What is to be found is what is listed and what was found beside it, so that no figure exceeds 1; where only
 * keywords are given it is what was found at all, and recall is relative to the whole list.
 * Source: Manning, Raghavan, Schütze 2008, Introduction to Information Retrieval, §8.4; Järvelin, Kekäläinen 2002 (nDCG).
 */
export function judgeQuery(
  query: RetrievalQuery,
  passages: readonly FoundPassage[],
  kValues: readonly number[],
): JudgedQuery {
  const listed = new Set(query.relevant_section_paths);
  const keywords = query.keywords.map((word) => word.toLowerCase());
  const hits = passages.map((passage, at) => ({
    rank: at + 1,
    distance: passage.distance,
    section_path: passage.path,
    section_title: passage.title,
    source: passage.source,
    is_relevant: listed.has(passage.path) || holdsAny(passage, keywords),
  }));
  const gains = firstFinds(passages, hits);
  const found = new Set(gains.map(({ identity }) => identity));
  const relevant = found.size + [...listed].filter((path) => !found.has(path)).length;
  const ranks = gains.map(({ rank }) => rank);
  const metrics: Record<string, number> = { mrr: ranks[0] === undefined ? 0 : 1 / ranks[0] };
  for (const k of kValues) {
    const within = ranks.filter((rank) => rank <= k);
    metrics[`recall@${k}`] = relevant === 0 ? 0 : within.length / relevant;
    metrics[`ndcg@${k}`] =
      relevant === 0 ? 0 : gain(within) / gain(firstRanks(Math.min(k, relevant)));
  }
  return { metrics, hits };
}

function holdsAny({ path, title, text }: FoundPassage, keywords: readonly string[]): boolean {
  const all = `${path}\n${title}\n${text}`.toLowerCase();
  return keywords.some((word) => all.includes(word));
}

/** Relevant passages at the best rank of each; what has no path is itself. */
function firstFinds(
  passages: readonly FoundPassage[],
  hits: readonly RetrievalHit[],
): { readonly rank: number; readonly identity: string }[] {
  const seen = new Set<string>();
  return hits.flatMap(({ rank, is_relevant: isRelevant }, at) => {
    const passage = passages[at];
    const identity = passage?.path || `${passage?.source ?? ''}\n${passage?.text ?? ''}`;
    if (!isRelevant || seen.has(identity)) return [];
    seen.add(identity);
    return [{ rank, identity }];
  });
}

function gain(ranks: readonly number[]): number {
  return ranks.reduce((sum, rank) => sum + 1 / Math.log2(rank + 1), 0);
}

function firstRanks(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

/** A query with what came of it: a judgement, or why there is none. */
export type RetrievedQuery = {
  readonly query: RetrievalQuery;
} & ({ readonly judged: JudgedQuery } | { readonly reason: string });

/** The report over all queries, in the shape that tcVocLLM wrote, with intervals. */
export function retrievalReport(
  queries: readonly RetrievedQuery[],
  kValues: readonly number[],
): RetrievalReport {
  const named = queries.map((one, at) => ({ ...one, id: one.query.id ?? String(at + 1) }));
  const judged = named.flatMap((one) => ('judged' in one ? [one] : []));
  const names = ['mrr', ...kValues.map((k) => `recall@${k}`), ...kValues.map((k) => `ndcg@${k}`)];
  const intervals = names.map((name) => {
    const values = judged.map((one) => one.judged.metrics[name] ?? 0);
    const sum = values.reduce((total, value) => total + value, 0);
    const sumOfSquares = values.reduce((total, value) => total + value * value, 0);
    return [
      name,
      { ...meanInterval({ n: values.length, sum, sumOfSquares }, { low: 0, high: 1 }) },
    ];
  });
  const byName: RetrievalReport['intervals'] = Object.fromEntries(intervals);
  return {
    summary: Object.fromEntries(
      Object.entries(byName).flatMap(([name, { value }]) =>
        value === null ? [] : [[name, value]],
      ),
    ),
    intervals: byName,
    k_values: [...kValues],
    num_queries: judged.length,
    queries: judged.map(({ id, query, judged: { metrics, hits } }) => ({
      id,
      query: query.query,
      relevant_section_paths: query.relevant_section_paths,
      keywords: query.keywords,
      metrics: { ...metrics },
      hits: [...hits],
    })),
    skipped: named.flatMap((one) => ('reason' in one ? [{ id: one.id, reason: one.reason }] : [])),
  };
}
