import { join } from 'node:path';
import { openAccess } from '../../src/access/access.ts';
import { provision } from '../../src/access/provision.ts';
import { controlRoutes } from '../../src/control-routes.ts';
import { systemClock as clock } from '../../src/core/clock.ts';
import { parseConfig } from '../../src/core/config.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLog } from '../../src/core/log.ts';
import { createMetrics } from '../../src/core/metrics.ts';
import { InFlight } from '../../src/gateway/in-flight.ts';
import { gatewayRoutes } from '../../src/gateway/routes.ts';
import { openControls } from '../../src/gateway-controls.ts';
import { buildServer } from '../../src/http/server.ts';
import { openSpool } from '../../src/ingest/spool.ts';
import { openStore } from '../../src/store/open.ts';

/** Our gateway with its real server, key check, controls and durable spool; loading is another process's work, as with `LQO_ROLE=gateway`. */
const config = parseConfig(process.env);
const log = createLog('error');
const newId = createIdGenerator(clock);
const store = await openStore({
  databaseUrl: null,
  dataDir: config.DATA_DIR,
  poolSize: 2,
  log,
  clock,
});
const { database } = store;
await provision({ database, config, newId, clock });
const access = await openAccess({ database, clock, newId, log });
const metrics = createMetrics({ version: 'bench', environment: 'bench', defaults: true });
const spool = await openSpool({
  directory: join(config.DATA_DIR, 'spool'),
  sync: config.SPOOL_SYNC,
  maxBytes: config.SPOOL_MAX_BYTES,
  segmentBytes: config.SPOOL_SEGMENT_BYTES,
  full: config.SPOOL_FULL,
  loads: false,
  clock,
  log,
});
const controls = await openControls({ config, database, clock, newId, log, metrics });
const { app } = await buildServer({
  config,
  version: 'bench',
  log,
  clock,
  newId,
  metrics,
  access,
  checks: [],
  webRoot: null,
  routes: (scope) => {
    gatewayRoutes(scope, {
      ...controls,
      config,
      spool,
      inFlight: new InFlight(),
      clock,
      newId,
      metrics,
      log,
    });
    // Features are switched on over the API, as users do it; these are all the parts that takes.
    const parts = { config, store, clock, newId, controls, gateways: { current: null } };
    controlRoutes(scope, parts as unknown as Parameters<typeof controlRoutes>[1]);
  },
});
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port: Number(new URL(url).port) });
process.on('message', (message) => {
  if (message === 'spooled') process.send?.({ spooled: spool.status().records });
});
// An orderly exit lets `--cpu-prof` write what it saw.
process.on('SIGTERM', () => process.exit(0));
