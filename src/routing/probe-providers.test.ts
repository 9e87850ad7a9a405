import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  PROJECT,
  providerEntry,
  question,
  routeEntry,
  type TestRouter,
  testRouter,
  tryResult,
} from '../../test/support/routing.ts';
import { type AskProvider, keepProbing } from './probe-providers.ts';
import { mergeRouteHealth } from './route-health.ts';
import { EMPTY_SNAPSHOT } from './snapshot.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const providers = [providerEntry({ id: 'a' }), providerEntry({ id: 'b' })];
const breaker = { consecutiveFailures: 2, openSeconds: 600, halfOpenProbes: 1 };

/** A router whose clock goes with the fake timers, and what was asked. */
function probing(probeSeconds: number | null, answer: Awaited<ReturnType<AskProvider>>) {
  const test = testRouter({});
  const asked: string[] = [];
  let current: Awaited<ReturnType<AskProvider>> = answer;
  keepProbing({
    ...test,
    async ask({ id }) {
      asked.push(id);
      return current;
    },
  });
  const routes = [
    routeEntry({ name: 'chat', targets: [{ providerId: 'a' }], breaker, probeSeconds }),
  ];
  test.directory.replace({ ...EMPTY_SNAPSHOT, version: 2, providers, routes });
  const pass = async (seconds: number): Promise<void> => {
    for (let at = 0; at < seconds; at += 1) {
      test.clock.pass(1000);
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
  const answers = (next: Awaited<ReturnType<AskProvider>>): void => {
    current = next;
  };
  return { test, asked, pass, answers };
}

const stateOf = ({ router }: TestRouter) => router.health(PROJECT)[0]?.targets[0]?.state;
const well = { ok: true, httpStatus: 200 };
const silent = { ok: false, httpStatus: null };

describe('active probes', () => {
  it('are off unless a route asks for them', async () => {
    const { asked, pass } = probing(null, well);
    await pass(60);
    expect([asked, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('ask the providers of the route as often as it wants', async () => {
    const { asked, pass } = probing(10, well);
    await pass(31);
    expect(asked).toEqual(['a', 'a', 'a', 'a']);
  });

  it('open the circuit of a silent provider without any call, and let calls try again once it answers', async () => {
    const { test, pass, answers } = probing(5, silent);
    await pass(11);
    expect(stateOf(test)).toBe('open');
    expect(test.router.health(PROJECT)[0]?.targets[0]?.lastError).toBe('connection_failed');
    expect(() => test.router.plan(question('chat'))).toThrow(/rests after failures/);
    answers(well);
    await pass(5);
    expect(stateOf(test)).toBe('half_open');
    test.router.plan(question('chat')).next(null)?.done(tryResult());
    expect(stateOf(test)).toBe('closed');
  });

  it('do not take a refused credential or a missing list for sickness', async () => {
    for (const httpStatus of [401, 404, 429]) {
      const { test, pass } = probing(5, { ok: false, httpStatus });
      await pass(30);
      expect(stateOf(test)).toBe('closed');
    }
  });

  it('end with the route', async () => {
    const { test, asked, pass } = probing(5, well);
    await pass(1);
    test.directory.replace({ ...EMPTY_SNAPSHOT, version: 3, providers });
    await pass(30);
    expect([asked, vi.getTimerCount()]).toEqual([['a'], 0]);
  });
});

describe('the health of several processes', () => {
  it('is the worst state with the sums of the counts', () => {
    const route = routeEntry({
      name: 'chat',
      targets: [{ providerId: 'a' }, { providerId: 'b' }],
      breaker,
    });
    const [well_, sick] = [
      testRouter({ providers, routes: [route] }),
      testRouter({ providers, routes: [route] }),
    ];
    const failedTry = tryResult({ errorType: 'upstream_error', httpStatus: 500 });
    for (let at = 0; at < 2; at += 1) {
      sick.router.plan(question('chat')).next(null)?.done(failedTry);
      well_.router.plan(question('chat')).next(null)?.done(tryResult());
    }
    const [merged] = mergeRouteHealth([well_.router.health(PROJECT), sick.router.health(PROJECT)]);
    expect(merged?.targets[0]).toMatchObject({
      provider: 'a',
      state: 'open',
      opensUntil: expect.any(String),
      calls: 4,
      failures: 2,
      lastError: 'upstream_error',
    });
    expect(merged?.targets[1]).toMatchObject({ provider: 'b', state: 'closed', calls: 0 });
    expect(mergeRouteHealth([])).toEqual([]);
  });
});
