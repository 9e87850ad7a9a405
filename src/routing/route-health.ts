import type { RouteHealth } from '../contract/routing.ts';
import type { Clock } from '../core/clock.ts';
import type { CompiledRoute } from './call-plan.ts';

export type RouteHealthItem = RouteHealth['items'][number];

/** How the targets of a route fare in this process, in the order they are listed. */
export function routeHealthOf({ entry, places }: CompiledRoute, clock: Clock): RouteHealthItem {
  const nowMs = clock.monotonic();
  // Health is kept in monotonic time; people are told wall-clock time.
  const toTime = (atMs: number): string | null =>
    atMs <= nowMs ? null : new Date(clock.now() + atMs - nowMs).toISOString();
  const targets = places.map(({ target, health }) => {
    const state = health.breaker.state(nowMs);
    const { all, marked } = health.breaker.counts(nowMs);
    return {
      providerId: target.provider.id,
      provider: target.provider.name,
      model: target.model,
      state,
      opensUntil: state === 'open' ? toTime(health.breaker.openUntilMs) : null,
      restsUntil: toTime(health.restsUntilMs),
      inFlight: health.inFlight,
      maxConcurrent: health.maxConcurrent,
      calls: all,
      failures: marked,
      consecutiveFailures: health.breaker.consecutiveFailures,
      lastError: health.lastError,
    };
  });
  return { routeId: entry.id, route: entry.name, targets };
}
