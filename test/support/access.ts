import type { AccessRouteDeps } from '../../src/access/routes.ts';
import { accessRoutes } from '../../src/access/routes.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';

type Provider = ReturnType<AccessRouteDeps['providers']>[number];

export const DEMO_PROVIDER: Provider = {
  id: 'demo',
  title: 'Demo',
  baseUrl: null,
  hasKey: false,
  isDemo: true,
  models: ['demo/good'],
};

/** The real server with the routes of the access room. */
export function testAccess(options: TestAppOptions = {}): Promise<TestApp> {
  return testApp({
    ...options,
    routes: async (app, deps) => {
      accessRoutes(app, {
        access: deps.access,
        authMode: deps.config.AUTH_MODE,
        version: '0.0.0-test',
        providers: () => [DEMO_PROVIDER],
      });
      await options.routes?.(app, deps);
    },
  });
}
