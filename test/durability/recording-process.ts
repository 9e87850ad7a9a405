import { systemClock } from '../../src/core/clock.ts';
import { createLedger } from '../../src/ingest/ledger.ts';
import { recordAll } from '../../src/record.ts';
import { openStore } from '../../src/store/open.ts';
import { dataFolder, silent } from './data-folder.ts';
import { exchangeRecord } from './exchange-record.ts';

/**
 * A process under test: spool, loader and database as in the program. It records as fast as its four
 * callers can and tells its parent the id of each record once it was acknowledged.
 * RECORD_MODE: `load` records until it is killed or told to stop; `write` does so without a database;
 * `check` loads what is left and answers what is stored.
 */
const mode = process.env['RECORD_MODE'];
const data = dataFolder(process.env['DATA_DIR']);
const CALLERS = 4;
let stopping = false;
process.on('message', () => {
  stopping = true;
});

function tell(message: unknown): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

async function recordUntilTold(
  append: (record: ReturnType<typeof exchangeRecord>) => Promise<string>,
) {
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (!stopping) {
        const record = exchangeRecord();
        if ((await append(record)) === 'spooled') await tell({ acknowledged: record.id });
        // A breath, so that the parent is not flooded.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }),
  );
}

async function openDatabase() {
  const store = await openStore({
    databaseUrl: process.env['DATABASE_URL'] || null,
    dataDir: data.path,
    poolSize: 3,
    log: silent,
    clock: systemClock,
  });
  return store;
}

async function writeOnly(): Promise<void> {
  const spool = await data.openSpool({ loads: false, segmentBytes: 200_000 });
  await tell({ ready: true });
  await recordUntilTold((record) => spool.append(record));
  await spool.close();
}

async function loadToo(): Promise<void> {
  const store = await openDatabase();
  const spool = await data.openSpool({ segmentBytes: 200_000 });
  const loader = data.startLoader({
    db: store.database,
    ownSpoolId: spool.spoolId,
    steps: [recordAll],
    batch: { records: 50, fillMs: 10 },
  });
  await tell({ ready: true });
  await recordUntilTold((record) => spool.append(record));
  await spool.close();
  await loader.stop(30_000);
  await store.close();
}

async function check(): Promise<void> {
  const store = await openDatabase();
  const loader = data.startLoader({ db: store.database, steps: [recordAll] });
  await loader.settled();
  await loader.stop(30_000);
  const { database } = store;
  const rows = await database.query<{ id: string }>('select id from interactions');
  const bodies = await database.query<{ id: string }>(
    'select interaction_id as id from interaction_bodies',
  );
  const [counted] = await database.query<{ n: number }>(
    'select coalesce(sum(interactions), 0)::bigint as n from activity',
  );
  const ledger = await createLedger({ database, spoolDirectory: data.spoolDirectory }).read();
  await tell({
    ids: rows.map(({ id }) => id),
    bodies: bodies.length,
    counted: Number(counted?.n),
    ledger,
  });
  await store.close();
}

if (mode === 'check') await check();
else if (mode === 'write') await writeOnly();
else await loadToo();
process.disconnect?.();
