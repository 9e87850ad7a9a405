import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import { Limit, LimitChange, LimitPage, LimitStatus, NewLimit } from '../contract/limits.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import type { OwnLimitGate } from './limit-gate.ts';
import { addLimit, changeLimit, type LimitDeps, listLimits, removeLimit } from './store-limits.ts';

const tags = ['limits'];

export interface LimitRouteDeps extends LimitDeps {
  /** How near subjects are to their limits; never rejects. */
  readonly busiest: OwnLimitGate['busiest'];
}

/** Rate limits of a project: list, add, change, remove, and how much of them is used. */
export function limitRoutes(app: App, deps: LimitRouteDeps): void {
  readRoutes(app, deps);
  changeRoutes(app, deps);
}

function readRoutes(app: App, deps: LimitRouteDeps): void {
  app.get(
    '/api/v1/limits',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: LimitPage },
        tags,
        summary: 'The rate limits of a project, newest first.',
      },
    },
    async ({ auth, query }) => {
      const { limit } = query;
      const found = await listLimits(deps.database, {
        projectId: auth.projectId,
        before: query.cursor ?? null,
        limit: limit + 1,
      });
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/limits/status',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery.extend({
          limit: z.coerce.number().int().min(1).max(200).default(20),
        }),
        response: { 200: LimitStatus },
        tags,
        summary: 'The subjects that are nearest to their limits now.',
      },
    },
    async ({ auth, query }) => {
      const at = new Date(deps.clock.now()).toISOString();
      return { at, ...(await deps.busiest(auth.projectId, query.limit)) };
    },
  );
}

function changeRoutes(app: App, deps: LimitRouteDeps): void {
  app.post(
    '/api/v1/limits',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewLimit,
        response: { 201: Limit },
        tags,
        summary: 'Add a rate limit. It holds within a second in every process.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addLimit(deps, auth, body)),
  );
  app.patch(
    '/api/v1/limits/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: z.object({ id: Id }),
        querystring: ProjectQuery,
        body: LimitChange,
        response: { 200: Limit },
        tags,
        summary: 'Change how much a rate limit allows, or switch it on or off.',
      },
    },
    async ({ auth, params, body }) => {
      const { projectId, actor } = auth;
      return changeLimit(deps, { projectId, actor, id: params.id }, body);
    },
  );
  app.delete(
    '/api/v1/limits/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: z.object({ id: Id }),
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a rate limit.',
      },
    },
    async ({ auth, params }, reply) => {
      const { projectId, actor } = auth;
      await removeLimit(deps, { projectId, actor }, params.id);
      return reply.code(204).send(null);
    },
  );
}
