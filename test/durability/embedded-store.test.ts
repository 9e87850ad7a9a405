import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import { connectDatabase } from '../../src/store/connect.ts';
import { openStore, type Store } from '../../src/store/open.ts';

/** What the embedded database does when programs die, come twice or come back. */

const WRITER = fileURLToPath(new URL('./power-cut-writer.ts', import.meta.url));
const children: ChildProcess[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lqo-store-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(folder, { recursive: true, force: true });
});

function open(): Promise<Store> {
  return openStore({
    databaseUrl: null,
    dataDir: folder,
    poolSize: 1,
    log: createLog('silent'),
    clock: systemClock,
  });
}

function startWriter(): ChildProcess {
  const child = spawn(process.execPath, [WRITER, 'database', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function firstOutput(child: ChildProcess): Promise<void> {
  if (child.stdout) await once(child.stdout, 'data');
}

describe('given a first start that is killed half-way', () => {
  it('begins again, whenever it was', async () => {
    for (const afterMs of [100, 500, 1_000, 1_600, 2_400]) {
      const child = startWriter();
      await delay(afterMs);
      await kill(child);
    }
    const store = await open();
    expect(await store.database.query('select count(*) as n from interactions')).toEqual([
      { n: 0 },
    ]);
    await store.close();
    expect(readdirSync(folder)).toEqual(['database']);
  }, 120_000);

  it('throws away a database that was never finished', async () => {
    const draft = join(folder, 'database.new');
    const child = startWriter();
    while (!existsSync(draft)) await delay(5);
    await kill(child);
    writeFileSync(join(draft, 'PG_VERSION'), 'broken');
    const store = await open();
    await store.close();
    expect(existsSync(draft)).toBe(false);
  }, 120_000);
});

describe('given a program that uses the folder', () => {
  it('refuses a second one and names the first', async () => {
    const child = startWriter();
    await firstOutput(child);
    await expect(open()).rejects.toMatchObject({
      name: 'FolderLockedError',
      pid: child.pid,
      message: expect.stringContaining(`process ${child.pid}`),
    });
  }, 120_000);

  it('takes over at once when that one was killed, with all its rows', async () => {
    const child = startWriter();
    let acknowledged = 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      acknowledged = Number(text.trim().split('\n').at(-1));
    });
    while (acknowledged < 40) await delay(5);
    await kill(child);
    const store = await open();
    const [row] = await store.database.query<{ n: number }>('select count(*) as n from written');
    expect(row?.n).toBeGreaterThanOrEqual(acknowledged);
    await store.close();
  }, 120_000);

  it('lets itself be closed and opened again', async () => {
    const first = await open();
    await first.database.exec('create table note (t text); insert into note values ($$kept$$)');
    await first.close();
    const second = await open();
    expect(await second.database.query('select t from note')).toEqual([{ t: 'kept' }]);
    await second.close();
  }, 120_000);
});

describe('given several threads', () => {
  it('reach the database through targets of their own', async () => {
    const store = await open();
    const others = [connectDatabase(store.target()), connectDatabase(store.target())];
    await store.database.exec('create table shared (n integer)');
    await Promise.all(
      others.map((database, n) =>
        database.transaction((tx) => tx.query('insert into shared values ($1)', [n])),
      ),
    );
    expect(await store.database.query('select n from shared order by n')).toEqual([
      { n: 0 },
      { n: 1 },
    ]);
    await store.close();
    const [left] = others;
    await expect(left?.query('select 1')).rejects.toMatchObject({ code: '08006' });
  }, 120_000);
});
