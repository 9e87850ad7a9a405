import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Parts } from '../../src/app.ts';
import { InFlight } from '../../src/gateway/in-flight.ts';
import { openControls } from '../../src/gateway-controls.ts';
import type { SpoolLedger } from '../../src/ingest/ledger.ts';
import { openSpool } from '../../src/ingest/spool.ts';
import { registerRoutes } from '../../src/routes.ts';
import { type TestApp, type TestAppOptions, testApp } from './app.ts';

/** The server with the routes of every feature. The background thread and the provider are absent. */
export async function wholeApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-whole-'));
  const closers: (() => Promise<void>)[] = [];
  const server = await testApp({
    ...options,
    async routes(app, deps) {
      const { clock, log, config } = deps;
      const spool = await openSpool({
        directory: join(folder, 'spool'),
        sync: 'interval',
        maxBytes: config.SPOOL_MAX_BYTES,
        segmentBytes: config.SPOOL_SEGMENT_BYTES,
        full: 'serve',
        loads: true,
        clock,
        log,
      });
      const { database, newId, metrics } = deps;
      const controls = await openControls({
        config: { ...config, DATA_DIR: folder },
        database,
        clock,
        newId,
        log,
        metrics,
      });
      closers.push(
        () => controls.close(),
        () => spool.close(),
      );
      registerRoutes(
        app,
        asParts({
          ...deps,
          version: '0.0.0-test',
          store: { database: deps.database, kind: deps.database.kind },
          spool,
          background: idleBackground,
          controls,
          gateways: { current: null },
          inFlight: new InFlight(),
        }),
      );
    },
  });
  return {
    ...server,
    async close(): Promise<void> {
      for (const close of closers) await close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const EMPTY_LEDGER: SpoolLedger = {
  accepted: 0,
  stored: 0,
  spooled: 0,
  dropped: 0,
  rejected: 0,
  duplicates: 0,
  spooledBytes: 0,
  balanced: true,
};

/** A background thread that has nothing to do. */
const idleBackground = {
  call: (name: string) => Promise.resolve(name === 'ledger' ? EMPTY_LEDGER : null),
  status: () => Promise.resolve({ problem: null, oldestWaitingSeconds: null }),
  metrics: () => Promise.resolve([]),
};

/** Routes use less of the parts than the program holds; what is left out fails loudly when touched. */
function asParts(parts: object): Parts {
  return parts as Parts;
}
