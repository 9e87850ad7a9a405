import { describe, expect, it } from 'vitest';
import {
  PROJECT,
  providerEntry,
  question,
  routeEntry,
  type TestRouter,
  testRouter,
  tryResult,
} from '../../test/support/routing.ts';
import { AppError } from '../core/errors.ts';
import type { ErrorType } from '../interactions/record.ts';
import type { NextTry, TryResult } from './router.ts';

const PROVIDERS = ['a', 'b', 'c', 'd'].map((id) => providerEntry({ id }));
type RouteGiven = Omit<Parameters<typeof routeEntry>[0], 'name'>;

function routed(route: RouteGiven, options: Parameters<typeof testRouter>[1] = {}): TestRouter {
  return testRouter(
    { providers: PROVIDERS, routes: [routeEntry({ name: 'chat', ...route })] },
    options,
  );
}

const failed = (errorType: ErrorType, given: Partial<TryResult> = {}): TryResult =>
  tryResult({ errorType, httpStatus: 503, ...given });

/** Every target that a call tries, each of them ending as `end` says; waits are passed on the clock. */
function walk(
  { router, clock }: TestRouter,
  end: (next: NextTry, at: number) => TryResult,
  given: Parameters<typeof question>[1] = {},
): string[] {
  const plan = router.plan(question('chat', given));
  const tried: string[] = [];
  let result: TryResult | null = null;
  for (let next = plan.next(null); next !== null; next = plan.next(result)) {
    clock.pass(next.delayMs);
    tried.push(next.target.provider.id);
    result = end(next, tried.length);
    next.done(result);
    if (result.errorType === null) break;
  }
  return tried;
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

describe('the way of a call', () => {
  it('ends with the first success', () => {
    const test = routed({ targets: [{ providerId: 'a' }, { providerId: 'b', priority: 1 }] });
    expect(walk(test, () => tryResult())).toEqual(['a']);
    expect(test.tries).toEqual(['a success']);
  });

  it('tries the others of its tier, then those again, then the next tiers', () => {
    const test = routed({
      targets: [
        { providerId: 'd', priority: 2 },
        { providerId: 'a', weight: 9 },
        { providerId: 'b' },
        { providerId: 'c', priority: 1 },
      ],
      retries: { max: 3 },
    });
    expect(walk(test, () => failed('upstream_error'))).toEqual(['a', 'b', 'a', 'b', 'a', 'c', 'd']);
    expect(test.retries.filter((line) => line.endsWith('granted'))).toHaveLength(3);
  });

  it('never goes on after what no other try can mend', () => {
    for (const errorType of ['invalid_request', 'client_closed', 'shutdown', 'unknown'] as const) {
      const test = routed({ targets: [{ providerId: 'a' }, { providerId: 'b' }] });
      expect(walk(test, () => failed(errorType))).toHaveLength(1);
    }
  });

  it('falls back and retries only for the classes of the route', () => {
    const targets = [{ providerId: 'a' }, { providerId: 'b', priority: 1 }];
    const retrying = routed({
      targets,
      retries: { max: 1, on: ['timeout_connect'] },
      fallbackOn: ['rate_limited'],
    });
    expect(walk(retrying, () => failed('timeout_connect'))).toEqual(['a', 'a']);
    expect(walk(retrying, () => failed('rate_limited'))).toEqual(['a', 'b']);
    expect(walk(retrying, () => failed('upstream_error'))).toEqual(['a']);
  });

  it('takes a refused credential to another provider only, and only when asked to', () => {
    const targets = [
      { providerId: 'a', model: 'one' },
      { providerId: 'a', model: 'two' },
      { providerId: 'b', priority: 1 },
    ];
    const strict = routed({ targets });
    expect(walk(strict, () => failed('unauthorized'))).toEqual(['a']);
    const lenient = routed({ targets, fallbackOn: ['unauthorized'] });
    expect(walk(lenient, () => failed('unauthorized'))).toEqual(['a', 'b']);
  });

  it('takes what one dialect cannot say to another one, and thinks no worse of the first', () => {
    const providers = [
      providerEntry({ id: 'a' }),
      providerEntry({ id: 'b' }),
      providerEntry({ id: 'c', dialect: 'anthropic' }),
    ];
    const targets = [{ providerId: 'a' }, { providerId: 'b' }, { providerId: 'c', priority: 1 }];
    const routes = [routeEntry({ name: 'chat', targets, breaker: { consecutiveFailures: 1 } })];
    const test = testRouter({ providers, routes });
    const unwritten = failed('invalid_request', { httpStatus: null });
    const tried = walk(test, (_, at) => (at === 1 ? unwritten : tryResult()));
    expect(tried.at(-1)).toBe('c');
    expect(tried).toHaveLength(2);
    expect(test.router.health(PROJECT)[0]?.targets.map(({ calls }) => calls)).toEqual([0, 0, 1]);
  });

  it('waits at random before it tries the same provider again, longer each time', () => {
    const test = routed(
      { targets: [{ providerId: 'a' }], retries: { max: 4, backoffMs: 100, maxBackoffMs: 500 } },
      { random: () => 0.5 },
    );
    const waits: number[] = [];
    walk(test, ({ delayMs }) => {
      waits.push(delayMs);
      return failed('upstream_error');
    });
    expect(waits).toEqual([0, 50, 100, 200, 250]);
  });

  it('names its candidates, best first, and where the caller said nothing else the model', () => {
    const { router } = routed({
      targets: [
        { providerId: 'b', priority: 1 },
        { providerId: 'a', model: 'm' },
      ],
    });
    const plan = router.plan(question('chat'));
    expect(plan.candidates.map(({ provider, model }) => [provider.id, model])).toEqual([
      ['a', 'm'],
      ['b', 'chat'],
    ]);
    expect([plan.route, plan.onDisconnect]).toEqual(['chat', 'abort']);
  });

  it('goes once where a model is no route', () => {
    const test = routed({ targets: [{ providerId: 'a' }] });
    const plan = test.router.plan(question('b/gpt'));
    const next = plan.next(null);
    expect(next?.target).toMatchObject({ model: 'gpt', provider: { id: 'b' } });
    next?.done(failed('upstream_error'));
    expect([plan.route, plan.next(failed('upstream_error'))]).toEqual([null, null]);
    expect(test.tries).toEqual(['b upstream_error']);
  });

  it('counts a try once, whoever says first that it is over', () => {
    const test = routed({ targets: [{ providerId: 'a', maxConcurrent: 1 }] });
    const plan = test.router.plan(question('chat'));
    const first = plan.next(null);
    const second = plan.next(failed('upstream_error'));
    first?.done(failed('upstream_error'));
    expect(second?.target.provider.id).toBe('a');
    second?.done(tryResult());
    second?.done(tryResult());
    expect(test.tries).toEqual(['a upstream_error', 'a success']);
    expect(test.router.health(PROJECT)[0]?.targets[0]?.inFlight).toBe(0);
  });
});

describe('given a provider that asks to be left alone', () => {
  const limited = (retryAfterMs: number): TryResult => failed('rate_limited', { retryAfterMs });

  it('the same call waits as long as asked, when that is not too long', () => {
    const test = routed({ targets: [{ providerId: 'a' }], retries: { backoffMs: 100 } });
    const waits: number[] = [];
    walk(test, ({ delayMs }, at) => {
      waits.push(delayMs);
      return at === 1 ? limited(3000) : tryResult();
    });
    expect(waits).toEqual([0, 3000]);
  });

  it('the same call falls back instead of waiting too long, or ends', () => {
    const far = { targets: [{ providerId: 'a' }], retries: { maxBackoffMs: 2000 } };
    expect(walk(routed(far), () => limited(2001))).toEqual(['a']);
    const both = { ...far, targets: [{ providerId: 'a' }, { providerId: 'b', priority: 1 }] };
    expect(walk(routed(both), (_, at) => (at === 1 ? limited(2001) : tryResult()))).toEqual([
      'a',
      'b',
    ]);
  });

  it('the same call falls back when there is no time left to wait', () => {
    const test = routed(
      { targets: [{ providerId: 'a' }, { providerId: 'b', priority: 1 }] },
      { totalTimeoutMs: 1000 },
    );
    expect(walk(test, (_, at) => (at === 1 ? limited(1500) : tryResult()))).toEqual(['a', 'b']);
  });

  it('other calls go elsewhere for that time, unless there is nothing else', () => {
    const test = routed({ targets: [{ providerId: 'a' }, { providerId: 'b', priority: 1 }] });
    walk(test, (_, at) => (at === 1 ? limited(20_000) : tryResult()));
    expect(walk(test, () => tryResult())).toEqual(['b']);
    test.clock.pass(20_000);
    expect(walk(test, () => tryResult())).toEqual(['a']);
    const alone = routed({ targets: [{ providerId: 'a' }] });
    walk(alone, () => limited(20_000));
    expect(walk(alone, () => tryResult())).toEqual(['a']);
  });

  it('is asked at once where the route says so', () => {
    const test = routed({
      targets: [{ providerId: 'a' }],
      retries: { honourRetryAfter: false, backoffMs: 0 },
    });
    expect(walk(test, (_, at) => (at === 1 ? limited(60_000) : tryResult()))).toEqual(['a', 'a']);
  });
});

describe('given a sick target', () => {
  const route: RouteGiven = {
    targets: [{ providerId: 'a' }, { providerId: 'b', priority: 1 }],
    retries: { max: 0 },
    breaker: { consecutiveFailures: 3, openSeconds: 30, halfOpenProbes: 1 },
  };
  const sickA = ({ target }: NextTry): TryResult =>
    target.provider.id === 'a' ? failed('upstream_error') : tryResult();

  it('calls pass it over while its circuit is open, probe it, and come back', () => {
    const test = routed(route);
    for (let at = 0; at < 3; at += 1) expect(walk(test, sickA)).toEqual(['a', 'b']);
    expect(walk(test, sickA)).toEqual(['b']);
    test.clock.pass(30_000);
    expect(walk(test, sickA)).toEqual(['a', 'b']);
    expect(walk(test, sickA)).toEqual(['b']);
    test.clock.pass(60_000);
    expect(walk(test, () => tryResult())).toEqual(['a']);
    expect(walk(test, () => tryResult())).toEqual(['a']);
  });

  it('the route is refused with the time to wait when all are sick', () => {
    const test = routed({ ...route, targets: [{ providerId: 'a' }] });
    for (let at = 0; at < 3; at += 1) walk(test, sickA);
    expect(codeOf(() => test.router.plan(question('chat')))).toBe('no_target_available');
    expect(() => test.router.plan(question('chat'))).toThrow(/Try again in 30 s/);
  });

  it('health tells, and forgets when the provider changes', () => {
    const test = routed(route);
    for (let at = 0; at < 3; at += 1) walk(test, sickA);
    expect(test.router.health(PROJECT)[0]).toMatchObject({
      route: 'chat',
      targets: [
        {
          provider: 'a',
          state: 'open',
          opensUntil: '2026-11-21T12:00:30.000Z',
          calls: 3,
          failures: 3,
          lastError: 'upstream_error',
        },
        { provider: 'b', state: 'closed', opensUntil: null, calls: 3, failures: 0 },
      ],
    });
    const { snapshot } = test.directory;
    test.directory.replace({ ...snapshot, version: 2 });
    expect(walk(test, sickA)).toEqual(['b']);
    const providers = snapshot.providers.map((entry) => ({ ...entry, revision: '2' }));
    test.directory.replace({ ...snapshot, version: 3, providers });
    expect(walk(test, () => tryResult())).toEqual(['a']);
  });

  it('wrong requests, rate limits and callers who leave do not make it sick', () => {
    const test = routed(route);
    for (const errorType of [
      'invalid_request',
      'client_closed',
      'rate_limited',
      'unauthorized',
    ] as const) {
      for (let at = 0; at < 10; at += 1) walk(test, () => failed(errorType));
    }
    expect(test.router.health(PROJECT)[0]?.targets[0]?.state).toBe('closed');
  });
});

describe('given a limit of calls at once', () => {
  it('a full target is passed over and is free again when a call ends', () => {
    const test = routed({
      targets: [
        { providerId: 'a', maxConcurrent: 2 },
        { providerId: 'b', priority: 1, maxConcurrent: 1 },
      ],
    });
    const begin = (): NextTry | null => test.router.plan(question('chat')).next(null);
    const open = [begin(), begin(), begin()];
    expect(open.map((next) => next?.target.provider.id)).toEqual(['a', 'a', 'b']);
    expect(codeOf(begin)).toBe('no_target_available');
    open[1]?.done(tryResult());
    expect(begin()?.target.provider.id).toBe('a');
  });
});

describe('given a sticky route', () => {
  const targets = ['a', 'b', 'c', 'd'].map((providerId) => ({ providerId }));

  it('calls of one session stay at one target, whatever the random numbers', () => {
    const test = routed({ targets, sticky: 'session' }, { random: Math.random });
    const first = walk(test, () => tryResult(), { sessionId: 's-1', userId: 'u' });
    for (let at = 0; at < 20; at += 1) {
      expect(walk(test, () => tryResult(), { sessionId: 's-1', userId: `u-${at}` })).toEqual(first);
    }
    const all = new Set(
      Array.from(
        { length: 50 },
        (_, at) => walk(test, () => tryResult(), { sessionId: `s-${at}` })[0],
      ),
    );
    expect(all.size).toBe(4);
  });

  it('moves on while its target is sick, to the same one each time', () => {
    const breaker = { consecutiveFailures: 1, openSeconds: 60 };
    const test = routed({ targets, sticky: 'user', breaker, retries: { max: 0 } });
    const [home] = walk(test, () => tryResult(), { userId: 'u' });
    const moved = walk(
      test,
      ({ target }) => (target.provider.id === home ? failed('upstream_error') : tryResult()),
      { userId: 'u' },
    );
    expect(walk(test, () => tryResult(), { userId: 'u' })).toEqual(moved.slice(1));
    test.clock.pass(60_000);
    expect(walk(test, () => tryResult(), { userId: 'u' })).toEqual([home]);
  });
});

describe('given a provider that fails all calls', () => {
  it('gets no more retries than its budget, and fallbacks cost none', () => {
    const targets = [{ providerId: 'a' }, { providerId: 'b', priority: 1 }];
    const test = routed(
      { targets, retries: { max: 3, backoffMs: 0 }, breaker: { enabled: false } },
      { retryBudget: { windowMs: 60_000, share: 0.2, floor: 5 } },
    );
    let calls = 0;
    for (let at = 0; at < 200; at += 1) {
      const tried = walk(test, ({ target }) =>
        target.provider.id === 'a' ? failed('connection_failed') : tryResult(),
      );
      expect(tried.at(-1)).toBe('b');
      calls += tried.filter((id) => id === 'a').length;
    }
    expect(calls).toBeGreaterThanOrEqual(200);
    expect(calls).toBeLessThanOrEqual(240);
    expect(test.retries).toContain('a refused');
  });
});

describe('given weights', () => {
  it('calls go to the targets as often as their weights say', () => {
    let state = 1;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const test = routed(
      {
        targets: [
          { providerId: 'a', weight: 8 },
          { providerId: 'b', weight: 2 },
        ],
      },
      { random },
    );
    let toA = 0;
    for (let at = 0; at < 5000; at += 1) if (walk(test, () => tryResult())[0] === 'a') toA += 1;
    expect(toA / 5000).toBeCloseTo(0.8, 1.5);
  });
});
