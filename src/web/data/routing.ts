import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { RouteImport, RouteImportReply } from '../../contract/route-import.ts';
import type {
  Model,
  ModelChange,
  NewModel,
  NewProvider,
  NewRoute,
  Provider,
  ProviderChange,
  ProviderPreset,
  ProviderTest,
  Route,
  RouteChange,
  RouteHealth,
} from '../../contract/routing.ts';
import { callApi, type QueryValues } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const PAGE_SIZE = 200;

interface Listed<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

async function readAll<Item>(
  path: string,
  query: QueryValues,
  signal: AbortSignal,
): Promise<{ items: Item[] }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Listed<Item> = await callApi(path, {
      query: { ...query, limit: PAGE_SIZE, cursor },
      signal,
    });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items };
}

/** A list of the project with all its pages; the server bounds how many there can be. */
function useWholeList<Item>(name: string, path: string) {
  const { project } = useScope();
  return useQuery({
    queryKey: [name, project.slug, path],
    queryFn: ({ signal }) => readAll<Item>(path, { project: project.slug }, signal),
  });
}

/** Where calls can go: those of the environment and the demo first. */
export function useProviders() {
  return useWholeList<Provider>('providers', '/api/v1/providers');
}

/** The usual settings of known providers. */
export function usePresets() {
  return useProjectQuery<{ items: ProviderPreset[] }>('presets', '/api/v1/providers/presets');
}

export function useCreateProvider() {
  return useProjectChange<z.input<typeof NewProvider>, Provider>(['providers'], (body) => ({
    method: 'POST',
    path: '/api/v1/providers',
    body,
  }));
}

export function useChangeProvider() {
  return useProjectChange<{ id: string; change: ProviderChange }, Provider>(
    ['providers', 'models', 'routes'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/providers/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveProvider() {
  return useProjectChange<string>(['providers', 'models'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/providers/${encodeURIComponent(id)}`,
  }));
}

/** Asks a provider for its models; changes nothing. */
export function useTestProvider() {
  return useProjectChange<string, ProviderTest>([], (id) => ({
    method: 'POST',
    path: `/api/v1/providers/${encodeURIComponent(id)}/test`,
    body: {},
  }));
}

/** The models of all providers. */
export function useModels() {
  return useWholeList<Model>('models', '/api/v1/models');
}

export function useCreateModel() {
  return useProjectChange<z.input<typeof NewModel>, Model>(['models'], (body) => ({
    method: 'POST',
    path: '/api/v1/models',
    body,
  }));
}

export function useChangeModel() {
  return useProjectChange<{ id: string; change: ModelChange }, Model>(
    ['models'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/models/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveModel() {
  return useProjectChange<string>(['models'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/models/${encodeURIComponent(id)}`,
  }));
}

/** Model names of the project's own, with where they lead. */
export function useRoutes() {
  return useWholeList<Route>('routes', '/api/v1/routes');
}

const HEALTH_EVERY_MS = 3000;

/** How the targets fare at the moment. */
export function useRouteHealth() {
  return useProjectQuery<RouteHealth>('routes', '/api/v1/routes/health', {
    refetchMs: HEALTH_EVERY_MS,
  });
}

export function useCreateRoute() {
  return useProjectChange<z.input<typeof NewRoute>, Route>(['routes'], (body) => ({
    method: 'POST',
    path: '/api/v1/routes',
    body,
  }));
}

export function useChangeRoute() {
  return useProjectChange<{ id: string; change: RouteChange }, Route>(
    ['routes'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/routes/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveRoute() {
  return useProjectChange<string>(['routes'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/routes/${encodeURIComponent(id)}`,
  }));
}

/** Reads a file of another gateway; makes something of it only with `apply`. */
export function useImportRoutes() {
  return useProjectChange<z.input<typeof RouteImport>, RouteImportReply>(
    ['providers', 'models', 'routes'],
    (body) => ({ method: 'POST', path: '/api/v1/routes/import', body }),
  );
}
