import type { Metrics } from '../core/metrics.ts';
import type { TryObserver } from './call-plan.ts';
import type { RouteHealthItem } from './route-health.ts';
import { wasNotSent } from './target-health.ts';

/** Providers and routes are named by operators; beyond these many the rest are counted as `other`. */
const MAX_PROVIDERS = 100;
const MAX_TARGETS = 300;
const STATE = { closed: 0, half_open: 1, open: 2 } as const;

/** Counts tries by provider, model and outcome, and retries by provider; all labels are bounded. */
export function createTargetMetrics(metrics: Pick<Metrics, 'routing' | 'modelLabel'>): TryObserver {
  const { attempts, retries } = metrics.routing;
  const known = new Set<string>();
  const providerLabel = (name: string): string => {
    if (known.has(name)) return name;
    if (known.size >= MAX_PROVIDERS) return 'other';
    known.add(name);
    return name;
  };
  return {
    ended({ target }, result): void {
      if (wasNotSent(result)) return;
      const { errorType } = result;
      const provider = providerLabel(target.provider.name);
      const model = metrics.modelLabel(target.model);
      attempts.inc({ provider, model, outcome: errorType ?? 'success' });
    },
    retried({ target }, granted): void {
      const provider = providerLabel(target.provider.name);
      retries.inc({ provider, result: granted ? 'granted' : 'refused' });
    },
  };
}

/**
 * Shows breakers, calls under way and recent failures of the first 300 targets at each scrape. Of routes with the
 * same name in several projects the sickest is shown, with the sums of all.
 */
export function showTargets(
  { routing }: Pick<Metrics, 'routing'>,
  health: () => readonly RouteHealthItem[],
): void {
  routing.onScrape(() => {
    routing.state.reset();
    routing.inFlight.reset();
    routing.failures.reset();
    const states = new Map<string, number>();
    const targets = health().flatMap((item) =>
      item.targets.map((target) => ({ route: item.route, target })),
    );
    for (const { route, target } of targets.slice(0, MAX_TARGETS)) {
      const labels = { route, provider: target.provider, model: target.model ?? '' };
      const key = Object.values(labels).join('\n');
      const state = Math.max(states.get(key) ?? 0, STATE[target.state]);
      states.set(key, state);
      routing.state.set(labels, state);
      routing.inFlight.inc(labels, target.inFlight);
      routing.failures.inc(labels, target.failures);
    }
  });
}
