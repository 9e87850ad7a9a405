import { z } from 'zod';
import { Id } from '../contract/common.ts';
import { PatternQuery, PatternReply, PatternsQuery, PatternsReply } from '../contract/patterns.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import type { Database } from '../store/database.ts';
import { patternDetail } from './pattern-detail.ts';
import { type HidePrivate, patternsOf } from './pattern-questions.ts';

export interface PatternRouteDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly hidePrivate: HidePrivate;
}

const config = { scope: 'read' } as const;
const tags = ['analytics'];

/** Which prompts fail: groups of prompts of one form, and one of them in detail. */
export function patternRoutes(app: App, { database, clock, hidePrivate }: PatternRouteDeps): void {
  app.get(
    '/api/v1/analytics/patterns',
    {
      config,
      schema: {
        querystring: PatternsQuery,
        response: { 200: PatternsReply },
        tags,
        summary:
          'Groups of prompts of one form with their failure rates, against the rest and the period before',
      },
    },
    ({ auth: { projectId }, query }) => {
      const { failures, order, q, worse, limit } = query;
      const range = askedRange(query, clock.now());
      const question = {
        projectId,
        range,
        failures,
        order,
        text: q,
        onlyWorse: worse === 'true',
        limit,
      };
      return patternsOf(database, hidePrivate, question);
    },
  );
  app.get(
    '/api/v1/analytics/patterns/:id',
    {
      config,
      schema: {
        params: z.object({ id: Id }),
        querystring: PatternQuery,
        response: { 200: PatternReply },
        tags,
        summary:
          'One group of prompts over time, with its forms and examples, personal data and secrets hidden',
      },
    },
    ({ auth: { projectId }, params: { id }, query }) => {
      const range = askedRange(query, clock.now());
      const question = { projectId, id, range, failures: query.failures };
      return patternDetail(database, hidePrivate, question);
    },
  );
}
