import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { createLog, type Log } from '../../src/core/log.ts';
import { createMetrics, type Metrics } from '../../src/core/metrics.ts';
import { type LoaderOptions, startLoader } from '../../src/ingest/loader.ts';
import { type DiskSpool, openSpool, type SpoolOptions } from '../../src/ingest/spool.ts';
import { storeRecords } from '../../src/interactions/store-records.ts';
import type { Database } from '../../src/store/database.ts';

export const silent: Log = createLog(process.env['TEST_LOG'] ?? 'silent');

export function testMetrics(): Metrics {
  return createMetrics({ version: '0', environment: 'test', defaults: false });
}

/** A data folder of a test with the ways to write and load a spool in it. */
export interface DataFolder {
  readonly path: string;
  readonly spoolDirectory: string;
  readonly rejectedDirectory: string;
  openSpool(options?: Partial<SpoolOptions>): Promise<DiskSpool>;
  startLoader(options: Partial<LoaderOptions> & { db: Database }): ReturnType<typeof startLoader>;
  remove(): void;
}

export function dataFolder(given?: string): DataFolder {
  const path = given ?? mkdtempSync(join(tmpdir(), 'lqo-data-'));
  const spoolDirectory = join(path, 'spool');
  const rejectedDirectory = join(path, 'rejected');
  return {
    path,
    spoolDirectory,
    rejectedDirectory,
    openSpool: (options = {}) =>
      openSpool({
        directory: spoolDirectory,
        sync: 'interval',
        maxBytes: 1024 ** 3,
        segmentBytes: 64 * 1024 ** 2,
        full: 'serve',
        loads: true,
        clock: systemClock,
        log: silent,
        ...options,
      }),
    startLoader: (options) =>
      startLoader({
        spoolDirectory,
        rejectedDirectory,
        ownSpoolId: null,
        steps: [storeRecords],
        clock: systemClock,
        log: silent,
        metrics: testMetrics(),
        batch: { fillMs: 10 },
        ...options,
      }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
