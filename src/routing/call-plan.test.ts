import fc from 'fast-check';
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
import '../../test/support/property-seed.ts';
import { AppError } from '../core/errors.ts';
import type { RoutePlan, TryResult } from './router.ts';
import type { RouteEntry } from './snapshot.ts';

const PROVIDERS = ['a', 'b', 'c', 'd'].map((id) => providerEntry({ id }));

describe('given any route and any failures', () => {
  const CLASSES = [
    'rate_limited',
    'upstream_error',
    'connection_failed',
    'timeout_first_byte',
    'upstream_truncated',
  ] as const;
  const route: fc.Arbitrary<RouteEntry> = fc
    .record({
      targets: fc.uniqueArray(
        fc.record({
          providerId: fc.constantFrom('a', 'b', 'c', 'd'),
          model: fc.constantFrom(null, 'm', 'n'),
          weight: fc.integer({ min: 0, max: 5 }),
          priority: fc.integer({ min: 0, max: 3 }),
          maxConcurrent: fc.option(fc.integer({ min: 1, max: 2 })),
        }),
        { minLength: 1, maxLength: 8, selector: (target) => `${target.providerId}${target.model}` },
      ),
      retries: fc.record({ max: fc.integer({ min: 0, max: 10 }), on: fc.subarray([...CLASSES]) }),
      fallbackOn: fc.subarray([...CLASSES]),
      sticky: fc.constantFrom('none' as const, 'user' as const),
      breaker: fc.record({ consecutiveFailures: fc.integer({ min: 1, max: 5 }) }),
    })
    .map((given) => routeEntry({ name: 'chat', ...given }));
  const end = fc.record({
    errorType: fc.constantFrom(...CLASSES, 'invalid_request' as const, null),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 20_000 })),
    durationMs: fc.integer({ min: 0, max: 5000 }),
  });

  it('every plan ends, no target is over its limits, and every place is given back', () => {
    fc.assert(
      fc.property(route, fc.array(end, { minLength: 1, maxLength: 60 }), (entry, ends) => {
        const test = testRouter({ providers: PROVIDERS, routes: [entry] }, { random: Math.random });
        let used = 0;
        for (let call = 0; call < 5; call += 1) {
          const plan = planOrNull(test);
          if (plan === null) break;
          used += play(test, plan, { entry, endOf: (at) => ends[(used + at) % ends.length] });
        }
        const targets = test.router.health(PROJECT).flatMap((item) => item.targets);
        expect(targets.every(({ inFlight }) => inFlight === 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function planOrNull({ router }: TestRouter): RoutePlan | null {
  try {
    return router.plan(question('chat', { userId: 'u' }));
  } catch (error) {
    if (error instanceof AppError && error.code === 'no_target_available') return null;
    throw error;
  }
}

/** Plays one call to its end and answers how many tries it had. */
function play(
  { clock }: TestRouter,
  plan: RoutePlan,
  of: { entry: RouteEntry; endOf(at: number): Partial<TryResult> | undefined },
): number {
  const startMs = clock.monotonic();
  let tries = 0;
  let result: TryResult | null = null;
  for (let next = plan.next(null); next !== null; next = plan.next(result)) {
    tries += 1;
    expect(tries).toBeLessThanOrEqual(16);
    expect(next.delayMs).toBeLessThanOrEqual(of.entry.retries.maxBackoffMs);
    clock.pass(next.delayMs);
    expect(clock.monotonic() - startMs).toBeLessThan(60_000);
    result = tryResult(of.endOf(tries));
    clock.pass(result.durationMs);
    next.done(result);
    if (result.errorType === null) break;
  }
  return tries;
}
