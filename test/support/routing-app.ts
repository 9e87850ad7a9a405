import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { routingRoutes } from '../../src/routing/routes.ts';
import { openRouting, type Routing } from '../../src/routing/routing.ts';
import type { ProbedProvider } from '../../src/routing/test-provider.ts';
import { type TestApp, testApp } from './app.ts';

interface Reply {
  readonly status: number;
  /** Parsed JSON; tests say what they expect of it. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
  readonly text: string;
}

export type Call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
) => Promise<Reply>;

export interface RoutingApp {
  readonly server: TestApp;
  readonly routing: Routing;
  readonly dataDir: string;
  /** What the audit log would hold. */
  readonly deeds: { action: string; target: string; details: unknown }[];
  /** What was given to the provider test. */
  readonly probed: ProbedProvider[];
  /** Calls below `/api/v1` with the key of project `a`. */
  readonly call: Call;
  /** The same with another key. */
  callAs(key: string): Call;
  /** The body of what was created; anything but 201 fails the test. */
  made(path: string, payload: object): Promise<Reply['body']>;
  close(): Promise<void>;
}

/** The real server with the routes of the routing room; the environment names OpenAI. */
export async function routingApp(): Promise<RoutingApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lqo-routing-'));
  const deeds: RoutingApp['deeds'] = [];
  const probed: ProbedProvider[] = [];
  const opened: Routing[] = [];
  const server = await testApp({
    environment: { LLM_API_BASE_URL: 'https://api.openai.com/v1', LLM_API_KEY: 'sk-env-key-value' },
    async routes(app, deps) {
      const config = { ...deps.config, DATA_DIR: dataDir };
      const routing = await openRouting({ ...deps, config });
      opened.push(routing);
      const { directory, router, secretKey, refresh } = routing;
      routingRoutes(app, {
        ...deps,
        directory,
        router,
        secretKey,
        refresh,
        always: directory.always,
        processName: 'test',
        async recordDeed(_tx, { action, target, details }): Promise<void> {
          deeds.push({ action, target, details });
        },
        async testProvider(provider) {
          probed.push(provider);
          return { ok: true, message: 'Well.', httpStatus: 200, latencyMs: 1, models: [] };
        },
      });
    },
  });
  const [routing] = opened;
  if (routing === undefined) throw new Error('The routes were not registered.');
  const callAs =
    (key: string): Call =>
    async (method, path, payload) => {
      const sent = payload === undefined ? {} : { payload };
      const reply = await server.inject({ method, url: `/api/v1${path}`, key, ...sent });
      const body = reply.body === '' ? null : reply.json();
      return { status: reply.statusCode, body, text: reply.body };
    };
  const call = callAs(server.a.key);
  return {
    server,
    routing,
    dataDir,
    deeds,
    probed,
    call,
    callAs,
    async made(path, payload): Promise<Reply['body']> {
      const { status, body } = await call('POST', path, payload);
      expect([status, body]).toEqual([201, expect.anything()]);
      return body;
    },
    async close(): Promise<void> {
      await routing.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
