import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import { NewPrice, Price, PricePage } from '../contract/prices.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { addPrice, changePrice, listPrices, type PriceDeps, removePrice } from './own-prices.ts';

const tags = ['prices'];

/** A project's own prices: list, add, change, remove. The loader uses them within half a minute. */
export function priceRoutes(app: App, deps: PriceDeps): void {
  app.get(
    '/api/v1/prices',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: PricePage },
        tags,
        summary: 'The own prices of a project, newest first.',
      },
    },
    async ({ auth, query }) => {
      const { limit } = query;
      const found = await listPrices(deps.database, {
        projectId: auth.projectId,
        before: query.cursor ?? null,
        limit: limit + 1,
      });
      return cutPageById(found, limit);
    },
  );
  app.post(
    '/api/v1/prices',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewPrice,
        response: { 201: Price },
        tags,
        summary: 'Add a price of a model, in US dollars for a million tokens.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addPrice(deps, auth, body)),
  );
  app.put(
    '/api/v1/prices/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: z.object({ id: Id }),
        querystring: ProjectQuery,
        body: NewPrice,
        response: { 200: Price },
        tags,
        summary: 'Change a price; costs that are recorded stay until they are priced anew.',
      },
    },
    ({ auth: { projectId, actor }, params, body }) =>
      changePrice(deps, { projectId, actor, id: params.id }, body),
  );
  app.delete(
    '/api/v1/prices/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: z.object({ id: Id }),
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a price; costs that are recorded stay.',
      },
    },
    async ({ auth, params }, reply) => {
      await removePrice(deps, auth, params.id);
      return reply.code(204).send(null);
    },
  );
}
