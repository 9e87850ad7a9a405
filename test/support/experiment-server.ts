import { type ExperimentDeps, experimentsUsing } from '../../src/experiments/experiment-store.ts';
import { experimentRoutes } from '../../src/experiments/routes.ts';
import { promptRoutes } from '../../src/prompts/routes.ts';
import { type TestApp, testApp } from './app.ts';
import { type TestClock, testClock } from './clock.ts';

/** Whatever a reply holds. */
type Json = ReturnType<typeof JSON.parse>;
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A decision as tests look at it. */
export interface SeenDecision {
  readonly kind: string;
  readonly actor: string;
  readonly reason: string;
}

/** A server with the routes of experiments and prompts, and short ways to use them. */
export interface ExperimentServer {
  readonly server: TestApp;
  readonly deps: ExperimentDeps;
  readonly clock: TestClock;
  /** Who did what to what: `key experiment.stop <id>`. */
  readonly deeds: readonly string[];
  /** `body` is parsed JSON of unknown type, as `json()` gives it. */
  call(
    method: Method,
    path: string,
    ...rest: [payload?: object, key?: string]
  ): Promise<{ status: number; body: Json }>;
  /** A body that makes an experiment on a model of its own. */
  design(more?: object): object;
  draft(more?: object): Promise<string>;
  started(more?: object): Promise<string>;
  /** Newest first. */
  decisions(id: string): Promise<SeenDecision[]>;
}

export async function experimentServer(): Promise<ExperimentServer> {
  const clock = testClock('2026-11-20T10:00:00.000Z');
  const deeds: string[] = [];
  let deps: ExperimentDeps | null = null;
  const server = await testApp({
    clock,
    routes: (app, given) => {
      deps = {
        ...given,
        recordDeed: async (_tx, { action, target, actor }) => {
          deeds.push(`${actor.replace(/:.*/, '')} ${action} ${target}`);
        },
      };
      experimentRoutes(app, deps);
      promptRoutes(app, { ...deps, usersOf: experimentsUsing });
    },
  });
  if (deps === null) throw new Error('the routes were not registered');
  const call: ExperimentServer['call'] = async (method, path, ...[payload, key]) => {
    const reply = await server.inject({
      method,
      url: path.startsWith('/api') ? path : `/api/v1/experiments${path}`,
      ...(payload === undefined ? {} : { payload }),
      ...(key === undefined ? {} : { key }),
    });
    return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
  };
  let targets = 0;
  const design = (more: object = {}): object => {
    targets += 1;
    return {
      name: 'Is the cheap model good enough?',
      target: { kind: 'model', name: `model-${targets}` },
      arms: [{ name: 'a' }, { name: 'b', model: 'cheap' }],
      control: 'a',
      primaryMetric: 'latency',
      guards: [{ metric: 'error_rate', worseBy: 0.05 }],
      ...more,
    };
  };
  const draft = async (more: object = {}): Promise<string> =>
    (await call('POST', '', design(more))).body.id;
  return {
    server,
    deps,
    clock,
    deeds,
    call,
    design,
    draft,
    async started(more): Promise<string> {
      const id = await draft(more);
      await call('POST', `/${id}/start`, {});
      return id;
    },
    decisions: async (id) => (await call('GET', `/${id}/decisions`)).body.items,
  };
}
