import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, dataFolder } from '../../test/durability/data-folder.ts';
import { exchangeRecord } from '../../test/durability/exchange-record.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createMetrics } from '../core/metrics.ts';
import { createLedger, type SpoolLedger } from './ledger.ts';
import type { DiskSpool } from './spool.ts';
import { machineFiles } from './spool-files.ts';
import { listSegments, segmentPath } from './spool-layout.ts';

const db = await testDatabase();
let data: DataFolder;

beforeEach(async () => {
  data = dataFolder();
  await db.exec('truncate interactions, interaction_bodies, spans, scores, spool_offsets');
});
afterEach(() => data.remove());

function read(): Promise<SpoolLedger> {
  return createLedger({ database: db, spoolDirectory: data.spoolDirectory }).read();
}

async function append(spool: DiskSpool, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await spool.append(exchangeRecord());
}

async function load(ownSpoolId: string | null = null): Promise<void> {
  const loader = data.startLoader({ db, ownSpoolId });
  await loader.settled();
  await loader.stop(10_000);
}

describe('given records on their way', () => {
  it('adds up before, while and after they are loaded, and after the writer has gone', async () => {
    const spool = await data.openSpool();
    await append(spool, 7);
    expect(await read()).toMatchObject({ accepted: 7, spooled: 7, stored: 0, balanced: true });
    await load(spool.spoolId);
    expect(await read()).toMatchObject({ accepted: 7, spooled: 0, stored: 7, balanced: true });
    await append(spool, 3);
    expect(await read()).toMatchObject({ accepted: 10, spooled: 3, stored: 7, balanced: true });
    await spool.close();
    await load();
    expect(await read()).toMatchObject({ accepted: 10, spooled: 0, stored: 10, balanced: true });
    const next = await data.openSpool();
    await append(next, 2);
    expect(await read()).toMatchObject({ accepted: 12, spooled: 2, stored: 10, balanced: true });
    await next.close();
  });

  it('tells what it cannot account for', async () => {
    const spool = await data.openSpool();
    await append(spool, 7);
    await load(spool.spoolId);
    const metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
    const shown = createLedger({ database: db, spoolDirectory: data.spoolDirectory, metrics });
    await shown.read();
    expect(await metrics.registry.metrics()).toContain('\nlqo_ledger_difference_records 0\n');
    await db.exec('update spool_offsets set stored = stored - 2');
    await shown.read();
    expect(await metrics.registry.metrics()).toContain('\nlqo_ledger_difference_records 2\n');
    await spool.close();
  });

  it('adds up while a loader is at work', async () => {
    const spool = await data.openSpool({ segmentBytes: 20_000 });
    const loader = data.startLoader({
      db,
      ownSpoolId: spool.spoolId,
      batch: { records: 7, fillMs: 0 },
    });
    const ledger = createLedger({ database: db, spoolDirectory: data.spoolDirectory });
    for (let round = 0; round < 10; round++) {
      await append(spool, 20);
      expect(await ledger.read()).toMatchObject({ balanced: true });
    }
    await loader.settled();
    expect(await ledger.read()).toMatchObject({ accepted: 200, stored: 200, balanced: true });
    await spool.close();
    await loader.stop(5_000);
  });

  it('counts what was dropped and what was set aside', async () => {
    let full = false;
    const files = {
      ...machineFiles,
      write: (fd: number, bytes: Buffer, position: number): Promise<number> =>
        full
          ? Promise.reject(new Error('ENOSPC: no space left on device'))
          : machineFiles.write(fd, bytes, position),
    };
    const spool = await data.openSpool({ files });
    await append(spool, 2);
    full = true;
    await append(spool, 3);
    full = false;
    await expect.poll(() => spool.status().degraded, { timeout: 5_000 }).toBe(false);
    await spool.append(exchangeRecord({ latencyMs: 'never' as unknown as number }));
    await load(spool.spoolId);
    expect(await read()).toMatchObject({
      accepted: 6,
      stored: 2,
      dropped: 3,
      rejected: 1,
      balanced: true,
    });
    await spool.close();
    await load();
    expect(await read()).toMatchObject({
      accepted: 6,
      stored: 2,
      dropped: 3,
      rejected: 1,
      balanced: true,
    });
  });

  it('stays true when a writer dies without closing', async () => {
    const spool = await data.openSpool();
    await append(spool, 5);
    // As if the process had been killed: its folder says that nobody lives.
    const owner = join(data.spoolDirectory, spool.spoolId, 'owner.json');
    const dead = { ...JSON.parse(readFileSync(owner, 'utf8')), startTicks: '1' };
    writeFileSync(owner, JSON.stringify(dead));
    await load();
    expect(await read()).toMatchObject({ accepted: 5, stored: 5, balanced: true });
    await spool.close().catch(() => undefined);
  });
});

describe('given books that were tampered with', () => {
  it('does not balance when a line vanishes', async () => {
    const spool = await data.openSpool();
    await append(spool, 6);
    const path = segmentPath(join(data.spoolDirectory, spool.spoolId), 1);
    const lines = readFileSync(path, 'latin1').split('\n');
    writeFileSync(path, [...lines.slice(0, 2), ...lines.slice(3)].join('\n'), 'latin1');
    expect(await read()).toMatchObject({ accepted: 6, spooled: 5, balanced: false });
    await load(spool.spoolId);
    expect(await read()).toMatchObject({ accepted: 6, stored: 5, balanced: false });
    await spool.close();
  });

  it('does not balance when a whole segment vanishes', async () => {
    const spool = await data.openSpool({ segmentBytes: 10_000 });
    await append(spool, 100);
    const directory = join(data.spoolDirectory, spool.spoolId);
    const [, second = 0] = await listSegments(directory);
    rmSync(segmentPath(directory, second));
    await load(spool.spoolId);
    const ledger = await read();
    expect(ledger.balanced).toBe(false);
    expect(ledger.stored).toBeLessThan(ledger.accepted);
    await spool.close();
  });

  it('does not balance when a record is counted twice', async () => {
    const spool = await data.openSpool();
    await append(spool, 4);
    await load(spool.spoolId);
    await db.exec('update spool_offsets set stored = stored + 1');
    expect(await read()).toMatchObject({ accepted: 4, stored: 5, balanced: false });
    await spool.close();
  });
});
