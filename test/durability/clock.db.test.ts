import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createIdGenerator } from '../../src/core/ids.ts';
import { createLedger } from '../../src/ingest/ledger.ts';
import { testDatabase } from '../support/database.ts';
import { dataFolder } from './data-folder.ts';
import { exchangeRecord } from './exchange-record.ts';

const db = await testDatabase();
const HOUR = 3_600_000;

describe('given a clock that steps', () => {
  it('stores every record once, with the time it claimed', async () => {
    const data = dataFolder();
    let skewMs = 0;
    const clock = { now: () => Date.now() + skewMs, monotonic: systemClock.monotonic };
    const newId = createIdGenerator(clock);
    const spool = await data.openSpool({ clock, segmentBytes: 20_000 });
    const loader = data.startLoader({ db, clock, ownSpoolId: spool.spoolId });
    const records = [];
    // Hours back, days back, far ahead, and back again; also to years that have no partition.
    for (const step of [
      0,
      -2 * HOUR,
      -72 * HOUR,
      24 * HOUR,
      -20_000 * HOUR,
      90_000 * HOUR,
      -1000,
    ]) {
      skewMs = step;
      for (let n = 0; n < 10; n++) {
        const record = exchangeRecord({ id: newId(), receivedAtMs: clock.now() });
        await spool.append(record);
        records.push(record);
      }
      await loader.settled();
    }
    const rows = await db.query<{ id: string; created_at: Date }>(
      'select id, created_at from interactions',
    );
    const times = new Map(rows.map((row) => [row.id, row.created_at.getTime()]));
    expect(rows).toHaveLength(records.length);
    for (const { id, receivedAtMs } of records) expect(times.get(id)).toBe(receivedAtMs);
    const ledger = createLedger({ database: db, spoolDirectory: data.spoolDirectory });
    expect(await ledger.read()).toMatchObject({ stored: records.length, balanced: true });
    await spool.close();
    await loader.stop(5_000);
    data.remove();
  });
});
