import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lqo-lock-'));
  file = join(folder, 'database.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rewrite(change: object): void {
  const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...Object(owner), ...change }));
}

/** Leaves behind the lock file of a program that was killed. */
async function lockOfKilled(): Promise<number> {
  const program = `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))};
    await lockFolder(${JSON.stringify(file)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('given a locked folder', () => {
  it('refuses, naming the process, until it is released', async () => {
    const lock = await lockFolder(file);
    await expect(lockFolder(file)).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
    await (await lockFolder(file)).release();
  });

  it('lets exactly one of many win', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(file)));
    const won = tries.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.release();
  });

  it('does not mix up folders', async () => {
    const other = mkdtempSync(join(tmpdir(), 'lqo-lock-'));
    const locks = [await lockFolder(file), await lockFolder(join(other, 'database.lock'))];
    await Promise.all(locks.map((lock) => lock.release()));
    rmSync(other, { recursive: true });
  });
});

describe('given the lock of a program that was killed', () => {
  it('takes it over at once', async () => {
    await lockOfKilled();
    await (await lockFolder(file)).release();
  });

  it('takes it over also when the pid belongs to somebody else now', async () => {
    await lockOfKilled();
    rewrite({ pid: process.pid, started: 'another time' });
    await (await lockFolder(file)).release();
  });

  it('respects a living process in the file', async () => {
    await lockOfKilled();
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    rewrite({ pid: child.pid, started });
    await expect(lockFolder(file)).rejects.toMatchObject({ pid: child.pid });
    child.kill('SIGKILL');
  });

  it('takes over a file that cannot be read', async () => {
    writeFileSync(file, '{"pid":');
    await (await lockFolder(file)).release();
  });
});

describe('given the lock of another machine', () => {
  it('refuses while it gives signs of life', async () => {
    await lockOfKilled();
    rewrite({ place: 'elsewhere/boot/pid', pid: 4_711 });
    const beats = setInterval(() => rewrite({ place: 'elsewhere/boot/pid' }), 200);
    await expect(lockFolder(file)).rejects.toThrow(/process 4711 on another machine.*elsewhere/);
    clearInterval(beats);
  });
});
