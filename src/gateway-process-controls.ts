import { refusalCounter } from './budgets/gauges.ts';
import { createBudgetKeeper } from './budgets/keeper.ts';
import { remoteAuthority } from './budgets/remote-authority.ts';
import type { BudgetSnapshot } from './budgets/snapshot.ts';
import { CacheDirectory, type CacheSnapshot } from './cache/cache-directory.ts';
import { createAnswerCache } from './cache/create-answer-cache.ts';
import { ArmDirectory, type ArmSnapshot } from './experiments/arm-directory.ts';
import { createArmChooser } from './experiments/choose-arm.ts';
import { createUpstream } from './gateway/upstream.ts';
import {
  type ControlParts,
  closeControls,
  type GatewayControls,
  redisOf,
} from './gateway-controls.ts';
import { LimitDirectory, type LimitsSnapshot } from './limits/limit-directory.ts';
import { createLimitGate } from './limits/limit-gate.ts';
import { remoteGate } from './limits/remote-gate.ts';
import type { ObservedRouter } from './routing/create-router.ts';
import { guardedLookup } from './routing/guard-address.ts';
import { createRouting } from './routing/routing.ts';
import type { RoutingSnapshot } from './routing/snapshot.ts';
import type { Caller } from './worker/calls.ts';

/** The controls of a process without a database. */
export interface GivenControls extends GatewayControls {
  readonly router: ObservedRouter;
  /** Takes newer snapshots, by the names of the main process's feeds. */
  readonly takers: Readonly<Record<string, (snapshot: never) => void>>;
  close(): Promise<void>;
}

/**
 * The controls of a gateway process: snapshots come from the main process, which also holds what has to be
 * counted once for all (limits, budgets). Answers are cached in each process, and in Redis where there is one.
 */
export function createControls(
  parts: Omit<ControlParts, 'database'> & { readonly main: Caller },
): GivenControls {
  const { config, clock, log, metrics, main } = parts;
  const redis = redisOf(parts);
  const { directory: routing, router } = createRouting({ config, clock, metrics });
  const upstream = createUpstream(config, router, guardedLookup);
  const limitDirectory = new LimitDirectory();
  const ownLimits = createLimitGate({ directory: limitDirectory, clock, log, metrics });
  const cacheDirectory = new CacheDirectory();
  const cache = createAnswerCache({ directory: cacheDirectory, clock, log, metrics, redis });
  const arms = new ArmDirectory();
  const budgets = createBudgetKeeper({
    authority: remoteAuthority((name, payload) => main.call(name, payload)),
    clock,
    log,
    newHolder: parts.newId,
    onRefused: refusalCounter(metrics),
  });
  return {
    router,
    upstream,
    limits: remoteGate({
      call: (name, payload) => main.call(name, payload),
      directory: limitDirectory,
      fallback: ownLimits,
      onFailure: (error) => log.warn({ err: error }, 'limits are counted in this process alone'),
    }),
    cache,
    budgets,
    arms: createArmChooser({ directory: arms, clock }),
    takers: {
      routing: (snapshot: RoutingSnapshot) => routing.replace(snapshot),
      limits: (snapshot: LimitsSnapshot) => limitDirectory.replace(snapshot),
      cache: (snapshot: CacheSnapshot) => cacheDirectory.replace(snapshot),
      budgets: (snapshot: BudgetSnapshot) => budgets.replace(snapshot),
      arms: (snapshot: ArmSnapshot) => arms.replace(snapshot),
    },
    close: () => closeControls({ upstream, limits: ownLimits, cache, budgets, redis }),
  };
}
