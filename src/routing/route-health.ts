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

type TargetItem = RouteHealthItem['targets'][number];

const SEVERITY = { closed: 0, half_open: 1, open: 2 } as const;

/** The health of several processes in one: the worst state, the latest times, the sums of the counts. */
export function mergeRouteHealth(
  processes: readonly (readonly RouteHealthItem[])[],
): RouteHealthItem[] {
  const byRoute = Map.groupBy(processes.flat(), ({ routeId }) => routeId);
  return [...byRoute.values()].flatMap((items) => {
    const [first] = items;
    if (first === undefined) return [];
    const all = items.flatMap(({ targets }) => targets);
    const byTarget = Map.groupBy(all, ({ providerId, model }) => `${providerId}\n${model ?? ''}`);
    return [{ ...first, targets: [...byTarget.values()].map((same) => same.reduce(mergeTargets)) }];
  });
}

function mergeTargets(a: TargetItem, b: TargetItem): TargetItem {
  return {
    ...a,
    state: SEVERITY[a.state] >= SEVERITY[b.state] ? a.state : b.state,
    opensUntil: later(a.opensUntil, b.opensUntil),
    restsUntil: later(a.restsUntil, b.restsUntil),
    inFlight: a.inFlight + b.inFlight,
    calls: a.calls + b.calls,
    failures: a.failures + b.failures,
    consecutiveFailures: Math.max(a.consecutiveFailures, b.consecutiveFailures),
    lastError: a.lastError ?? b.lastError,
  };
}

/** ISO texts in UTC sort by time. */
function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
