import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  NewProvider,
  Provider,
  ProviderChange,
  ProviderPage,
  ProviderPresets,
  ProviderTest,
} from '../contract/routing.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { PROVIDER_PRESETS } from './presets.ts';
import type { RoutingRouteDeps } from './routes.ts';
import {
  addProvider,
  changeProvider,
  findProvider,
  listProviders,
  removeProvider,
  toProvider,
  toShownProvider,
} from './stored-providers.ts';

const tags = ['providers'];
const Empty = z.null();
/** A UUID when stored; a short name for those of the environment. */
const AnyProvider = z.object({ id: z.string().min(1).max(64) });

/** Providers: list, presets, one, add, change, remove, test. */
export function providerRoutes(app: App, deps: RoutingRouteDeps): void {
  readRoutes(app, deps);
  changeRoutes(app, deps);
  app.post(
    '/api/v1/providers/:id/test',
    {
      config: { scope: 'admin' },
      schema: {
        params: AnyProvider,
        querystring: ProjectQuery,
        body: z.strictObject({}).nullish(),
        response: { 200: ProviderTest },
        tags,
        summary: 'Ask a provider for its models, and tell what happened.',
      },
    },
    async ({ auth, params }) => {
      await assertKnown(deps, { projectId: auth.projectId, id: params.id });
      // A change a moment ago counts in this test.
      await deps.refresh();
      const known = deps.directory.of(auth.projectId).byId.get(params.id);
      if (known === undefined) throw new AppError('not_found', 'There is no such provider.');
      const model = deps.directory.snapshot.models.find(
        ({ projectId, providerId, enabled }) =>
          enabled && projectId === auth.projectId && providerId === params.id,
      );
      return deps.testProvider({ ...known.entry, model: model?.name ?? null });
    },
  );
}

function readRoutes(app: App, deps: RoutingRouteDeps): void {
  app.get(
    '/api/v1/providers',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: ProviderPage },
        tags,
        summary:
          'Where calls go. The first page begins with the providers of the environment and the demo.',
      },
    },
    async ({ auth, query }) => {
      const shown = query.cursor === undefined ? deps.always.map(toShownProvider) : [];
      const limit = Math.max(1, query.limit - shown.length);
      const found = await listProviders(deps.database, {
        projectId: auth.projectId,
        after: query.cursor ?? null,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const nextCursor = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      return { items: [...shown, ...page], nextCursor, estimate: null };
    },
  );
  app.get(
    '/api/v1/providers/presets',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: ProviderPresets },
        tags,
        summary: 'The usual settings of known providers.',
      },
    },
    async () => ({ items: [...PROVIDER_PRESETS] }),
  );
  app.get(
    '/api/v1/providers/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: AnyProvider,
        querystring: ProjectQuery,
        response: { 200: Provider },
        tags,
        summary: 'One provider; its credential is never returned.',
      },
    },
    async ({ auth, params }) => {
      const entry = deps.always.find(({ id }) => id === params.id);
      if (entry !== undefined) return toShownProvider(entry);
      return toProvider(await storedProvider(deps, { projectId: auth.projectId, id: params.id }));
    },
  );
}

function changeRoutes(app: App, deps: RoutingRouteDeps): void {
  app.post(
    '/api/v1/providers',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewProvider,
        response: { 201: Provider },
        tags,
        summary: 'Add a provider. Its credential is encrypted at rest and never returned.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addProvider(deps, auth, body)),
  );
  app.patch(
    '/api/v1/providers/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: AnyProvider,
        querystring: ProjectQuery,
        body: ProviderChange,
        response: { 200: Provider },
        tags,
        summary: 'Change a provider; it counts within a second in every process.',
      },
    },
    async ({ auth, params, body }) => {
      await assertStored(deps, { projectId: auth.projectId, id: params.id });
      return changeProvider(deps, { ...auth, id: params.id }, body);
    },
  );
  app.delete(
    '/api/v1/providers/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: AnyProvider,
        querystring: ProjectQuery,
        response: { 204: Empty },
        tags,
        summary: 'Remove a provider with its models.',
      },
    },
    async ({ auth, params }, reply) => {
      await assertStored(deps, { projectId: auth.projectId, id: params.id });
      await removeProvider(deps, { ...auth, id: params.id });
      return reply.code(204).send(null);
    },
  );
}

interface Asked {
  readonly projectId: string;
  readonly id: string;
}

function storedProvider(deps: RoutingRouteDeps, asked: Asked): ReturnType<typeof findProvider> {
  if (!Id.safeParse(asked.id).success) {
    throw new AppError('not_found', 'There is no such provider.');
  }
  return findProvider(deps.database, asked);
}

async function assertKnown(deps: RoutingRouteDeps, asked: Asked): Promise<void> {
  if (deps.always.every(({ id }) => id !== asked.id)) await storedProvider(deps, asked);
}

async function assertStored(deps: RoutingRouteDeps, asked: Asked): Promise<void> {
  if (deps.always.some(({ id }) => id === asked.id)) {
    throw new AppError(
      'conflict',
      'This provider comes from the environment: change its variables and start again.',
    );
  }
  await storedProvider(deps, asked);
}
