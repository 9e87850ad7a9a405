import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Spool } from '../ingest/spool-record.ts';
import { createCallMetrics } from './call-metrics.ts';
import type { ExchangeTools } from './exchange-tools.ts';
import type { InFlight } from './in-flight.ts';
import type { Upstream } from './upstream.ts';

export type GatewayConfig = Pick<
  Config,
  | 'OPENAI_MODEL_MAIN'
  | 'UPSTREAM_CONNECT_TIMEOUT_MS'
  | 'UPSTREAM_FIRST_BYTE_TIMEOUT_MS'
  | 'UPSTREAM_IDLE_TIMEOUT_MS'
  | 'UPSTREAM_TOTAL_TIMEOUT_MS'
  | 'GATEWAY_MAX_BODY_BYTES'
  | 'GATEWAY_KEEP_BODY_BYTES'
>;

/** What the gateway's routes use. */
export interface GatewayDeps {
  readonly config: GatewayConfig;
  readonly spool: Spool;
  /** Null when no provider is configured: then only the demo provider answers. */
  readonly upstream: Upstream | null;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The gateway's parts, joined once. */
export interface Gateway extends GatewayDeps {
  readonly tools: ExchangeTools;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const { config, clock, spool, log, inFlight } = deps;
  return {
    ...deps,
    tools: {
      clock,
      spool,
      log,
      inFlight,
      metrics: createCallMetrics(deps.metrics),
      keepBytes: config.GATEWAY_KEEP_BODY_BYTES,
      limits: {
        connectMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
        firstByteMs: config.UPSTREAM_FIRST_BYTE_TIMEOUT_MS,
        idleMs: config.UPSTREAM_IDLE_TIMEOUT_MS,
        totalMs: config.UPSTREAM_TOTAL_TIMEOUT_MS,
      },
    },
  };
}
