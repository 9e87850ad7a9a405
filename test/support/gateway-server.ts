import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { systemClock } from '../../src/core/clock.ts';
import { parseConfig } from '../../src/core/config.ts';
import { AppError, asError } from '../../src/core/errors.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics, type Metrics } from '../../src/core/metrics.ts';
import type { GatewayDeps } from '../../src/gateway/gateway.ts';
import { InFlight } from '../../src/gateway/in-flight.ts';
import type { PoolsOptions } from '../../src/gateway/pools.ts';
import { gatewayRoutes } from '../../src/gateway/routes.ts';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { keysOf } from '../../src/http/credentials.ts';
import type { ExchangeRecord, Spool, SpoolRecord } from '../../src/ingest/spool-record.ts';
import type { Router } from '../../src/routing/router.ts';

export const TEST_KEY = 'lqo_test_key_of_the_caller';

/** A spool in memory that can be slow, full or broken. */
export class MemorySpool implements Spool {
  readonly records: SpoolRecord[] = [];
  refusing = false;
  failing: Error | null = null;
  /** Awaited before a record counts as appended. */
  before: () => Promise<void> = () => Promise.resolve();

  async append(record: SpoolRecord): Promise<'spooled' | 'dropped'> {
    await this.before();
    if (this.failing !== null) throw this.failing;
    this.records.push(record);
    return 'spooled';
  }

  accepting(): boolean {
    return !this.refusing;
  }

  status(): ReturnType<Spool['status']> {
    const records = this.records.length;
    return { bytes: 0, maxBytes: 1, records, dropped: 0, degraded: false, problem: null };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TestGateway {
  /** Without `/v1`. */
  readonly url: string;
  /** Empty when another spool was given. */
  readonly spool: MemorySpool;
  readonly metrics: Metrics;
  readonly inFlight: InFlight;
  /** The records so far, once at least `count` are there. */
  records(count?: number): Promise<ExchangeRecord[]>;
  close(): Promise<void>;
}

/** Whatever a test wants to be other than usual. */
export interface TestFeatures extends Pick<GatewayDeps, 'limits' | 'arms' | 'cache' | 'budgets'> {
  readonly router?: Router;
  readonly guardedLookup?: PoolsOptions['guardedLookup'];
}

/** The gateway's routes on a free port of loopback, with a spool in memory and the simplest key check. */
export async function startTestGateway(
  environment: Record<string, string>,
  spool: Spool = new MemorySpool(),
  features: TestFeatures = {},
): Promise<TestGateway> {
  const config = parseConfig(environment);
  const memory = spool instanceof MemorySpool ? spool : new MemorySpool();
  const { router, guardedLookup, ...hooks } = features;
  const upstream = createUpstream(config, router, guardedLookup);
  const inFlight = new InFlight();
  const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  const app = Fastify({
    http: { maxHeaderSize: 65_536 },
    routerOptions: { maxParamLength: 1024 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('auth');
  app.addHook('onRequest', async (request) => {
    if (!keysOf(request.headers).includes(TEST_KEY)) throw new AppError('unauthorized', 'No.');
    request.auth = {
      kind: 'key',
      projectId: '00000000-0000-7000-8000-000000000001',
      projectSlug: 'default',
      keyId: '00000000-0000-7000-8000-000000000002',
      userId: null,
      actor: 'key:test',
      scopes: new Set(['gateway']),
    };
  });
  gatewayRoutes(app, {
    ...hooks,
    config,
    spool,
    upstream,
    inFlight,
    metrics,
    clock: systemClock,
    newId: createIdGenerator(systemClock),
    log: createLog('silent'),
  });
  app.setErrorHandler((thrown, _request, reply) => {
    const error = asError(thrown);
    const status = error instanceof AppError ? error.status : 500;
    return reply.code(status).send({ error: { message: error.message } });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spool: memory,
    metrics,
    inFlight,
    async records(count = 1) {
      for (let tries = 0; memory.records.length < count && tries < 500; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return memory.records.filter((record) => record.kind === 'exchange');
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await upstream.close();
    },
  };
}
