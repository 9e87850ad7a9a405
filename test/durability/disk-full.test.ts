import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listSegments, segmentPath } from '../../src/ingest/spool-layout.ts';
import { readSpool } from '../../src/ingest/spool-reader.ts';
import { dataFolder } from './data-folder.ts';
import { exchangeRecord } from './exchange-record.ts';

const MOUNT_BYTES = 2 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'lqo-full-'));

/** A real file system of 2 MB, where this process may mount one. */
function mountSmall(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_BYTES}`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

const isMounted = mountSmall();
afterAll(() => {
  if (isMounted) execFileSync('umount', [folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(isMounted)('given a real disk that fills up', () => {
  it('serves on, counts what it drops, keeps what it acknowledged, and recovers by itself', async () => {
    const data = dataFolder(join(folder, 'data'));
    mkdirSync(data.path);
    const spool = await data.openSpool({ segmentBytes: 300_000 });
    const ballast = join(folder, 'ballast');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 700_000));
    const acknowledged: string[] = [];
    let dropped = 0;
    const send = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const some = Array.from({ length: 5 }, () => exchangeRecord());
        const outcomes = await Promise.all(some.map((record) => spool.append(record)));
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome === 'spooled') acknowledged.push(some[index]?.id ?? '');
          else dropped += 1;
        }
      }
    };
    await send(60);
    expect(dropped).toBeGreaterThan(0);
    expect(spool.status()).toMatchObject({ degraded: true, dropped });
    expect(spool.status().problem).toMatch(/ENOSPC|no space/i);
    rmSync(ballast);
    await expect.poll(() => spool.status().degraded, { timeout: 10_000 }).toBe(false);
    await send(5);
    expect(spool.status().dropped).toBe(dropped);
    await spool.close();

    const directory = join(data.spoolDirectory, spool.spoolId);
    const found: string[] = [];
    let from = { segment: 0, position: 0 };
    for (let last = 0; ; ) {
      const chunk = await readSpool(directory, {
        from,
        lastSequence: last,
        maxRecords: 100,
        maxBytes: 1_000_000,
        abandoned: true,
      });
      if (chunk === null) break;
      expect(chunk.entries.filter(({ sequence }) => sequence === null)).toEqual([]);
      found.push(...chunk.entries.map(({ text }) => JSON.parse(text).id));
      from = chunk.to;
      last = chunk.lastSequence;
    }
    expect(found).toEqual(acknowledged);
    expect(
      (await listSegments(directory)).map((n) => segmentPath(directory, n)).length,
    ).toBeGreaterThan(1);
  });
});
