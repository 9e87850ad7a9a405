import {
  SafetyExamplesPage,
  SafetyExamplesQuery,
  SafetyQuery,
  SafetyReply,
} from '../contract/safety.ts';
import type { App } from '../core/http.ts';
import { fromCursor } from '../core/keyset.ts';
import { askedRange } from '../core/time-range.ts';
import type { AnalyticsDeps } from './routes.ts';
import { type HidePrivate, safetyExamples } from './safety-examples.ts';
import { safetyOf } from './safety-questions.ts';

export interface SafetyRouteDeps extends AnalyticsDeps {
  readonly hidePrivate: HidePrivate;
}

const config = { scope: 'read' } as const;
const tags = ['analytics'];

/** What was flagged as unsafe: how much, for what, whose, and examples. */
export function safetyRoutes(app: App, { database, clock, hidePrivate }: SafetyRouteDeps): void {
  app.get(
    '/api/v1/analytics/safety',
    {
      config,
      schema: {
        querystring: SafetyQuery,
        response: { 200: SafetyReply },
        tags,
        summary: 'Safety flags by kind and time, with users and prompts that have most',
      },
    },
    ({ auth: { projectId }, query }) => {
      const { interval, model } = query;
      const range = askedRange(query, clock.now());
      return safetyOf(database, { projectId, range, interval, model });
    },
  );
  app.get(
    '/api/v1/analytics/safety/examples',
    {
      config,
      schema: {
        querystring: SafetyExamplesQuery,
        response: { 200: SafetyExamplesPage },
        tags,
        summary: 'Flagged calls, newest first, with personal data and secrets hidden',
      },
    },
    ({ auth: { projectId }, query }) => {
      const { name, model, limit } = query;
      const range = askedRange(query, clock.now());
      const after = fromCursor(query.cursor);
      const question = { projectId, range, name, model, limit, after };
      return safetyExamples(database, hidePrivate, question);
    },
  );
}
