import { accessRoutes } from '../../src/access/routes.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';

/** The real server with the routes of the access room. */
export function testAccess(options: TestAppOptions = {}): Promise<TestApp> {
  return testApp({
    ...options,
    routes: async (app, deps) => {
      accessRoutes(app, {
        access: deps.access,
        authMode: deps.config.AUTH_MODE,
        version: '0.0.0-test',
      });
      await options.routes?.(app, deps);
    },
  });
}
