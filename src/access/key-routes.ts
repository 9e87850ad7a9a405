import { z } from 'zod';
import { ApiKey, CreatedApiKey, NewApiKey } from '../contract/access.ts';
import { Id, ProjectQuery, page } from '../contract/common.ts';
import type { App, Auth } from '../core/http.ts';
import type { Access } from './access.ts';
import { type Actor, checkedPublicUse, createKey, listKeys, revokeKey, rotateKey } from './keys.ts';
import type { AccessRouteDeps } from './routes.ts';

const TAGS = ['access'];
const MAX_OVERLAP_MINUTES = 7 * 24 * 60;
const IdParams = z.object({ id: Id });
const Empty = z.null();
const USUAL_SCOPES = ['gateway', 'ingest', 'read'] as const;

/** Listing, making, replacing and ending the API keys of a project. */
export function keyRoutes(app: App, { access }: AccessRouteDeps): void {
  collectionRoutes(app, access);
  itemRoutes(app, access);
}

function collectionRoutes(app: App, access: Access): void {
  app.get(
    '/api/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: page(ApiKey) },
        tags: TAGS,
        summary: 'The API keys of the project, newest first.',
      },
    },
    async (request) => {
      const items = await listKeys(access.database, request.auth.projectId);
      return { items, nextCursor: null, estimate: items.length };
    },
  );
  app.post(
    '/api/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewApiKey.strict(),
        response: { 201: CreatedApiKey },
        tags: TAGS,
        summary: 'Make an API key; it is shown this once.',
      },
    },
    async ({ auth, body }, reply) => {
      const { name, expiresAt } = body;
      const publicUse = checkedPublicUse(body.publicUse, body.scopes);
      const scopes = publicUse === null ? (body.scopes ?? USUAL_SCOPES) : (['feedback'] as const);
      const wish = {
        projectId: auth.projectId,
        name,
        scopes: [...new Set(scopes)],
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        createdBy: auth.userId,
        publicUse,
      };
      const key = await createKey(access, wish, actorOf(auth));
      return reply.code(201).header('cache-control', 'no-store').send(key);
    },
  );
}

function itemRoutes(app: App, access: Access): void {
  app.post(
    '/api/v1/keys/:id/rotate',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery.extend({
          overlapMinutes: z.coerce.number().int().min(0).max(MAX_OVERLAP_MINUTES).default(0),
        }),
        response: { 201: CreatedApiKey },
        tags: TAGS,
        summary: 'Replace an API key; the old one ends now or after overlapMinutes.',
      },
    },
    async ({ auth, params, query }, reply) => {
      const which = {
        id: params.id,
        projectId: auth.projectId,
        overlapMs: query.overlapMinutes * 60_000,
      };
      const key = await rotateKey(access, which, actorOf(auth));
      return reply.code(201).header('cache-control', 'no-store').send(key);
    },
  );
  app.delete(
    '/api/v1/keys/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 204: Empty },
        tags: TAGS,
        summary: 'End an API key at once.',
      },
    },
    async ({ auth, params }, reply) => {
      await revokeKey(access, { id: params.id, projectId: auth.projectId }, actorOf(auth));
      return reply.code(204).send(null);
    },
  );
}

function actorOf(auth: Auth): Actor {
  return { actor: auth.actor, userId: auth.userId };
}
