import { z } from 'zod';
import { Id, ProjectQuery } from '../contract/common.ts';
import {
  NewReviewLabel,
  NewReviewQueue,
  ReviewAgreement,
  ReviewClaim,
  ReviewClaimReply,
  ReviewerQuery,
  ReviewItem,
  ReviewLabelReply,
  ReviewListQuery,
  ReviewPlan,
  ReviewPlanQuery,
  ReviewQueue,
  ReviewQueueChange,
  ReviewQueuePage,
} from '../contract/reviews.ts';
import type { App, Auth } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { giverOf } from '../evaluation/human-scores.ts';
import { agreementIn } from './agreement-in-queue.ts';
import { claimItem } from './claim.ts';
import type { ReviewDeps, Reviewer } from './deps.ts';
import { findItem, readItem } from './items.ts';
import { giveLabel, undoLabel } from './labels.ts';
import { rangeOf } from './pick-items.ts';
import { planStrata } from './plan-labels.ts';
import {
  changeQueue,
  createQueue,
  findQueue,
  listQueues,
  readQueue,
  removeQueue,
} from './queues.ts';

const tags = ['reviews'];
const read = { scope: 'read' } as const;
const write = { scope: 'ingest' } as const;
const One = z.object({ id: Id });
const Item = One.extend({ interactionId: Id });

/** Review queues: what people are asked about, their verdicts, and how far they agree. */
export function reviewRoutes(app: App, deps: ReviewDeps): void {
  listRoutes(app, deps);
  queueRoutes(app, deps);
  verdictRoutes(app, deps);
}

function listRoutes(app: App, deps: ReviewDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/reviews',
    {
      config: read,
      schema: {
        querystring: ReviewListQuery,
        response: { 200: ReviewQueuePage },
        tags,
        summary: 'Review queues, newest first',
      },
    },
    async ({ auth, query: { limit, cursor, reviewer } }) => {
      const found = await listQueues(database, reviewerOf(auth, reviewer), {
        limit: limit + 1,
        before: cursor ?? null,
      });
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/reviews/plan',
    {
      config: read,
      schema: {
        querystring: ReviewPlanQuery,
        response: { 200: ReviewPlan },
        tags,
        summary: 'How far labels would narrow the corrected mean of a score',
      },
    },
    ({ auth, query }) =>
      planStrata(database, {
        ...query,
        projectId: auth.projectId,
        range: rangeOf(query, clock.now()),
      }),
  );
  app.post(
    '/api/v1/reviews',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: NewReviewQueue,
        response: { 201: ReviewQueue },
        tags,
        summary: 'Picks interactions for people to judge',
      },
    },
    async ({ auth, body }, reply) =>
      reply.code(201).send(await createQueue(deps, reviewerOf(auth), body)),
  );
}

function queueRoutes(app: App, deps: ReviewDeps): void {
  const { database } = deps;
  app.get(
    '/api/v1/reviews/:id',
    {
      config: read,
      schema: {
        params: One,
        querystring: ReviewerQuery,
        response: { 200: ReviewQueue },
        tags,
        summary: 'One review queue',
      },
    },
    ({ auth, params, query }) => readQueue(database, reviewerOf(auth, query.reviewer), params.id),
  );
  app.patch(
    '/api/v1/reviews/:id',
    {
      config: write,
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: ReviewQueueChange,
        response: { 200: ReviewQueue },
        tags,
        summary: 'Renames, closes or opens a queue',
      },
    },
    ({ auth, params, body }) =>
      changeQueue(deps, reviewerOf(auth), { id: params.id, change: body }),
  );
  app.delete(
    '/api/v1/reviews/:id',
    {
      config: write,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Deletes a queue; the scores that people gave stay',
      },
    },
    async ({ auth, params }, reply) => {
      await removeQueue(database, auth.projectId, params.id);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/api/v1/reviews/:id/agreement',
    {
      config: read,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: ReviewAgreement },
        tags,
        summary: 'How far people agree with each other and with evaluators',
      },
    },
    async ({ auth, params }) =>
      agreementIn(database, await findQueue(database, auth.projectId, params.id)),
  );
}

function verdictRoutes(app: App, deps: ReviewDeps): void {
  const { database } = deps;
  app.post(
    '/api/v1/reviews/:id/claim',
    {
      config: write,
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: ReviewClaim,
        response: { 200: ReviewClaimReply },
        tags,
        summary: 'The next item for one person, held for 15 minutes',
      },
    },
    ({ auth, params, body }) =>
      claimItem(deps, reviewerOf(auth, body.reviewer), { queueId: params.id, after: body.after }),
  );
  app.get(
    '/api/v1/reviews/:id/items/:interactionId',
    {
      config: read,
      schema: {
        params: Item,
        querystring: ReviewerQuery,
        response: { 200: ReviewItem },
        tags,
        summary: 'An item, without what others say of it until one has judged it',
      },
    },
    async ({ auth, params, query }) => {
      const reviewer = reviewerOf(auth, query.reviewer);
      const queue = await findQueue(database, auth.projectId, params.id);
      const item = await findItem(database, queue.id, params.interactionId);
      return await readItem(database, { queue, reviewer }, item);
    },
  );
  app.post(
    '/api/v1/reviews/:id/items/:interactionId/label',
    {
      config: write,
      schema: {
        params: Item,
        querystring: ProjectQuery,
        body: NewReviewLabel,
        response: { 200: ReviewLabelReply },
        tags,
        summary: 'Judges an item; a label becomes a score',
      },
    },
    ({ auth, params, body }) => {
      const { reviewer, ...given } = body;
      const place = { queueId: params.id, interactionId: params.interactionId };
      return giveLabel(deps, reviewerOf(auth, reviewer), { place, given });
    },
  );
  app.delete(
    '/api/v1/reviews/:id/items/:interactionId/label',
    {
      config: write,
      schema: {
        params: Item,
        querystring: ReviewerQuery,
        response: { 200: ReviewLabelReply },
        tags,
        summary: "Takes one's own verdict back",
      },
    },
    ({ auth, params, query }) =>
      undoLabel(deps, reviewerOf(auth, query.reviewer), {
        queueId: params.id,
        interactionId: params.interactionId,
      }),
  );
}

/** A signed-in person is themselves; a program may name the person that it speaks for. */
function reviewerOf(auth: Auth, named?: string): Reviewer {
  const { projectId, givenBy } = giverOf(auth, named);
  return { projectId, name: givenBy };
}
