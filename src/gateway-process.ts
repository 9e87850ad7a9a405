import { join } from 'node:path';
import { type AccessSnapshot, KeyDirectory } from './access/key-directory.ts';
import type { Session } from './access/sessions.ts';
import type { MetricsJson } from './background.ts';
import type { CacheCounts } from './cache/create-answer-cache.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import { asError } from './core/errors.ts';
import { createIdGenerator } from './core/ids.ts';
import { createLog } from './core/log.ts';
import { createMetrics, type Metrics } from './core/metrics.ts';
import { watchEventLoop } from './core/watch-event-loop.ts';
import { InFlight } from './gateway/in-flight.ts';
import { gatewayRoutes } from './gateway/routes.ts';
import { createControls, type GivenControls } from './gateway-process-controls.ts';
import type { GatewayProcessData, GatewayProcessStatus } from './gateway-processes.ts';
import { buildGatewayServer, type Server } from './http/server.ts';
import { type DiskSpool, openSpool } from './ingest/spool.ts';
import { listen } from './listen.ts';
import type { RouteHealthItem } from './routing/route-health.ts';
import { type Caller, createCaller, serveCalls } from './worker/calls.ts';
import { lineToProcess } from './worker/lines.ts';

/** How long a stop waits for calls under way. */
const DRAIN_MS = 20_000;
const TELL_USED_EVERY_MS = 15_000;

/** The parts of a gateway process that the main one talks to. */
interface OpenGateway {
  readonly spool: DiskSpool;
  readonly inFlight: InFlight;
  readonly metrics: Metrics;
  readonly controls: GivenControls;
  /** Takes a newer copy of what the main process knows. */
  replace(name: string, snapshot: unknown): void;
  stop(): Promise<void>;
}

/**
 * One of several gateway processes: answers the gateway's paths with what the main process gave it,
 * appends to a spool of its own, and sends everything else to the main process. Resolves when the main
 * process told it to stop, or is gone.
 */
export async function runGatewayProcess(clock: Clock): Promise<void> {
  const line = lineToProcess(process);
  const main = createCaller(line);
  const opened = Promise.withResolvers<OpenGateway>();
  const ended = Promise.withResolvers<void>();
  const stop = async (): Promise<void> => {
    const gateway = await opened.promise;
    await gateway.stop();
  };
  serveCalls(line, {
    replace: async ({ name, snapshot }: { name: string; snapshot: unknown }): Promise<void> =>
      (await opened.promise).replace(name, snapshot),
    metrics: async (): Promise<MetricsJson> =>
      (await opened.promise).metrics.registry.getMetricsAsJSON(),
    cacheCounts: async (projectId: string): Promise<CacheCounts> =>
      (await opened.promise).controls.cache.counts(projectId),
    routeHealth: async (projectId: string): Promise<readonly RouteHealthItem[]> =>
      (await opened.promise).controls.router.health(projectId),
    status: async (): Promise<GatewayProcessStatus> => statusOf(await opened.promise),
    stop: () => stop(),
  });
  // Whether it was asked to stop or the main process died: it leaves when the line ends.
  line.onEnd(() => {
    stop().then(ended.resolve, ended.reject);
  });
  try {
    opened.resolve(await openGateway(main, clock));
  } catch (thrown) {
    await main.call('failed', asError(thrown).message);
    return;
  }
  await ended.promise;
}

function statusOf({ spool, inFlight }: OpenGateway): GatewayProcessStatus {
  return { problem: spool.status().problem, callsUnderWay: inFlight.size };
}

async function openGateway(main: Caller, clock: Clock): Promise<OpenGateway> {
  // The other side is our own gateway-processes.ts.
  const data = (await main.call('hello')) as GatewayProcessData;
  const { config } = data;
  const log = createLog(config.LOG_LEVEL).child({ process: 'gateway' });
  const metrics = createMetrics({
    version: data.version,
    environment: config.APP_ENV,
    defaults: false,
  });
  watchEventLoop(metrics, 'gateway');
  const newId = createIdGenerator(clock);
  const directory = new KeyDirectory(clock);
  directory.admitInside(data.insideKey);
  const controls = createControls({ config, clock, newId, log, metrics, main });
  const takers: Readonly<Record<string, (snapshot: never) => void>> = {
    ...controls.takers,
    access: (snapshot: AccessSnapshot) => directory.replace(snapshot),
  };
  const replace = (name: string, snapshot: unknown): void => takers[name]?.(snapshot as never);
  for (const [name, snapshot] of Object.entries(data.snapshots)) replace(name, snapshot);
  const spool = await openSpool(spoolOptions(config, { clock, log }));
  const inFlight = new InFlight();
  const server = await buildGatewayServer({
    config,
    log,
    clock,
    newId,
    metrics,
    access: {
      directory,
      // The main process answers with what its own sessions say.
      sessions: { read: (token) => main.call('session', token) as Promise<Session | null> },
    },
    socketPath: data.socketPath,
    routes: (app) =>
      gatewayRoutes(app, { ...controls, config, spool, inFlight, clock, newId, metrics, log }),
  });
  const telling = setInterval(() => void tellUsed(main, directory), TELL_USED_EVERY_MS);
  await main.call('listening', await listen(server, config));
  const stop = once(async () => {
    clearInterval(telling);
    await closeDoor(server, inFlight, clock);
    await tellUsed(main, directory);
    await controls.close();
    await spool.close();
  });
  return { spool, inFlight, metrics, controls, replace, stop };
}

function spoolOptions(
  config: Config,
  { clock, log }: Pick<Parameters<typeof openSpool>[0], 'clock' | 'log'>,
): Parameters<typeof openSpool>[0] {
  return {
    directory: join(config.DATA_DIR, 'spool'),
    sync: config.SPOOL_SYNC,
    maxBytes: config.SPOOL_MAX_BYTES,
    segmentBytes: config.SPOOL_SEGMENT_BYTES,
    full: config.SPOOL_FULL,
    loads: false,
    clock,
    log,
  };
}

/** No new calls; those under way end first. */
async function closeDoor({ app }: Server, inFlight: InFlight, clock: Clock): Promise<void> {
  await Promise.all([inFlight.drain(DRAIN_MS, clock), app.close()]);
}

/** When keys were last used is written by the main process; uses it did not hear of are kept for the next time. */
async function tellUsed(main: Caller, directory: KeyDirectory): Promise<void> {
  const used = directory.takeUsed();
  if (used.size === 0) return;
  await main.call('used', used).catch(() => directory.returnUsed(used));
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
