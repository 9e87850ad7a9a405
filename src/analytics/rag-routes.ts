import { RagQuery, RagReply } from '../contract/rag.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import { ragOf } from './rag-questions.ts';
import type { SafetyRouteDeps } from './safety-routes.ts';

/** How retrieval does. */
export function ragRoutes(app: App, { database, clock, hidePrivate }: SafetyRouteDeps): void {
  app.get(
    '/api/v1/analytics/rag',
    {
      config: { scope: 'read' },
      schema: {
        querystring: RagQuery,
        response: { 200: RagReply },
        tags: ['analytics'],
        summary:
          'Retrieval: hit rate under a cut-off, rerank rate, embedding cache, distributions, what is slow',
      },
    },
    ({ auth: { projectId }, query }) => {
      const { interval, cutoff = null } = query;
      const range = askedRange(query, clock.now());
      return ragOf(database, hidePrivate, { projectId, range, interval, cutoff });
    },
  );
}
