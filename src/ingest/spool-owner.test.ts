import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWriter, thisProcess, writeOwner } from './spool-owner.ts';

const directory = mkdtempSync(join(tmpdir(), 'lqo-owner-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'owner.json');

describe('given the owner of a folder', () => {
  it('sees this process alive', async () => {
    await writeOwner(directory, thisProcess(true));
    expect(await readWriter(directory, Date.now())).toMatchObject({ alive: true, loads: true });
  });

  it('sees a closed one, another boot and a reused pid as dead', async () => {
    const own = thisProcess(true);
    const dead = [{ closed: true }, { bootId: 'earlier' }, { startTicks: '1' }];
    for (const difference of dead) {
      await writeOwner(directory, { ...own, ...difference });
      expect(await readWriter(directory, Date.now())).toMatchObject({
        alive: false,
        certain: true,
      });
    }
  });

  it('goes by the heartbeat of a process in another container', async () => {
    await writeOwner(directory, { ...thisProcess(false), host: 'other', pidNamespace: 'pid:[1]' });
    expect(await readWriter(directory, Date.now())).toMatchObject({ alive: true, certain: false });
    const before = new Date(Date.now() - 60_000);
    utimesSync(file, before, before);
    expect(await readWriter(directory, Date.now())).toMatchObject({ alive: false, certain: false });
    // The clock was set back: the heartbeat lies ahead.
    expect(await readWriter(directory, Date.now() - 3_600_000)).toMatchObject({ alive: true });
  });

  it('waits with a folder that has no readable owner', async () => {
    writeFileSync(file, '{');
    expect(await readWriter(directory, Date.now())).toBeNull();
    expect(await readWriter(directory, Date.now() + 120_000)).toMatchObject({ alive: false });
  });
});
