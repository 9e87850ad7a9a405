import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import { isDatabaseUnavailable } from '../../src/store/database-error.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createDiskImage, type DiskImage, diskImageProblem } from '../support/disk-image.ts';

const problem = diskImageProblem();
if (problem !== null) {
  if (process.env['CI'] === 'true') throw new Error(`full disks cannot be tested: ${problem}`);
  console.log(`Skipped: full-disk tests (${problem}).`);
}

const disks: DiskImage[] = [];
const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const disk of disks.splice(0)) disk.remove();
});

function fillUp(disk: DiskImage, leaveMegabytes: number): () => void {
  const { bavail, bsize } = statfsSync(disk.path);
  const ballast = join(disk.path, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - leaveMegabytes * 1024 * 1024));
  return () => rmSync(ballast);
}

async function insert(store: Store, n: number): Promise<void> {
  await store.database.transaction(async (tx) => {
    await tx.query(
      'insert into written select $1, repeat(md5(random()::text), 20) from generate_series(1, 1500)',
      [n],
    );
  });
}

/** Writes until the database refuses, and answers how many writes it promised. */
async function writeUntilFull(store: Store): Promise<{ done: number; failure: unknown }> {
  for (let done = 0; done < 500; done += 1) {
    try {
      await insert(store, done);
    } catch (failure) {
      return { done, failure };
    }
  }
  throw new Error('the disk never became full');
}

describe.skipIf(problem !== null)('given a disk that becomes full', () => {
  // With 2 MB left PostgreSQL cannot extend its log and stops; with 30 MB it cannot extend a table.
  it.each([2, 30])(
    'refuses, keeps all, and goes on when there is room (%i MB)',
    async (left) => {
      const disk = createDiskImage(300);
      disks.push(disk);
      const store = await openStore({
        databaseUrl: null,
        dataDir: join(disk.path, 'data'),
        poolSize: 1,
        log: createLog('silent'),
        clock: systemClock,
      });
      stores.push(store);
      await store.database.exec('create table written (n integer, filler text)');
      const makeRoom = fillUp(disk, left);
      const { done, failure } = await writeUntilFull(store);
      expect(isDatabaseUnavailable(failure)).toBe(true);
      const again = await insert(store, 1_000).catch((error: unknown) => error);
      expect(again === undefined || isDatabaseUnavailable(again)).toBe(true);
      makeRoom();
      await vi.waitFor(() => insert(store, 2_000), { timeout: 60_000, interval: 500 });
      const [row] = await store.database.query<{ kept: number }>(
        'select count(distinct n) as kept from written where n < 1000',
      );
      expect(row?.kept).toBe(done);
    },
    180_000,
  );
});
