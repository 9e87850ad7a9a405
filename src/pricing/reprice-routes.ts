import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import { NewRepricing, Repricing, RepricingPage } from '../contract/costs.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import {
  addRepricing,
  cancelRepricing,
  listRepricings,
  type RepricingDeps,
  readRepricing,
} from './repricings.ts';

export interface RepriceRouteDeps extends RepricingDeps {
  /** Begins at once what was noted; may fail, as the job finds it within a minute. */
  startRepricing(id: string): Promise<void>;
}

const tags = ['prices'];
const IdParams = z.object({ id: Id });

/** Prices past calls anew: begin, look, end. */
export function repriceRoutes(app: App, deps: RepriceRouteDeps): void {
  app.post(
    '/api/v1/prices/reprice',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewRepricing,
        response: { 202: Repricing },
        tags,
        summary: 'Price the calls of a range anew with the prices of now, in the background.',
      },
    },
    async ({ auth, body, log }, reply) => {
      const repricing = await addRepricing(deps, auth, body);
      deps.startRepricing(repricing.id).catch((error: unknown) => {
        log.warn({ err: error }, 're-pricing begins within a minute');
      });
      return reply.code(202).send(repricing);
    },
  );
  app.get(
    '/api/v1/prices/reprice',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: RepricingPage },
        tags,
        summary: 'Re-pricings of the project with their progress, newest first.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, before: cursor ?? null, limit: limit + 1 };
      const found = await listRepricings(deps.database, of);
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/prices/reprice/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 200: Repricing },
        tags,
        summary: 'A re-pricing with its progress.',
      },
    },
    ({ auth: { projectId }, params }) => readRepricing(deps.database, { projectId, id: params.id }),
  );
  app.post(
    '/api/v1/prices/reprice/:id/cancel',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 200: Repricing },
        tags,
        summary: 'End a re-pricing; what is done stays.',
      },
    },
    ({ auth: { projectId, actor }, params }) =>
      cancelRepricing(deps, { projectId, actor, id: params.id }),
  );
}
