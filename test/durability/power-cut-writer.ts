import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { systemClock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import { openSpool } from '../../src/ingest/spool.ts';
import type { SpoolRecord } from '../../src/ingest/spool-record.ts';
import { openStore } from '../../src/store/open.ts';

/**
 * The program that loses its power. Arguments: what it writes to, and the folder. It prints the
 * number of each write once it was told that the write is safe, and never ends by itself.
 */

const [mode = '', folder = ''] = process.argv.slice(2);
const log = createLog('silent');
const FILLER = 'x'.repeat(1_000);
const CREATE = 'create table if not exists written (n bigint primary key, filler text not null)';
const CHECKPOINT_EVERY = 25;

function acknowledge(n: number): void {
  writeSync(1, `${n}\n`);
}

async function writeDatabase(): Promise<never> {
  const { database } = await openStore({
    databaseUrl: null,
    dataDir: folder,
    poolSize: 1,
    log,
    clock: systemClock,
  });
  await database.exec(CREATE);
  const [last] = await database.query<{ n: number }>(
    'select coalesce(max(n), 0) as n from written',
  );
  for (let n = (last?.n ?? 0) + 1; ; n += 1) {
    await database.transaction(async (tx) => {
      await tx.copyIn({ table: 'written', columns: ['n', 'filler'], rows: [[n, FILLER]] });
    });
    acknowledge(n);
    if (n % CHECKPOINT_EVERY === 0) await database.exec('checkpoint');
  }
}

/** PGlite as it comes: shows that the cut is one. */
async function writeUnprotected(): Promise<never> {
  const pg = await PGlite.create(join(folder, 'plain'));
  await pg.exec(CREATE);
  for (let n = 1; ; n += 1) {
    await pg.query('insert into written values ($1, $2)', [n, FILLER]);
    acknowledge(n);
    if (n % CHECKPOINT_EVERY === 0) await pg.exec('checkpoint');
  }
}

async function writeSpool(): Promise<never> {
  const spool = await openSpool({
    directory: join(folder, 'spool'),
    sync: 'always',
    maxBytes: 2 ** 30,
    segmentBytes: 64 * 1024,
    full: 'refuse',
    loads: true,
    clock: systemClock,
    log,
  });
  for (let n = 1; ; n += 1) {
    await spool.append(spoolRecord(n));
    acknowledge(n);
  }
}

function spoolRecord(n: number): SpoolRecord {
  return {
    kind: 'event',
    id: `record-${n}`,
    projectId: 'project',
    receivedAtMs: n,
    origin: 'event',
    event: { n, filler: FILLER },
  };
}

const writers: Record<string, () => Promise<never>> = {
  database: writeDatabase,
  unprotected: writeUnprotected,
  spool: writeSpool,
};
await writers[mode]?.();
