import { mkdir } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Database } from '../store/database.ts';
import { keepFresh } from '../store/keep-fresh.ts';
import { createRouter, type ObservedRouter } from './create-router.ts';
import { RoutingDirectory } from './directory.ts';
import { environmentProviders, type ProviderConfig } from './environment-providers.ts';
import { type AskProvider, keepProbing } from './probe-providers.ts';
import { keyIdsInUse, readRoutingSnapshot, readRoutingVersion } from './read-snapshot.ts';
import { openSecretKey, type SecretKey } from './secret-key.ts';
import { createTargetMetrics, showTargets } from './target-metrics.ts';
import { testProvider } from './test-provider.ts';

export type RoutingConfig = ProviderConfig &
  Pick<Config, 'UPSTREAM_TOTAL_TIMEOUT_MS' | 'LQO_SECRET_KEY' | 'DATA_DIR'>;

/** Where calls go, kept in memory and fresh. */
export interface Routing {
  readonly directory: RoutingDirectory;
  readonly router: ObservedRouter;
  readonly secretKey: SecretKey;
  /** Reads providers, models and routes anew if they changed. Never rejects: a failure heals at the next look. */
  refresh(): Promise<void>;
  /** Stops the clockwork. */
  close(): Promise<void>;
}

export interface RoutingParts {
  readonly config: RoutingConfig;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'routing' | 'modelLabel'>;
  /** Uniform in [0, 1); default: Math.random. */
  readonly random?: () => number;
  /** For routes with active probes; default: `testProvider`. */
  readonly askProvider?: AskProvider;
}

/**
 * Directory and router of a process without a database (a gateway worker): it knows the environment's
 * providers and whatever snapshot `directory.replace` is given. Throws ConfigError for URLs that are none.
 */
export function createRouting(parts: RoutingParts): Pick<Routing, 'directory' | 'router'> {
  const { config, clock, metrics, random = Math.random } = parts;
  const directory = new RoutingDirectory(environmentProviders(config));
  const router = createRouter({
    directory,
    clock,
    random,
    totalTimeoutMs: config.UPSTREAM_TOTAL_TIMEOUT_MS,
    metrics: createTargetMetrics(metrics),
  });
  keepProbing({
    directory,
    router,
    clock,
    ask: parts.askProvider ?? ((provider) => testProvider(provider, clock)),
  });
  showTargets(metrics, () => {
    const projects = new Set(directory.snapshot.routes.map(({ projectId }) => projectId));
    return [...projects].flatMap((projectId) => router.health(projectId));
  });
  return { directory, router };
}

/**
 * Opens the secret key, reads providers, models and routes once and keeps them fresh. Throws ConfigError when
 * the secret key is missing, wrong or open to others.
 */
export async function openRouting(
  parts: RoutingParts & {
    readonly database: Database;
    readonly log: Log;
    readonly refreshMs?: number;
  },
): Promise<Routing> {
  const { config, database, log, refreshMs } = parts;
  await mkdir(config.DATA_DIR, { recursive: true });
  const secretKey = await openSecretKey({
    configured: config.LQO_SECRET_KEY,
    dataDir: config.DATA_DIR,
    keyIdsInUse: await keyIdsInUse(database),
  });
  const made = createRouting(parts);
  const { directory } = made;
  directory.replace(await readRoutingSnapshot(database, secretKey, log));
  const fresh = keepFresh({
    holder: directory,
    readVersion: () => readRoutingVersion(database),
    read: () => readRoutingSnapshot(database, secretKey, log),
    log,
    name: 'routing',
    refreshMs,
  });
  return {
    ...made,
    secretKey,
    refresh: () =>
      fresh.refresh().catch((thrown: unknown) => {
        log.warn({ err: asError(thrown) }, 'routing: a change counts after the next look');
      }),
    close: fresh.close,
  };
}
