import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import { RouteImport, RouteImportReply } from '../contract/route-import.ts';
import {
  AvailabilityQuery,
  AvailabilityReply,
  Model,
  ModelChange,
  ModelPage,
  NewModel,
  NewRoute,
  type ProviderTest,
  Route,
  RouteChange,
  RouteHealth,
  RoutePage,
} from '../contract/routing.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { askedRange } from '../core/time-range.ts';
import { readAvailability } from './availability.ts';
import type { ObservedRouter } from './create-router.ts';
import type { RoutingDirectory } from './directory.ts';
import { importRoutes } from './import-routes.ts';
import { providerRoutes } from './provider-routes.ts';
import { mergeRouteHealth, type RouteHealthItem } from './route-health.ts';
import { addModel, changeModel, listModels, removeModel } from './stored-models.ts';
import type { RoutingDeps } from './stored-providers.ts';
import { addRoute, changeRoute, findRoute, listRoutes, removeRoute } from './stored-routes.ts';
import type { ProbedProvider } from './test-provider.ts';

export interface RoutingRouteDeps extends RoutingDeps {
  readonly directory: RoutingDirectory;
  readonly router: Pick<ObservedRouter, 'health'>;
  /** Names the process that answers, for health. */
  readonly processName: string;
  /** What the routers of other processes of this machine know, one list for each. */
  healthElsewhere?(projectId: string): Promise<readonly (readonly RouteHealthItem[])[]>;
  /** Asks a provider for its models; see `test-provider.ts`. */
  testProvider(provider: ProbedProvider): Promise<ProviderTest>;
}

const IdParams = z.object({ id: Id });
const Cursor = PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() });
const Empty = z.null();

/** Providers, models and routes: lists and changes, their health, their availability, and import. */
export function routingRoutes(app: App, deps: RoutingRouteDeps): void {
  providerRoutes(app, deps);
  modelRoutes(app, deps);
  routeReadRoutes(app, deps);
  routeChangeRoutes(app, deps);
  importRoute(app, deps);
  availabilityRoute(app, deps);
}

function modelRoutes(app: App, deps: RoutingRouteDeps): void {
  const tags = ['models'];
  app.get(
    '/api/v1/models',
    {
      config: { scope: 'read' },
      schema: {
        querystring: Cursor.extend({ providerId: z.string().max(64).optional() }),
        response: { 200: ModelPage },
        tags,
        summary: 'The models of the providers, in the order they were made.',
      },
    },
    async ({ auth, query }) =>
      pageOf(query.limit, (limit) =>
        listModels(deps, {
          projectId: auth.projectId,
          providerId: query.providerId ?? null,
          after: query.cursor ?? null,
          limit,
        }),
      ),
  );
  app.post(
    '/api/v1/models',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewModel,
        response: { 201: Model },
        tags,
        summary: 'Add a model of a provider, optionally under another name.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addModel(deps, auth, body)),
  );
  app.patch(
    '/api/v1/models/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        body: ModelChange,
        response: { 200: Model },
        tags,
        summary: 'Change a model or switch it on and off, at run time.',
      },
    },
    async ({ auth, params, body }) => changeModel(deps, { ...auth, id: params.id }, body),
  );
  app.delete(
    '/api/v1/models/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 204: Empty },
        tags,
        summary: 'Remove a model.',
      },
    },
    async ({ auth, params }, reply) => {
      await removeModel(deps, { ...auth, id: params.id });
      return reply.code(204).send(null);
    },
  );
}

function routeReadRoutes(app: App, deps: RoutingRouteDeps): void {
  const tags = ['routes'];
  app.get(
    '/api/v1/routes',
    {
      config: { scope: 'read' },
      schema: {
        querystring: Cursor,
        response: { 200: RoutePage },
        tags,
        summary: 'The routes: model names of our own and where they lead.',
      },
    },
    async ({ auth, query }) =>
      pageOf(query.limit, (limit) =>
        listRoutes(deps.database, {
          projectId: auth.projectId,
          after: query.cursor ?? null,
          limit,
        }),
      ),
  );
  app.get(
    '/api/v1/routes/health',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: RouteHealth },
        tags,
        summary: 'How the targets of the routes fare on the machine that answers.',
      },
    },
    async ({ auth }) => {
      const elsewhere = (await deps.healthElsewhere?.(auth.projectId)) ?? [];
      const all = [deps.router.health(auth.projectId), ...elsewhere];
      return {
        process: deps.processName,
        processes: all.length,
        items: mergeRouteHealth(all),
      };
    },
  );
  app.get(
    '/api/v1/routes/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 200: Route },
        tags,
        summary: 'One route.',
      },
    },
    async ({ auth, params }) =>
      findRoute(deps.database, { projectId: auth.projectId, id: params.id }),
  );
}

function routeChangeRoutes(app: App, deps: RoutingRouteDeps): void {
  const tags = ['routes'];
  app.post(
    '/api/v1/routes',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewRoute,
        response: { 201: Route },
        tags,
        summary: 'Add a route: a model name with weighted targets, retries and fallbacks.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addRoute(deps, auth, body)),
  );
  app.patch(
    '/api/v1/routes/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        body: RouteChange,
        response: { 200: Route },
        tags,
        summary: 'Change a route; it counts within a second in every process.',
      },
    },
    async ({ auth, params, body }) => changeRoute(deps, { ...auth, id: params.id }, body),
  );
  app.delete(
    '/api/v1/routes/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 204: Empty },
        tags,
        summary: 'Remove a route.',
      },
    },
    async ({ auth, params }, reply) => {
      await removeRoute(deps, { ...auth, id: params.id });
      return reply.code(204).send(null);
    },
  );
}

function importRoute(app: App, deps: RoutingRouteDeps): void {
  app.post(
    '/api/v1/routes/import',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: RouteImport,
        response: { 200: RouteImportReply },
        tags: ['routes'],
        summary:
          'Read a LiteLLM config.yaml: shows what it would make, and makes it when asked to.',
      },
    },
    async ({ auth, body }) => importRoutes(deps, auth, body),
  );
}

function availabilityRoute(app: App, deps: RoutingRouteDeps): void {
  app.get(
    '/api/v1/analytics/availability',
    {
      config: { scope: 'read' },
      schema: {
        querystring: AvailabilityQuery,
        response: { 200: AvailabilityReply },
        tags: ['analytics'],
        summary: 'The share of tries that providers and models answered, over time.',
      },
    },
    async ({ auth, query }) =>
      readAvailability(deps.database, {
        projectId: auth.projectId,
        range: askedRange(query, deps.clock.now()),
        interval: query.interval,
        provider: query.provider ?? null,
        model: query.model ?? null,
      }),
  );
}

/** A page that knows whether another one follows. */
async function pageOf<Item extends { readonly id: string }>(
  limit: number,
  read: (limit: number) => Promise<Item[]>,
): Promise<{ items: Item[]; nextCursor: string | null; estimate: null }> {
  const found = await read(limit + 1);
  return cutPageById(found, limit);
}
