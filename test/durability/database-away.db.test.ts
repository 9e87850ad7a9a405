import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLedger } from '../../src/ingest/ledger.ts';
import { recordAll } from '../../src/record.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { startPostgres, type TestPostgres } from '../support/services.ts';
import { dataFolder, silent } from './data-folder.ts';
import { exchangeRecord } from './exchange-record.ts';
import { pause } from './processes.ts';

describe.runIf(process.env['TEST_DATABASE'] === 'postgres')(
  'given a database that goes away',
  () => {
    const data = dataFolder();
    let server: TestPostgres;
    let store: Store;
    beforeAll(async () => {
      server = await startPostgres({ durable: true });
      store = await openStore({
        databaseUrl: server.url,
        dataDir: data.path,
        poolSize: 3,
        log: silent,
        clock: systemClock,
      });
    });
    afterAll(async () => {
      await store?.close();
      await server?.stop();
      data.remove();
    });

    it('acknowledges on, sets nothing aside, and stores everything once when it is back', {
      timeout: 120_000,
    }, async () => {
      const spool = await data.openSpool();
      const loader = data.startLoader({
        db: store.database,
        ownSpoolId: spool.spoolId,
        steps: [recordAll],
      });
      const acknowledged: string[] = [];
      let running = true;
      const traffic = (async () => {
        while (running) {
          const record = exchangeRecord();
          expect(await spool.append(record)).toBe('spooled');
          acknowledged.push(record.id);
          await pause(2);
        }
      })();
      await pause(500);
      await server.kill();
      const before = acknowledged.length;
      await expect.poll(() => loader.status().problem, { timeout: 20_000 }).not.toBeNull();
      await pause(1_500);
      expect(acknowledged.length).toBeGreaterThan(before);
      await server.restart();
      await pause(500);
      // Once more, in an orderly way.
      await server.pause();
      await pause(500);
      await server.restart();
      running = false;
      await traffic;
      await loader.settled();
      expect(loader.status()).toMatchObject({ problem: null, rejected: 0 });
      const rows = await store.database.query<{ id: string }>(
        'select id from interactions order by id',
      );
      expect(rows.map(({ id }) => id)).toEqual(acknowledged.toSorted((a, b) => (a < b ? -1 : 1)));
      const ledger = createLedger({
        database: store.database,
        spoolDirectory: data.spoolDirectory,
      });
      expect(await ledger.read()).toMatchObject({
        stored: acknowledged.length,
        spooled: 0,
        rejected: 0,
        balanced: true,
      });
      await spool.close();
      await loader.stop(5_000);
    });

    it('ends at once when it is told to stop while the database is away, and loads the rest at the next start', {
      timeout: 60_000,
    }, async () => {
      const spool = await data.openSpool();
      const loader = data.startLoader({
        db: store.database,
        ownSpoolId: spool.spoolId,
        steps: [recordAll],
      });
      await server.pause();
      const record = exchangeRecord();
      await spool.append(record);
      await expect.poll(() => loader.status().problem, { timeout: 20_000 }).not.toBeNull();
      await spool.close();
      const startedAt = performance.now();
      await loader.stop(30_000);
      expect(performance.now() - startedAt).toBeLessThan(20_000);
      await server.restart();
      const next = data.startLoader({ db: store.database, steps: [recordAll] });
      await next.settled();
      await next.stop(5_000);
      const found = await store.database.query('select 1 from interactions where id = $1', [
        record.id,
      ]);
      expect(found).toHaveLength(1);
    });
  },
);
