import { RetrievalReport, RetrievalRequest, RetrievalRequestQuery } from '../contract/retrieval.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import {
  evaluateRetrieval,
  httpRetriever,
  type PostJson,
  recordedRetriever,
} from './evaluate-retrieval.ts';

export interface RetrievalDeps {
  readonly database: Queryable;
  readonly clock: Clock;
  /** Refuses addresses that this program must not call for others. */
  readonly post: PostJson;
}

/** Longer evaluations are what the command line is for. */
const MOST_MS = 300_000;

/** `POST /api/v1/retrieval-evaluations`: MRR, recall and nDCG of a retrieval endpoint, or of recorded retrievals. */
export function retrievalRoutes(app: App, { database, clock, post }: RetrievalDeps): void {
  app.post(
    '/api/v1/retrieval-evaluations',
    {
      config: { scope: 'gateway' },
      schema: {
        querystring: RetrievalRequestQuery,
        body: RetrievalRequest,
        response: { 200: RetrievalReport },
        tags: ['runs'],
        summary:
          'How well a retriever finds what is relevant: MRR, Recall@k and nDCG@k from 0 to 1.',
      },
    },
    async ({ auth: { projectId }, body }) => {
      const { queries, endpoint, recorded } = body;
      const kValues = [...new Set(body.k_values)].sort((a, b) => a - b);
      const retrieve =
        endpoint === undefined
          ? recordedRetriever(database, {
              projectId,
              range: askedRange({ from: recorded?.from, to: recorded?.to }, clock.now()),
            })
          : httpRetriever(post, endpoint.url);
      const signal = AbortSignal.timeout(MOST_MS);
      return await evaluateRetrieval({ retrieve, signal }, queries, kValues);
    },
  );
}
