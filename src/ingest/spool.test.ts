import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataFolder, dataFolder } from '../../test/durability/data-folder.ts';
import { exchangeRecord } from '../../test/durability/exchange-record.ts';
import type { DiskSpool } from './spool.ts';
import { readCounts } from './spool-counts.ts';
import { machineFiles, type SpoolFiles } from './spool-files.ts';
import { listSegments, segmentPath } from './spool-layout.ts';
import { decodeLines } from './spool-line.ts';

let data: DataFolder;
beforeEach(() => {
  data = dataFolder();
});
afterEach(() => data.remove());

const record = () => exchangeRecord();

async function sequencesOf(spool: DiskSpool): Promise<number[]> {
  const directory = join(data.spoolDirectory, spool.spoolId);
  const sequences: number[] = [];
  for (const segment of await listSegments(directory)) {
    const { pieces } = decodeLines(readFileSync(segmentPath(directory, segment)), { records: 1e9 });
    sequences.push(...pieces.map((piece) => (piece.intact ? piece.sequence : -1)));
  }
  return sequences;
}

/** A disk that can be told to be full (after some more bytes) or broken, and that remembers its syncs. */
function fakeDisk(): SpoolFiles & {
  room: number;
  failSync: boolean;
  synced: number;
  written: number;
} {
  const disk = {
    ...machineFiles,
    room: Number.POSITIVE_INFINITY,
    failSync: false,
    synced: 0,
    written: 0,
    async write(fd: number, bytes: Buffer, position: number): Promise<number> {
      if (disk.room <= 0) throw noSpace();
      const part = bytes.subarray(0, Math.min(bytes.length, disk.room));
      const taken = await machineFiles.write(fd, part, position);
      disk.room -= taken;
      disk.written += taken;
      return taken;
    },
    async create(path: string): Promise<number> {
      if (disk.room <= 0) throw noSpace();
      return machineFiles.create(path);
    },
    async dataSync(fd: number): Promise<void> {
      if (disk.failSync) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      await machineFiles.dataSync(fd);
      disk.synced += 1;
    },
    async probe(): Promise<void> {
      if (disk.room <= 0) throw noSpace();
    },
  };
  return disk;
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

describe('given a sound disk', () => {
  it('numbers records without gaps, in the order of the calls', async () => {
    const spool = await data.openSpool();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => spool.append(record())));
    expect(new Set(outcomes)).toEqual(new Set(['spooled']));
    expect(await sequencesOf(spool)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(spool.status()).toMatchObject({ records: 50, dropped: 0, degraded: false });
    await spool.close();
  });

  it('has every record on disk before it resolves under `always`', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ sync: 'always', files: disk });
    await spool.append(record());
    expect(disk.synced).toBe(1);
    await spool.append(record());
    expect(disk.synced).toBe(2);
    await spool.close();
  });

  it('syncs shortly after a write under `interval`', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ sync: 'interval', files: disk });
    await spool.append(record());
    await expect.poll(() => disk.synced).toBe(1);
    await spool.close();
  });

  it('begins a new segment at the size limit, named by its first record', async () => {
    const spool = await data.openSpool({ segmentBytes: 70_000 });
    for (let n = 0; n < 60; n++) await spool.append(record());
    const segments = await listSegments(join(data.spoolDirectory, spool.spoolId));
    expect(segments.length).toBeGreaterThan(1);
    expect(await sequencesOf(spool)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    await spool.close();
  });

  it('refuses records once it is closed', async () => {
    const spool = await data.openSpool();
    await spool.close();
    await expect(spool.append(record())).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('gives each process and each opening a folder of its own', async () => {
    const [one, two] = await Promise.all([data.openSpool(), data.openSpool()]);
    expect(one.spoolId).not.toBe(two.spoolId);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('given a disk without space', () => {
  it('keeps whole lines of a group, drops the rest, and goes on when there is room again', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ files: disk });
    await spool.append(record());
    disk.room = 3 * disk.written + 100;
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => spool.append(record())));
    expect(outcomes).toEqual(['spooled', 'spooled', 'spooled', 'dropped', 'dropped', 'dropped']);
    expect(spool.status()).toMatchObject({ degraded: true, dropped: 3 });
    expect(spool.accepting()).toBe(true);
    expect(await spool.append(record())).toBe('dropped');
    disk.room = Number.POSITIVE_INFINITY;
    await expect.poll(() => spool.status().degraded, { timeout: 5_000 }).toBe(false);
    expect(await spool.append(record())).toBe('spooled');
    expect(await sequencesOf(spool)).toEqual([1, 2, 3, 4, 9]);
    await spool.close();
    const counts = await readCounts(join(data.spoolDirectory, spool.spoolId));
    expect(counts).toEqual({ sequence: 9, dropped: 4 });
  });

  it('explains a gap on disk before the line behind it', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ files: disk });
    await spool.append(record());
    disk.room = 0;
    await spool.append(record());
    await spool.append(record());
    disk.room = Number.POSITIVE_INFINITY;
    await expect.poll(() => spool.status().degraded, { timeout: 5_000 }).toBe(false);
    await spool.append(record());
    // Read without closing, as after a kill.
    const { dropped } = await readCounts(join(data.spoolDirectory, spool.spoolId));
    const sequences = await sequencesOf(spool);
    expect(sequences).toHaveLength((sequences.at(-1) ?? 0) - dropped);
    await spool.close();
  });

  it('refuses under the policy to refuse, and takes calls again later', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ files: disk, full: 'refuse' });
    disk.room = 0;
    await expect(spool.append(record())).rejects.toMatchObject({ code: 'spool_full', status: 503 });
    expect(spool.accepting()).toBe(false);
    disk.room = Number.POSITIVE_INFINITY;
    await expect.poll(() => spool.accepting(), { timeout: 5_000 }).toBe(true);
    expect(await spool.append(record())).toBe('spooled');
    await spool.close();
  });
});

describe('given a disk that does not confirm writes', () => {
  it('does not acknowledge under `always` and `refuse`, and says what is wrong', async () => {
    const disk = fakeDisk();
    const spool = await data.openSpool({ files: disk, sync: 'always', full: 'refuse' });
    disk.failSync = true;
    await expect(spool.append(record())).rejects.toMatchObject({ code: 'spool_full' });
    expect(spool.status().problem).toMatch(/does not confirm/);
    disk.failSync = false;
    expect(await spool.append(record())).toBe('spooled');
    expect(spool.status().problem).toBeNull();
    await spool.close();
  });
});

describe('given the size limit', () => {
  it('drops at the limit and goes on once segments were removed', async () => {
    const spool = await data.openSpool({ maxBytes: 400_000 });
    const outcomes = [];
    for (let n = 0; n < 200; n++) outcomes.push(await spool.append(record()));
    expect(outcomes).toContain('dropped');
    expect(spool.status().problem).toMatch(/full/);
    const directory = join(data.spoolDirectory, spool.spoolId);
    // As the loader does with what it has loaded; the open segment is finished by itself.
    await expect.poll(async () => (await sequencesOf(spool)).length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    const segments = await listSegments(directory);
    for (const segment of segments.slice(0, -1)) rmSync(segmentPath(directory, segment));
    await expect.poll(() => spool.status().degraded, { timeout: 5_000 }).toBe(false);
    expect(await spool.append(record())).toBe('spooled');
    await spool.close();
  });
});
