import { createBudgetAuthority } from './budgets/authority.ts';
import { refusalCounter, startBudgetGauges } from './budgets/gauges.ts';
import { createBudgetKeeper, type ProcessBudgetKeeper } from './budgets/keeper.ts';
import { serveAuthority } from './budgets/remote-authority.ts';
import { keepBudgetsFresh, readBudgetSnapshot } from './budgets/snapshot.ts';
import { CacheDirectory, keepCacheFresh, readCacheSnapshot } from './cache/cache-directory.ts';
import { createAnswerCache, type OwnAnswerCache } from './cache/create-answer-cache.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { NewId } from './core/ids.ts';
import { deriveInsideKey } from './core/inside-credential.ts';
import type { Log } from './core/log.ts';
import type { Metrics } from './core/metrics.ts';
import { ArmDirectory, keepArmsFresh, readArmSnapshot } from './experiments/arm-directory.ts';
import type { ArmChooser } from './experiments/assign.ts';
import { createArmChooser } from './experiments/choose-arm.ts';
import { createUpstream, type Upstream } from './gateway/upstream.ts';
import type { Feed } from './gateway-processes.ts';
import type { LimitGate } from './limits/gate.ts';
import { keepLimitsFresh, LimitDirectory, readLimitsSnapshot } from './limits/limit-directory.ts';
import { createLimitGate, type OwnLimitGate } from './limits/limit-gate.ts';
import { type GateCall, type GateServer, serveGate } from './limits/remote-gate.ts';
import { guardedLookup } from './routing/guard-address.ts';
import { openRouting, type Routing } from './routing/routing.ts';
import type { Database } from './store/database.ts';
import type { Refresh } from './store/keep-fresh.ts';
import { openRedis, type Redis } from './store/redis.ts';

/** What the gateway consults about every call: in memory, and fresh within a second. */
export interface GatewayControls {
  readonly upstream: Upstream;
  readonly limits: LimitGate;
  readonly arms: ArmChooser;
  readonly cache: OwnAnswerCache;
  readonly budgets: ProcessBudgetKeeper;
}

/** The controls of a process with a database, and what it shares with processes that have none. */
export interface OwnControls extends GatewayControls {
  readonly routing: Routing;
  /** Signs and opens the credentials of calls that the program makes itself. */
  readonly insideKey: Uint8Array;
  readonly limits: OwnLimitGate;
  /** Reads what changed at once instead of within a second. */
  readonly refresh: Readonly<Record<'limits' | 'cache' | 'budgets' | 'arms', () => Promise<void>>>;
  readonly feeds: readonly Feed[];
  /** Answers gateway processes; `client` names the one that asks. */
  handlers(client: number): Readonly<Record<string, (payload: never) => unknown>>;
  /** A gateway process ended. */
  gone(client: number): void;
  close(): Promise<void>;
}

export interface ControlParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Reads everything once and keeps it fresh. Throws ConfigError for a wrong secret key, URL of Redis or of a provider. */
export async function openControls(parts: ControlParts): Promise<OwnControls> {
  const { config, database, clock, log, metrics } = parts;
  const redis = redisOf(parts);
  const routing = await openRouting({ config, clock, metrics, database, log });
  const upstream = createUpstream(config, routing.router, guardedLookup);
  const limitDirectory = new LimitDirectory();
  const limits = createLimitGate({ directory: limitDirectory, clock, log, metrics, redis });
  const cacheDirectory = new CacheDirectory();
  const cache = createAnswerCache({ directory: cacheDirectory, clock, log, metrics, redis });
  const armDirectory = new ArmDirectory();
  const authority = createBudgetAuthority({ database, clock });
  const budgets = createBudgetKeeper({
    authority,
    clock,
    log,
    newHolder: parts.newId,
    onRefused: refusalCounter(metrics),
  });
  const fresh = {
    limits: keepLimitsFresh({ directory: limitDirectory, database, log }),
    cache: keepCacheFresh({ directory: cacheDirectory, database, log }),
    budgets: keepBudgetsFresh({ holder: budgets, database, log }),
    arms: keepArmsFresh({ directory: armDirectory, database, log }),
  };
  await Promise.all(Object.values(fresh).map((one) => one.refresh()));
  const stopGauges = startBudgetGauges({ database, metrics, log, clock });
  const gate = serveGate(limits);
  return {
    routing,
    insideKey: deriveInsideKey(routing.secretKey.key),
    upstream,
    limits,
    cache,
    budgets,
    arms: createArmChooser({ directory: armDirectory, clock }),
    refresh: refreshesOf(fresh, log),
    feeds: [
      {
        name: 'routing',
        version: () => routing.directory.version,
        read: async () => routing.directory.snapshot,
      },
      feed('limits', limitDirectory, () => readLimitsSnapshot(database)),
      feed('cache', cacheDirectory, () => readCacheSnapshot(database)),
      feed('budgets', budgets, () => readBudgetSnapshot(database)),
      feed('arms', armDirectory, () => readArmSnapshot(database)),
    ],
    handlers: (client) => ({
      ...serveAuthority(authority),
      ...gateHandlers(gate, client),
    }),
    gone: (client) => gate.gone(client),
    async close(): Promise<void> {
      stopGauges();
      await Promise.all(Object.values(fresh).map((one) => one.close()));
      await routing.close();
      await closeControls({ upstream, limits, cache, budgets, redis });
    },
  };
}

function gateHandlers(
  gate: GateServer,
  client: number,
): Readonly<Record<GateCall, (payload: unknown) => Promise<unknown>>> {
  return {
    'limits.admit': (subject) => gate.handle(client, 'limits.admit', subject),
    'limits.release': (message) => gate.handle(client, 'limits.release', message),
  };
}

/** Redis when it is configured; a server that is away is waited for in the background. */
export function redisOf({
  config,
  clock,
  log,
}: Pick<ControlParts, 'config' | 'clock' | 'log'>): Redis | null {
  return config.REDIS_URL === null ? null : openRedis({ url: config.REDIS_URL, clock, log });
}

/** Ends what every process has of the controls. */
export async function closeControls(of: {
  readonly upstream: Upstream;
  readonly limits: OwnLimitGate;
  readonly cache: OwnAnswerCache;
  readonly budgets: ProcessBudgetKeeper;
  readonly redis: Redis | null;
}): Promise<void> {
  await of.upstream.close();
  await of.budgets.close();
  await of.limits.close();
  await of.cache.close();
  await of.redis?.close();
}

function feed(
  name: string,
  holder: { readonly version: number | null },
  read: () => Promise<unknown>,
): Feed {
  return { name, version: () => holder.version, read };
}

/** The change itself is committed by then; a failure here heals at the next look. */
function refreshesOf<Name extends string>(
  fresh: Readonly<Record<Name, Refresh>>,
  log: Log,
): Readonly<Record<Name, () => Promise<void>>> {
  const entries = Object.entries<Refresh>(fresh).map(([name, one]) => [
    name,
    (): Promise<void> =>
      one.refresh().catch((error: unknown) => log.warn({ err: error, name }, 'is read anew later')),
  ]);
  // The names are those of `fresh`.
  return Object.fromEntries(entries) as Record<Name, () => Promise<void>>;
}
