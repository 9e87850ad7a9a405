import { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import { AgentFeedback, AgentFeedbackReply } from '../contract/evaluation.ts';
import { FeedbackAccepted, FeedbackHeaders, NewFeedback, Score } from '../contract/interactions.ts';
import type { App } from '../core/http.ts';
import { addFeedback, giverOf, type HumanScoreDeps } from './human-scores.ts';
import { toScore } from './list-scores.ts';

const tags = ['scores'];
const FEEDBACK = '/api/v1/feedback';
const PREFLIGHT_SECONDS = '600';

/** Feedback of users: from servers, from the dashboard and, with a public key, from any web page. */
export function feedbackRoutes(app: App, deps: HumanScoreDeps): void {
  app.post(
    FEEDBACK,
    {
      config: { scope: 'feedback', crossOrigin: true },
      schema: {
        querystring: ProjectQuery,
        headers: FeedbackHeaders,
        body: NewFeedback,
        response: { 201: Score, 202: FeedbackAccepted },
        tags,
        summary: 'Adds feedback of a user: a rating or stars, with a label and a comment',
      },
    },
    async ({ auth, body, headers }, reply) => {
      const { interactionId, traceId, userId, ...given } = body;
      const row = await addFeedback(deps, giverOf(auth, userId), {
        ...given,
        link: interactionId ?? traceId ?? '',
        idempotencyKey: headers['idempotency-key'],
      });
      if (auth.publicUse !== undefined) return reply.code(202).send({ accepted: true as const });
      return reply.code(201).send(toScore(row));
    },
  );
  preflight(app);
  app.post(
    '/agent/feedback',
    {
      config: { scope: 'ingest' },
      schema: {
        querystring: ProjectQuery,
        body: AgentFeedback,
        response: { 200: AgentFeedbackReply },
        tags,
        summary: 'Adds feedback (tcVocLLM)',
      },
    },
    async ({ auth, body }) => {
      const { interaction_id: link, rating, comment } = body;
      await addFeedback(deps, giverOf(auth), { link, rating, comment });
      return { ok: true as const };
    },
  );
}

/** What a browser asks before it sends what a page of another origin wants to send. */
function preflight(app: App): void {
  app.options(
    FEEDBACK,
    {
      config: { public: true, crossOrigin: true },
      schema: { hide: true, response: { 204: z.null() } },
    },
    async (_request, reply) => {
      await reply
        .code(204)
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'authorization, content-type, idempotency-key')
        .header('access-control-max-age', PREFLIGHT_SECONDS)
        .send(null);
    },
  );
}
