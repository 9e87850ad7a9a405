import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import { listWriters } from '../../src/ingest/spool-layout.ts';
import { readSpool } from '../../src/ingest/spool-reader.ts';
import { openStore } from '../../src/store/open.ts';
import { createDiskImage, type DiskImage, diskImageProblem } from '../support/disk-image.ts';

/**
 * Pulls the plug: a program writes to an ext4 file system in a file, is stopped at some moment, and
 * the file is copied. The copy holds what was synced and little else, as a disk after a power cut.
 */

const problem = diskImageProblem();
if (problem !== null) {
  if (process.env['CI'] === 'true') throw new Error(`power cuts cannot be tested: ${problem}`);
  console.log(`Skipped: power-cut tests (${problem}).`);
}

const ROUNDS = 3;
const WRITER = fileURLToPath(new URL('./power-cut-writer.ts', import.meta.url));
const disks: DiskImage[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  for (const disk of disks.splice(0)) disk.remove();
});

function keep(disk: DiskImage): DiskImage {
  disks.push(disk);
  return disk;
}

interface Writer {
  /** The numbers that were acknowledged so far. */
  acknowledged(): number[];
  /** Stops the program without a chance to write anything more. */
  freeze(): Promise<void>;
  readonly child: ChildProcess;
}

function startWriter(mode: string, folder: string): Writer {
  const child = spawn(process.execPath, [WRITER, mode, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    acknowledged: () =>
      output
        .slice(0, output.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
        .map(Number),
    freeze: async () => {
      child.kill('SIGSTOP');
      // What it printed before it stopped is still on its way through the pipe.
      await delay(150);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function waitFor(writer: Writer, count: number): Promise<void> {
  while (writer.acknowledged().length < count) {
    if (writer.child.exitCode !== null) throw new Error('the writer ended');
    await delay(5);
  }
}

/** Freezes the writer, cuts the power, and answers the disk as the next start finds it. */
async function cutPower(writer: Writer, disk: DiskImage): Promise<DiskImage> {
  await writer.freeze();
  const after = keep(disk.powerCut());
  await end(writer.child);
  return after;
}

async function openOn(disk: DiskImage) {
  return openStore({
    databaseUrl: null,
    dataDir: join(disk.path, 'data'),
    poolSize: 1,
    log: createLog('silent'),
    clock: systemClock,
  });
}

async function writtenRows(disk: DiskImage): Promise<number[]> {
  const store = await openOn(disk);
  try {
    const rows = await store.database.query<{ n: number }>('select n from written order by n');
    return rows.map(({ n }) => n);
  } finally {
    await store.close();
  }
}

describe.skipIf(problem !== null)('given the embedded database under load', () => {
  it(`keeps every committed row through ${ROUNDS} power cuts, one after the other`, async () => {
    let disk = keep(createDiskImage());
    let last = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = startWriter('database', join(disk.path, 'data'));
      await waitFor(writer, 5 + Math.floor(Math.random() * 60));
      disk = await cutPower(writer, disk);
      const acknowledged = writer.acknowledged();
      const rows = await writtenRows(disk);
      last = acknowledged.at(-1) ?? last;
      // At most the one write that was not acknowledged yet may be there too.
      expect(rows).toEqual(Array.from({ length: rows.length }, (_, index) => index + 1));
      expect(rows.length).toBeGreaterThanOrEqual(last);
      expect(rows.length).toBeLessThanOrEqual(last + 1);
    }
  }, 180_000);

  it('begins again when the power goes during the first start', async () => {
    for (const afterMs of [400, 1_500, 3_000]) {
      const disk = keep(createDiskImage());
      const writer = startWriter('database', join(disk.path, 'data'));
      await delay(afterMs);
      const after = await cutPower(writer, disk);
      const store = await openOn(after);
      const tables = await store.database.query('select count(*) as n from interactions');
      expect(tables).toEqual([{ n: 0 }]);
      await store.close();
    }
  }, 180_000);
});

describe.skipIf(problem !== null)('given a PGlite without our fsync', () => {
  it('loses what it promised, so these tests can fail', async () => {
    const disk = keep(createDiskImage());
    const writer = startWriter('unprotected', disk.path);
    await waitFor(writer, 60);
    const after = await cutPower(writer, disk);
    const survived = await PGlite.create(join(after.path, 'plain'))
      .then(async (pg) => {
        const { rows } = await pg.query<{ n: number }>('select n from written');
        await pg.close();
        return rows.length;
      })
      .catch(() => 0);
    expect(survived).toBeLessThan(writer.acknowledged().length);
  }, 120_000);
});

describe.skipIf(problem !== null)('given a spool that syncs always', () => {
  it('keeps every accepted record', async () => {
    const disk = keep(createDiskImage());
    const writer = startWriter('spool', join(disk.path, 'data'));
    await waitFor(writer, 300);
    const after = await cutPower(writer, disk);
    const records = await readRecords(join(after.path, 'data/spool'));
    const acknowledged = writer.acknowledged().length;
    expect(records.slice(0, acknowledged)).toEqual(
      Array.from({ length: acknowledged }, (_, index) => `record-${index + 1}`),
    );
    expect(records.length).toBeLessThanOrEqual(acknowledged + 1);
  }, 120_000);
});

async function readRecords(directory: string): Promise<string[]> {
  const ids: string[] = [];
  for (const writer of await listWriters(directory)) {
    let from = { segment: 0, position: 0 };
    let lastSequence = 0;
    for (;;) {
      const chunk = await readSpool(join(directory, writer), {
        from,
        lastSequence,
        maxRecords: 1_000,
        maxBytes: 2 ** 24,
        abandoned: true,
      });
      if (chunk === null) break;
      for (const { sequence, text } of chunk.entries) {
        if (sequence !== null) ids.push(idOf(JSON.parse(text)));
      }
      from = chunk.to;
      lastSequence = chunk.lastSequence;
    }
  }
  return ids;
}

function idOf(record: unknown): string {
  return typeof record === 'object' && record !== null && 'id' in record ? String(record.id) : '';
}
