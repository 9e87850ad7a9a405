import type { z } from 'zod';
import { NewRoute } from '../../src/contract/routing.ts';
import type { TryObserver } from '../../src/routing/call-plan.ts';
import { createRouter, type ObservedRouter } from '../../src/routing/create-router.ts';
import { RoutingDirectory } from '../../src/routing/directory.ts';
import { DEMO_PROVIDER } from '../../src/routing/environment-providers.ts';
import type { RetryBudgetPolicy } from '../../src/routing/retry-budget.ts';
import type { RouteQuestion, TryResult } from '../../src/routing/router.ts';
import {
  EMPTY_SNAPSHOT,
  type ProviderEntry,
  type RouteEntry,
  type RoutingSnapshot,
} from '../../src/routing/snapshot.ts';
import { type TestClock, testClock } from './clock.ts';

export const PROJECT = '00000000-0000-7000-8000-00000000000a';

/** A provider of the test project; OpenAI's dialect at `https://<id>.test/v1` unless told otherwise. */
export function providerEntry(
  given: Partial<ProviderEntry> & Pick<ProviderEntry, 'id'>,
): ProviderEntry {
  return {
    ...DEMO_PROVIDER,
    projectId: PROJECT,
    name: given.id,
    kind: 'openai-compatible',
    baseUrl: `https://${given.id}.test/v1`,
    revision: '1',
    ...given,
  };
}

/** A route of the test project, with the defaults of the API. */
export function routeEntry(given: z.input<typeof NewRoute>): RouteEntry {
  const { title: _, ...route } = NewRoute.parse(given);
  return { ...route, id: `route-${route.name}`, projectId: PROJECT, createdAtSeconds: 0 };
}

export interface TestRouter {
  readonly router: ObservedRouter;
  readonly directory: RoutingDirectory;
  readonly clock: TestClock;
  /** What the router told about tries: `provider outcome`. */
  readonly tries: string[];
  /** What the router told about retries: `provider granted`. */
  readonly retries: string[];
}

/** A router over a snapshot with a clock that stands still and random numbers of the test's own. */
export function testRouter(
  snapshot: Partial<RoutingSnapshot>,
  options: {
    readonly always?: readonly ProviderEntry[];
    readonly random?: () => number;
    readonly retryBudget?: RetryBudgetPolicy;
    readonly totalTimeoutMs?: number;
  } = {},
): TestRouter {
  const clock = testClock();
  const directory = new RoutingDirectory(options.always);
  const tries: string[] = [];
  const retries: string[] = [];
  const metrics: TryObserver = {
    ended: ({ target }, { errorType }) =>
      void tries.push(`${target.provider.name} ${errorType ?? 'success'}`),
    retried: ({ target }, granted) =>
      void retries.push(`${target.provider.name} ${granted ? 'granted' : 'refused'}`),
  };
  const router = createRouter({
    directory,
    clock,
    random: options.random ?? (() => 0.5),
    totalTimeoutMs: options.totalTimeoutMs ?? 60_000,
    metrics,
    ...(options.retryBudget === undefined ? {} : { retryBudget: options.retryBudget }),
  });
  directory.replace({ ...EMPTY_SNAPSHOT, version: 1, ...snapshot });
  return { router, directory, clock, tries, retries };
}

/** A chat call of the test project. */
export function question(model: string | null, given: Partial<RouteQuestion> = {}): RouteQuestion {
  return {
    projectId: PROJECT,
    model,
    operation: 'chat',
    dialect: 'openai',
    sessionId: null,
    userId: null,
    ...given,
  };
}

/** How a try ended: well, unless told otherwise. */
export function tryResult(given: Partial<TryResult> = {}): TryResult {
  return {
    errorType: null,
    httpStatus: 200,
    retryAfterMs: null,
    durationMs: 10,
    firstByteMs: 5,
    ...given,
  };
}
