import { accessRoutes } from './access/routes.ts';
import { analyticsRoutes } from './analytics/routes.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { gatewayRoutes } from './gateway/routes.ts';
import { listProviders } from './providers-list.ts';

/** The routes of every feature; which of them a process has depends on its role. */
export function registerRoutes(app: App, parts: Parts): void {
  const { config, store, clock, version, access } = parts;
  const { database } = store;
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'gateway') gatewayRoutes(app, parts);
  if (config.LQO_ROLE === 'all' || config.LQO_ROLE === 'api') {
    accessRoutes(app, {
      access,
      authMode: config.AUTH_MODE,
      version,
      providers: () => listProviders(config),
    });
    analyticsRoutes(app, { database, clock });
  }
}
