import type { AddressInfo } from 'node:net';
import { KeyDirectory } from '../../src/access/key-directory.ts';
import { hashToken, makeApiKey } from '../../src/access/key-format.ts';
import { NewRoute, type RouteTarget } from '../../src/contract/routing.ts';
import { systemClock } from '../../src/core/clock.ts';
import { parseConfig } from '../../src/core/config.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import { InFlight } from '../../src/gateway/in-flight.ts';
import { gatewayRoutes } from '../../src/gateway/routes.ts';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { buildServer } from '../../src/http/server.ts';
import type { ExchangeRecord } from '../../src/ingest/spool-record.ts';
import { guardedLookup } from '../../src/routing/guard-address.ts';
import { createRouting } from '../../src/routing/routing.ts';
import type { ProviderEntry, RouteEntry } from '../../src/routing/snapshot.ts';
import { MemorySpool } from '../support/gateway-server.ts';

const PROJECT = '00000000-0000-7000-8000-000000000001';

/** A provider and its models, best first; each further one is a tier of its own. */
export interface RoutePlan {
  readonly name: string;
  readonly targets: readonly (Partial<RouteTarget> & Pick<RouteTarget, 'providerId' | 'model'>)[];
  readonly policy?: Partial<RouteEntry>;
}

export interface FaultGateway {
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly inFlight: InFlight;
  readonly server: import('node:http').Server;
  /** Records of calls so far, once at least `count` are there. */
  records(count?: number): Promise<readonly ExchangeRecord[]>;
  close(): Promise<void>;
}

/** What is left out of an entry. */
export function providerEntry(
  more: Partial<ProviderEntry> & Pick<ProviderEntry, 'id' | 'baseUrl'>,
): ProviderEntry {
  return {
    projectId: PROJECT,
    name: more.id,
    kind: 'openai-compatible',
    dialect: 'openai',
    credentialHeaders: { authorization: `Bearer sk-${more.id}` },
    apiVersion: null,
    allowLinkLocal: false,
    isDefault: false,
    enabled: true,
    problem: null,
    revision: '1',
    ...more,
  };
}

function routeEntry({ name, targets, policy = {} }: RoutePlan): RouteEntry {
  const route = NewRoute.parse({
    name,
    targets: targets.map((target, priority) => ({ priority, ...target })),
  });
  const { title: _title, ...known } = route;
  return { id: `route-${name}`, projectId: PROJECT, createdAtSeconds: 0, ...known, ...policy };
}

export interface FaultGatewayOptions {
  readonly providers: readonly ProviderEntry[];
  readonly routes: readonly RoutePlan[];
  readonly environment?: Record<string, string>;
}

/**
 * The real server with the real gateway, router and connections in this process; only the spool is in
 * memory and the routes come from a snapshot instead of a database.
 */
export async function startFaultGateway(options: FaultGatewayOptions): Promise<FaultGateway> {
  const config = parseConfig({ ...options.environment });
  const clock = systemClock;
  const log = createLog('silent');
  const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  const { directory, router } = createRouting({ config, clock, metrics });
  directory.replace({
    version: 1,
    providers: options.providers,
    models: [],
    routes: options.routes.map(routeEntry),
  });
  const upstream = createUpstream(config, router, guardedLookup);
  const spool = new MemorySpool();
  const inFlight = new InFlight();
  const newId = createIdGenerator(clock);
  const { keys, key } = oneKey();
  const { app } = await buildServer({
    config,
    log,
    clock,
    newId,
    metrics,
    version: '0.0.0-test',
    checks: [],
    webRoot: null,
    access: { directory: keys, sessions: { read: () => Promise.resolve(null) } },
    routes: (server) =>
      gatewayRoutes(server, { config, spool, upstream, inFlight, metrics, clock, newId, log }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    key,
    inFlight,
    server: app.server,
    async records(count = 0) {
      for (let tries = 0; spool.records.length < count && tries < 500; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return spool.records.filter((record) => record.kind === 'exchange');
    },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await upstream.close();
    },
  };
}

function oneKey(): { keys: KeyDirectory; key: string } {
  const key = makeApiKey();
  const keys = new KeyDirectory(systemClock);
  keys.replace({
    version: 1,
    projects: [
      {
        id: PROJECT,
        slug: 'default',
        name: 'Default',
        isDemo: false,
        createdAt: '2026-11-21T00:00:00.000Z',
      },
    ],
    keys: [
      {
        id: '00000000-0000-7000-8000-000000000002',
        projectId: PROJECT,
        hash: hashToken(key),
        prefix: 'lqo_test',
        scopes: ['gateway'],
        expiresAtMs: null,
        publicUse: null,
      },
    ],
  });
  return { keys, key };
}
