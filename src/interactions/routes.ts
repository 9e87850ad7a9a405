import { z } from 'zod';
import { Id, ProjectQuery, RangeQuery } from '../contract/common.ts';
import {
  FacetsReply,
  InteractionDetail,
  InteractionPage,
  InteractionQuery,
} from '../contract/interactions.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { readInteraction } from './detail.ts';
import { exportRoutes } from './export-routes.ts';
import { readFacets } from './facets.ts';
import { scoresOfPage } from './find.ts';
import { estimateMatches, type ListQuestion, listInteractions } from './list.ts';
import { type Hide, maskDetail } from './mask-detail.ts';
import type { Redact } from './mask-row.ts';
import { presentInteraction, presentScore } from './present.ts';
import { type RemoveDeps, removeInteraction } from './remove.ts';

export interface InteractionDeps extends RemoveDeps {
  readonly clock: Clock;
  /** Hides personal data in exports. */
  readonly redact: Redact;
  /** Hides personal data in what is shown, and tells where the rest of the text went. */
  readonly hide: Hide;
}

const config = { scope: 'read' } as const;
const tags = ['interactions'];
const params = z.object({ id: Id });
const DetailQuery = ProjectQuery.extend({
  mask: z
    .enum(['none', 'pii'])
    .default('none')
    .describe('pii hides personal data and secrets in all texts.'),
});

/** Interactions: the list with its filters and search, one in full, deletion, values to filter by, and export. */
export function interactionRoutes(app: App, deps: InteractionDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/interactions',
    {
      config,
      schema: {
        querystring: InteractionQuery,
        response: { 200: InteractionPage },
        tags,
        summary: 'Interactions, newest first',
      },
    },
    async ({ query, auth }) => {
      const { project: _, from, to, limit, cursor, ...filters } = query;
      const range = askedRange({ from, to }, clock.now());
      const question = { projectId: auth.projectId, range, filters, limit, cursor };
      return await readPage(database, question, () => clock.monotonic());
    },
  );
  app.get(
    '/api/v1/interactions/facets',
    {
      config,
      schema: {
        querystring: RangeQuery,
        response: { 200: FacetsReply },
        tags,
        summary: 'Values to filter by, most frequent first',
      },
    },
    ({ query, auth }) =>
      readFacets(database, {
        projectId: auth.projectId,
        range: askedRange(query, clock.now()),
      }),
  );
  oneRoutes(app, deps);
  exportRoutes(app, deps);
}

/** One interaction: read, revealed, deleted. */
function oneRoutes(app: App, deps: InteractionDeps): void {
  const { database } = deps;
  app.get(
    '/api/v1/interactions/:id',
    {
      config,
      schema: {
        params,
        querystring: DetailQuery,
        response: { 200: InteractionDetail },
        tags,
        summary: 'One interaction with bodies, scores and spans',
      },
    },
    async ({ params: { id }, query, auth }) => {
      const detail = await readInteraction(database, { projectId: auth.projectId, id });
      return query.mask === 'pii' ? maskDetail(detail, deps.hide) : detail;
    },
  );
  app.post(
    '/api/v1/interactions/:id/reveal',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 200: InteractionDetail },
        tags,
        summary: 'One interaction with nothing hidden; who looked is kept in the audit log',
      },
    },
    ({ params: { id }, auth: { projectId, actor } }) =>
      database.transaction(async (tx) => {
        const detail = await readInteraction(tx, { projectId, id });
        await deps.recordDeed(tx, { projectId, actor, action: 'interaction.reveal', target: id });
        return detail;
      }),
  );
  app.delete(
    '/api/v1/interactions/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Delete an interaction with its bodies and scores',
      },
    },
    async ({ params: { id }, auth }, reply) => {
      const { projectId, actor } = auth;
      await removeInteraction(deps, { projectId, actor, id });
      return reply.code(204).send(null);
    },
  );
}

async function readPage(
  database: Queryable,
  question: ListQuestion,
  monotonic: () => number,
): Promise<z.infer<typeof InteractionPage>> {
  const { rows, nextCursor } = await listInteractions(database, question, monotonic);
  const scores = await scoresOfPage(database, rows);
  const isWhole = question.cursor === undefined && nextCursor === null;
  return {
    items: rows.map((row) => ({
      ...presentInteraction(row),
      scores: (scores.get(row.id) ?? []).map(presentScore),
    })),
    nextCursor,
    estimate: isWhole ? rows.length : await estimateMatches(database, question),
  };
}
