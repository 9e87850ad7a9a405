import type { RetrievalQuery, RetrievalReport } from '../contract/retrieval.ts';
import { AppError, asError } from '../core/errors.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { readPassages } from './read-retrieval.ts';
import {
  type FoundPassage,
  judgeQuery,
  type RetrievedQuery,
  retrievalReport,
} from './retrieval-metrics.ts';

/** Finds at most `k` passages for a query, best first; throws when the retriever does not answer. */
export type Retrieve = (query: string, k: number) => Promise<readonly FoundPassage[]>;

export interface RetrievalTools {
  readonly retrieve: Retrieve;
  readonly signal: AbortSignal;
  onProgress?(progress: { readonly done: number; readonly total: number }): void;
}

const CONCURRENCY = 4;

/** Asks a retriever every query and judges what it finds. A query that gets no answer is told, and counts nowhere. */
export async function evaluateRetrieval(
  tools: RetrievalTools,
  queries: readonly RetrievalQuery[],
  kValues: readonly number[],
): Promise<RetrievalReport> {
  const most = Math.max(...kValues);
  const results = new Array<RetrievedQuery>(queries.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < queries.length; at = next++) {
      tools.signal.throwIfAborted();
      const query = queries[at];
      if (query === undefined) return;
      results[at] = await askOne(tools.retrieve, query, { most, kValues });
      done += 1;
      tools.onProgress?.({ done, total: queries.length });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return retrievalReport(results, kValues);
}

async function askOne(
  retrieve: Retrieve,
  query: RetrievalQuery,
  { most, kValues }: { readonly most: number; readonly kValues: readonly number[] },
): Promise<RetrievedQuery> {
  try {
    const passages = await retrieve(query.query, most);
    return { query, judged: judgeQuery(query, passages.slice(0, most), kValues) };
  } catch (thrown) {
    return { query, reason: asError(thrown).message };
  }
}

/** Posts a body somewhere and answers its JSON; whoever composes decides where it may lead. */
export type PostJson = (url: string, body: object) => Promise<unknown>;

/** A retriever behind HTTP: `POST {"query", "k"}`, answered with a list of passages or an object with one. */
export function httpRetriever(post: PostJson, url: string): Retrieve {
  return async (query, k) => {
    const passages = readPassages(await post(url, { query, k }));
    if (passages !== null) return passages;
    throw new AppError('invalid_request', 'The answer has no list of hits.');
  };
}

interface SpanRow {
  readonly documents: unknown;
}

/** A retriever that answers with what was recorded in production: the newest `rag.retrieve` of the same query. */
export function recordedRetriever(
  db: Queryable,
  of: { readonly projectId: string; readonly range: TimeRange },
): Retrieve {
  return async (query) => {
    const [row] = await db.query<SpanRow>(
      `select coalesce(attributes -> 'documents', attributes -> 'results', attributes -> 'sources') as documents
       from spans
       where project_id = $1 and created_at >= $2 and created_at < $3 and kind = 'retrieval'
         and attributes ->> 'query' = $4
       order by created_at desc, id desc limit 1`,
      [of.projectId, of.range.from, of.range.to, query],
    );
    if (row === undefined) throw new Error('No retrieval of this query was recorded in this time.');
    const passages = readPassages(row.documents);
    if (passages === null) throw new Error('The recorded retrieval does not say what was found.');
    return passages;
  };
}
