import type { FastifyContextConfig, RouteOptions } from 'fastify';
import type { App } from '../core/http.ts';

export interface RouteEntry {
  readonly method: string;
  readonly url: string;
  readonly config: FastifyContextConfig;
}

export interface RouteTable {
  /** Every route registered so far, automatic HEAD routes left out. */
  entries(): readonly RouteEntry[];
  /** The methods that a path answers, for 405; empty when no template fits. */
  methodsFor(path: string): string[];
}

/**
 * Watches routes being registered. Each must say who may call it: the server does not start with one
 * that states neither a scope nor `public`.
 */
export function watchRoutes(app: App): RouteTable {
  const routes: { route: RouteOptions; pattern: RegExp }[] = [];
  app.addHook('onRoute', (route) => {
    // The many headers of helmet are skipped where every microsecond counts and no page is shown.
    if (route.config?.scope === 'gateway') route.helmet ??= false;
    routes.push({ route, pattern: templatePattern(route.url) });
  });
  // Checked at the end, because a plug-in's own hook may still mark its routes as public.
  app.addHook('onReady', async () => {
    for (const { route } of routes) assertStatesAccess(route);
  });
  return {
    entries: () => routes.flatMap(({ route }) => entriesOf(route)),
    methodsFor: (path) => [
      ...new Set(
        routes
          .filter(({ pattern }) => pattern.test(path))
          .flatMap(({ route }) => entriesOf(route).map(({ method }) => method)),
      ),
    ],
  };
}

function entriesOf(route: RouteOptions): RouteEntry[] {
  return [route.method]
    .flat()
    .filter((method) => method !== 'HEAD')
    .map((method) => ({ method, url: route.url, config: route.config ?? {} }));
}

function assertStatesAccess({ config, method, url }: RouteOptions): void {
  if (config?.scope !== undefined || config?.public === true) return;
  throw new Error(`Route ${method} ${url} states neither config.scope nor config.public.`);
}

/** A route template (`/a/:id`, `/a/:id(^\\d+$)`, `/a/*`) as an expression over paths. */
function templatePattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part === '*') return '.*';
      if (part.includes(':')) return '[^/]+';
      return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
