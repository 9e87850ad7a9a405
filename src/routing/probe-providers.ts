import type { ProviderTest } from '../contract/routing.ts';
import type { Clock } from '../core/clock.ts';
import type { ObservedRouter } from './create-router.ts';
import type { RoutingDirectory } from './directory.ts';
import type { ProviderEntry } from './snapshot.ts';

export type AskProvider = (
  provider: ProviderEntry,
) => Promise<Pick<ProviderTest, 'httpStatus' | 'ok'>>;

export interface ProbeParts {
  readonly directory: RoutingDirectory;
  readonly router: Pick<ObservedRouter, 'probed'>;
  readonly clock: Clock;
  readonly ask: AskProvider;
  /** How often it is looked who is due; default: every second. */
  readonly lookMs?: number;
}

/**
 * Asks the providers of routes with active probes for their models, each as often as the most curious of its
 * routes wants, one question at a time. Without such routes there is no clockwork at all; it never keeps the
 * program running.
 */
export function keepProbing({ directory, router, clock, ask, lookMs = 1000 }: ProbeParts): void {
  const askedAt = new Map<string, number>();
  const asking = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const probe = async (provider: ProviderEntry): Promise<void> => {
    asking.add(provider.id);
    askedAt.set(provider.id, clock.monotonic());
    const answer = await ask(provider).catch(() => null);
    asking.delete(provider.id);
    router.probed(provider.id, answer !== null && isAlive(answer));
  };
  const look = (): void => {
    const nowMs = clock.monotonic();
    for (const [id, { provider, everyMs }] of wantedProbes(directory)) {
      const due = nowMs - (askedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= everyMs;
      if (due && !asking.has(id)) void probe(provider);
    }
  };
  directory.onReplace(() => {
    const wanted = wantedProbes(directory);
    for (const id of askedAt.keys()) if (!wanted.has(id)) askedAt.delete(id);
    clearInterval(timer);
    timer = wanted.size === 0 ? undefined : setInterval(look, lookMs).unref();
  });
}

/** It answered and is not in trouble itself: a refused credential or a missing list are no sickness. */
function isAlive({ ok, httpStatus }: Pick<ProviderTest, 'httpStatus' | 'ok'>): boolean {
  return ok || (httpStatus !== null && httpStatus < 500);
}

function wantedProbes(
  directory: RoutingDirectory,
): ReadonlyMap<string, { readonly provider: ProviderEntry; readonly everyMs: number }> {
  const wanted = new Map<string, { provider: ProviderEntry; everyMs: number }>();
  for (const { enabled, probeSeconds, projectId, targets } of directory.snapshot.routes) {
    if (!enabled || probeSeconds === null) continue;
    for (const { providerId } of targets) {
      const known = directory.of(projectId).byId.get(providerId);
      const usable = known?.entry.enabled === true && known.entry.problem === null;
      if (!usable || known.entry.kind === 'demo') continue;
      const everyMs = Math.min(wanted.get(providerId)?.everyMs ?? Infinity, probeSeconds * 1000);
      wanted.set(providerId, { provider: known.entry, everyMs });
    }
  }
  return wanted;
}
