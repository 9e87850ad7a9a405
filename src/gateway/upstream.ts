import type { Config } from '../core/config.ts';
import type { Router } from '../routing/router.ts';
import { Pools, type PoolsOptions } from './pools.ts';
import { singleRouter } from './single-router.ts';

/** Where calls go: who decides it, and the connections. */
export interface Upstream {
  readonly router: Router;
  readonly pools: Pools;
  close(): Promise<void>;
}

export type UpstreamConfig = Pick<
  Config,
  'LLM_API_BASE_URL' | 'LLM_API_KEY' | 'UPSTREAM_CONNECTIONS' | 'UPSTREAM_CONNECT_TIMEOUT_MS'
>;

/**
 * A router with its connections; without one given, the environment's provider and the demo one. Throws
 * ConfigError when `LLM_API_BASE_URL` is no http(s) URL.
 */
export function createUpstream(
  config: UpstreamConfig,
  router: Router = singleRouter(config),
  guardedLookup: PoolsOptions['guardedLookup'] = null,
): Upstream {
  const pools = new Pools({
    connections: config.UPSTREAM_CONNECTIONS,
    connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
    guardedLookup,
  });
  return { router, pools, close: () => pools.close() };
}
