import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testStore } from '../support/database.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { loadRest, type ProcessOptions, pause, type Stored, startRecorder } from './processes.ts';

const ROUNDS = 20;
const isServer = process.env['TEST_DATABASE'] === 'postgres';
let data: DataFolder;
beforeEach(() => {
  data = dataFolder();
});
afterEach(() => data.remove());

async function options(): Promise<ProcessOptions> {
  if (!isServer) return { dataDir: data.path, databaseUrl: null };
  const { target } = await testStore({ migrated: false });
  const reached = target();
  return { dataDir: data.path, databaseUrl: reached.kind === 'postgres' ? reached.url : null };
}

/** Every acknowledged record is there once, with its body, counted once, and the books add up. */
function expectNothingLost(stored: Stored, acknowledged: ReadonlySet<string>): void {
  const ids = new Set(stored.ids);
  expect(ids.size).toBe(stored.ids.length);
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
  expect(stored.bodies).toBe(stored.ids.length);
  expect(stored.counted).toBe(stored.ids.length);
  expect(stored.ledger).toMatchObject({
    accepted: stored.ids.length,
    stored: stored.ids.length,
    spooled: 0,
    dropped: 0,
    rejected: 0,
    duplicates: 0,
    balanced: true,
  });
}

describe('given a process that is killed under load', () => {
  it(`loses nothing and stores nothing twice in ${ROUNDS} rounds`, {
    timeout: 900_000,
  }, async () => {
    const target = await options();
    const acknowledged = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const recorder = await startRecorder('load', { ...target, acknowledged });
      await pause(20 + Math.random() * 500);
      await recorder.kill();
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    expectNothingLost(await loadRest(target), acknowledged);
  });
});

describe('given two processes that write at once', () => {
  it('stores the records of both once, when one is killed', { timeout: 120_000 }, async () => {
    const target = await options();
    const acknowledged = new Set<string>();
    // On a server both load; the embedded database has one owner, the other process only writes.
    const first = await startRecorder('load', { ...target, acknowledged });
    const second = await startRecorder(isServer ? 'load' : 'write', { ...target, acknowledged });
    await pause(1_000);
    await second.kill();
    await pause(500);
    await first.stop();
    expectNothingLost(await loadRest(target), acknowledged);
  });
});
