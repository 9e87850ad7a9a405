import { join } from 'node:path';
import { type Access, openAccess } from './access/access.ts';
import { readAccessSnapshot } from './access/key-directory.ts';
import { offerLocalAccess } from './access/local-access.ts';
import { type Provisioned, provision } from './access/provision.ts';
import { type Background, startBackground } from './background.ts';
import { provisionEnvironmentChannels } from './channel-parts.ts';
import type { Clock } from './core/clock.ts';
import { type Config, ConfigError } from './core/config.ts';
import { createIdGenerator, type NewId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import { createMetrics, type Metrics } from './core/metrics.ts';
import { watchEventLoop } from './core/watch-event-loop.ts';
import type { GatewayWay } from './evaluation/ask-gateway.ts';
import { InFlight } from './gateway/in-flight.ts';
import { type OwnControls, openControls } from './gateway-controls.ts';
import { type GatewayProcesses, startGatewayProcesses } from './gateway-processes.ts';
import { assertSafeToListen } from './http/authenticate.ts';
import type { ReadyCheck } from './http/health.ts';
import { listenInside } from './http/inner-server.ts';
import { buildServer, type Server } from './http/server.ts';
import { type DiskSpool, openSpool } from './ingest/spool.ts';
import { type TraceDir, watchTraceDir } from './ingest/trace-dir.ts';
import { listen, ownUrl } from './listen.ts';
import { applyMonitorsFile, watchMonitors } from './monitor-parts.ts';
import { registerRoutes } from './routes.ts';
import { meterDatabase } from './store/meter-database.ts';
import { openStore, type Store } from './store/open.ts';

/** Everything that routes are made of; each feature takes what it needs. */
export interface Parts {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly access: Access;
  readonly spool: DiskSpool;
  readonly background: Background;
  readonly controls: OwnControls;
  readonly inFlight: InFlight;
  /** Gateway processes beside this one, once they run; null without any. */
  readonly gateways: { current: GatewayProcesses | null };
}

export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  /** Folder of the built web app; null serves none. */
  readonly webRoot: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The running program. */
export interface RunningApp {
  readonly url: string;
  readonly provisioned: Provisioned;
  readonly parts: Parts;
  /** Resolves with the cause when a part ended that the program cannot do without. */
  readonly crashed: Promise<Error>;
  /** Refuses new calls, waits for those under way, loads what is spooled, closes everything. */
  stop(): Promise<void>;
}

/** How long a stop waits for calls under way, and for loading what is left. */
const DRAIN_MS = 20_000;
const LOAD_REST_MS = 10_000;

/** Starts the program. Throws ConfigError, FolderLockedError, MigrationError … with a message for its operator. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { config, log } = options;
  refuseImpossible(config);
  const closers = new Closers(log);
  try {
    const { parts, provisioned } = await openParts(options, closers);
    await applyMonitorsFile(parts, provisioned.projectId);
    const monitors = watchMonitors(parts);
    closers.add('watch over monitors', () => monitors.stop());
    const server = await openServer(options, parts);
    const url = await openDoor(options, { parts, server }, closers);
    await parts.background.call('gateway', wayInside(config, parts, url));
    const local = await offerLocalAccess({
      dataDir: config.DATA_DIR,
      url,
      directory: parts.access.directory,
    });
    closers.add('local access', () => local.close());
    closers.add('calls under way', () => parts.inFlight.drain(DRAIN_MS, options.clock));
    const crashed = Promise.race([
      parts.background.crashed,
      parts.store.crashed,
      ...(parts.gateways.current === null ? [] : [parts.gateways.current.crashed]),
    ]);
    return { url, provisioned, parts, crashed, stop: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** How the background thread reaches a gateway; null where this program answers no calls and names none that does. */
function wayInside(
  { LQO_GATEWAY_URL, LQO_ROLE }: Config,
  { controls }: Pick<Parts, 'controls'>,
  url: string,
): GatewayWay | null {
  const answersCalls = LQO_ROLE === 'all' || LQO_ROLE === 'gateway';
  const gatewayUrl = LQO_GATEWAY_URL ?? (answersCalls ? ownUrl(url) : null);
  return gatewayUrl === null ? null : { url: gatewayUrl, key: controls.insideKey };
}

function refuseImpossible(config: Config): void {
  // What the environment alone tells; whether somebody can sign in is known once the database is open.
  assertSafeToListen(config, { hasAdministrator: true });
  if (config.LQO_ROLE !== 'all' && config.DATABASE_URL === null) {
    throw new ConfigError(
      `LQO_ROLE=${config.LQO_ROLE} needs DATABASE_URL: the embedded database belongs to one process, whose role is all.`,
    );
  }
}

async function openParts(
  options: AppOptions,
  closers: Closers,
): Promise<{ parts: Parts; provisioned: Provisioned }> {
  const { config, clock, log, version } = options;
  const newId = createIdGenerator(clock);
  const metrics = createMetrics({ version, environment: config.APP_ENV, defaults: true });
  watchProcess(metrics, options, closers);
  const store = await openMeteredStore(metrics, options, closers);
  const { database } = store;
  const provisioned = await provision({ database, config, newId, clock });
  for (const warning of provisioned.warnings) log.warn(warning);
  assertSafeToListen(config, provisioned);
  const access = await openAccess({ database, clock, newId, log });
  closers.add('access', () => access.close());
  const spool = await openSpool({
    directory: join(config.DATA_DIR, 'spool'),
    sync: config.SPOOL_SYNC,
    maxBytes: config.SPOOL_MAX_BYTES,
    segmentBytes: config.SPOOL_SEGMENT_BYTES,
    full: config.SPOOL_FULL,
    loads: true,
    clock,
    log,
  });
  const runsJobs = config.LQO_ROLE === 'all' || config.LQO_ROLE === 'worker';
  const background = startBackground({
    config,
    version,
    loaderTarget: store.target(),
    jobsTarget: store.target(),
    ownSpoolId: spool.spoolId,
    runsJobs,
  });
  closers.add('background', () => background.stop(LOAD_REST_MS));
  closers.add('spool', () => spool.close());
  const controls = await openControls({ config, database, clock, newId, log, metrics });
  closers.add('controls of the gateway', () => controls.close());
  access.directory.admitInside(controls.insideKey);
  await provisionEnvironmentChannels(
    { store, clock, newId, controls, config, log },
    provisioned.projectId,
  );
  const parts = {
    config,
    version,
    clock,
    newId,
    log,
    metrics,
    store,
    access,
    spool,
    background,
    controls,
  };
  if (config.TRACE_ENABLE && runsJobs) {
    const traceDir = watchTraces(parts, provisioned.projectId);
    closers.add('trace files', () => traceDir.stop());
  }
  return {
    parts: { ...parts, inFlight: new InFlight(), gateways: { current: null } },
    provisioned,
  };
}

/** When the process started, what its spool holds at most, and how its event loop does. */
function watchProcess(metrics: Metrics, { config, clock }: AppOptions, closers: Closers): void {
  metrics.operations.startedAt.set(clock.now() / 1000);
  metrics.program.spoolLimit.set(config.SPOOL_MAX_BYTES);
  const stopWatching = watchEventLoop(metrics, 'main');
  closers.add('event loop', () => Promise.resolve(stopWatching()));
}

async function openMeteredStore(
  metrics: Metrics,
  { config, log, clock, signal }: AppOptions,
  closers: Closers,
): Promise<Store> {
  const store = await openStore({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    poolSize: config.DATABASE_POOL_SIZE,
    log,
    clock,
    signal,
  });
  closers.add('database', () => store.close());
  return { ...store, database: meterDatabase(store.database, { metrics, clock }) };
}

/** Listens: by itself, or through gateway processes that share the port. Answers the URL. */
async function openDoor(
  { config, clock, log, version }: AppOptions,
  { parts, server }: { parts: Parts; server: Server },
  closers: Closers,
): Promise<string> {
  if (config.LQO_WORKERS === 1) {
    const url = await listen(server, config);
    closers.add('connections', () => server.app.close());
    return url;
  }
  const inner = await listenInside(server.app);
  closers.add('inner connections', () => inner.close());
  const { store, access, controls } = parts;
  const gateways = await startGatewayProcesses({
    count: config.LQO_WORKERS,
    config,
    version,
    socketPath: inner.socketPath,
    insideKey: controls.insideKey,
    clock,
    log,
    feeds: [
      {
        name: 'access',
        version: () => access.directory.version,
        read: () => readAccessSnapshot(store.database),
      },
      ...controls.feeds,
    ],
    handlers: (client) => ({
      ...controls.handlers(client),
      session: (token: string) => access.sessions.read(token),
      used: (used: ReadonlyMap<string, number>) => access.directory.returnUsed(used),
    }),
    gone: (client) => controls.gone(client),
  });
  parts.gateways.current = gateways;
  closers.add('gateway processes', () => gateways.stop());
  return gateways.url;
}

function watchTraces(
  {
    config,
    spool,
    clock,
    log,
    metrics,
  }: Pick<Parts, 'config' | 'spool' | 'clock' | 'log' | 'metrics'>,
  projectId: string,
): TraceDir {
  return watchTraceDir({
    directory: config.TRACE_DIR,
    stateFile: join(config.DATA_DIR, 'trace-places.json'),
    spool,
    projectId,
    maxLineBytes: config.EVENT_MAX_LINE_BYTES,
    clock,
    log,
    metrics,
  });
}

async function openServer(options: AppOptions, parts: Parts): Promise<Server> {
  const servesPages = options.config.LQO_ROLE === 'all' || options.config.LQO_ROLE === 'api';
  return await buildServer({
    ...parts,
    checks: readyChecks(parts),
    webRoot: servesPages ? options.webRoot : null,
    routes: (app) => registerRoutes(app, parts),
  });
}

function readyChecks({ store, spool, background, gateways }: Parts): ReadyCheck[] {
  return [
    {
      name: 'gateway',
      check: async (): Promise<string | null> => (await gateways.current?.problem()) ?? null,
    },
    {
      name: 'database',
      check: async (): Promise<string | null> => {
        await store.database.query('select 1');
        return null;
      },
    },
    { name: 'spool', check: async (): Promise<string | null> => spool.status().problem },
    {
      name: 'loader',
      check: async (): Promise<string | null> => (await background.status()).problem,
    },
  ];
}

/** Closes what was opened, last first, whatever fails on the way. */
class Closers {
  readonly #log: Log;
  readonly #entries: { name: string; close(): Promise<unknown> }[] = [];
  #closing: Promise<void> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<unknown>): void {
    this.#entries.push({ name, close });
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#entries.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ err: error, part: name }, 'could not be closed cleanly');
      }
    }
  }
}
