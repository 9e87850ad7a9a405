import { describe, expect, it } from 'vitest';
import { createLog, type Log } from '../core/log.ts';
import { keepFresh, type Refresh } from './keep-fresh.ts';

interface Snapshot {
  readonly version: number;
}

function world(refreshMs = 1_000_000): {
  refresh: Refresh;
  held: number[];
  warnings: string[];
  readonly database: { version: number; away: boolean; slow: Promise<void> | null };
} {
  const database = { version: 1, away: false, slow: null as Promise<void> | null };
  const held: number[] = [];
  const warnings: string[] = [];
  const log = createLog('silent');
  const look = (): void => {
    if (database.away) throw new Error('away');
  };
  const refresh = keepFresh<Snapshot>({
    holder: {
      get version() {
        return held.at(-1) ?? null;
      },
      replace: ({ version }) => held.push(version),
    },
    readVersion: async () => {
      look();
      return database.version;
    },
    read: async () => {
      const { version, slow } = database;
      await slow;
      look();
      return { version };
    },
    // Only what is said counts.
    log: Object.assign(Object.create(log), {
      warn: (_: unknown, text: string) => warnings.push(text),
    }) as Log,
    name: 'things',
    refreshMs,
  });
  return { refresh, held, warnings, database };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a snapshot that is kept fresh', () => {
  it('is read when it is asked for, and again only after a change', async () => {
    const { refresh, held, database } = world();
    await refresh.refresh();
    await refresh.refresh();
    database.version = 2;
    await refresh.refresh();
    expect(held).toEqual([1, 2]);
    await refresh.close();
  });

  it('is read by itself after a change elsewhere', async () => {
    const { refresh, held, database } = world(1);
    await until(() => held.length === 1);
    database.version = 2;
    await until(() => held.length === 2);
    expect(held).toEqual([1, 2]);
    await refresh.close();
  });

  it('is never replaced by an older one', async () => {
    const { refresh, held, database } = world();
    const { promise, resolve } = Promise.withResolvers<void>();
    database.slow = promise;
    const first = refresh.refresh();
    const second = refresh.refresh();
    database.slow = null;
    resolve();
    database.version = 2;
    await Promise.all([first, second]);
    expect(held).toEqual([...held].sort((a, b) => a - b));
    expect(held.at(-1)).toBe(2);
    await refresh.close();
  });

  it('stays while the database is away, which is told once', async () => {
    const { refresh, held, warnings, database } = world(1);
    await until(() => held.length === 1);
    database.away = true;
    await expect(refresh.refresh()).rejects.toThrow('away');
    await until(() => warnings.length === 1);
    database.away = false;
    database.version = 2;
    await until(() => held.length === 2);
    expect(warnings).toEqual(['things: keeps what it has, database away']);
    await refresh.close();
  });

  it('is read no more after its end', async () => {
    const { refresh, held, database } = world(1);
    await refresh.close();
    const before = held.length;
    database.version = 9;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(held).toHaveLength(before);
  });
});
