import type { BudgetKeeper } from '../budgets/reserve.ts';
import type { AnswerCache } from '../cache/answer-cache.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { ArmChooser } from '../experiments/assign.ts';
import type { Spool } from '../ingest/spool-record.ts';
import type { LimitGate } from '../limits/gate.ts';
import { createCallMetrics } from './call-metrics.ts';
import { Drains } from './drains.ts';
import type { ExchangeTools } from './exchange-tools.ts';
import type { InFlight } from './in-flight.ts';
import { createSend, type Send } from './send.ts';
import { createUpstream, type Upstream } from './upstream.ts';

export type GatewayConfig = Pick<
  Config,
  | 'OPENAI_MODEL_MAIN'
  | 'UPSTREAM_CONNECT_TIMEOUT_MS'
  | 'UPSTREAM_FIRST_BYTE_TIMEOUT_MS'
  | 'UPSTREAM_IDLE_TIMEOUT_MS'
  | 'UPSTREAM_TOTAL_TIMEOUT_MS'
  | 'UPSTREAM_CONNECTIONS'
  | 'GATEWAY_MAX_BODY_BYTES'
  | 'GATEWAY_KEEP_BODY_BYTES'
>;

/** What the gateway's routes use. The features are optional: without one, calls cost nothing for it. */
export interface GatewayDeps {
  readonly config: GatewayConfig;
  readonly spool: Spool;
  /** Router and connections; null: only the demo provider answers. */
  readonly upstream: Pick<Upstream, 'router' | 'pools'> | null;
  readonly limits?: LimitGate | null;
  readonly arms?: ArmChooser | null;
  readonly cache?: AnswerCache | null;
  readonly budgets?: BudgetKeeper | null;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The gateway's parts, joined once. */
export interface Gateway {
  readonly config: GatewayConfig;
  readonly spool: Spool;
  readonly router: Upstream['router'];
  readonly send: Send;
  readonly limits: LimitGate | null;
  readonly arms: ArmChooser | null;
  readonly cache: AnswerCache | null;
  readonly budgets: BudgetKeeper | null;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly tools: ExchangeTools;
}

const NO_UPSTREAM = { LLM_API_BASE_URL: null, LLM_API_KEY: null } as const;

export function createGateway(deps: GatewayDeps): Gateway {
  const { config, clock, spool, log, inFlight } = deps;
  const { router, pools } = deps.upstream ?? createUpstream({ ...config, ...NO_UPSTREAM });
  return {
    config,
    spool,
    router,
    send: createSend(pools),
    limits: deps.limits ?? null,
    arms: deps.arms ?? null,
    cache: deps.cache ?? null,
    budgets: deps.budgets ?? null,
    inFlight,
    clock,
    newId: deps.newId,
    log,
    tools: {
      clock,
      spool,
      log,
      inFlight,
      drains: new Drains(),
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
