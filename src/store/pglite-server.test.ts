import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from './database.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { LeasePriority } from './lease.ts';
import { connectPglite } from './pglite-client.ts';
import { openMemoryEngine } from './pglite-engine.ts';
import { createPgliteServer, type PgliteServer } from './pglite-server.ts';

let server: PgliteServer;
let db: Database;

beforeAll(async () => {
  server = createPgliteServer(await openMemoryEngine(), { idleTransactionMs: 300 });
  db = connect();
  await db.exec('create table things (n integer, label text)');
});
beforeEach(() => db.exec('truncate things'));
afterAll(async () => {
  await db.close();
  await server.close();
});

function connect(priority?: LeasePriority): Database {
  const { port1, port2 } = new MessageChannel();
  server.serve(port1);
  return connectPglite(port2, priority);
}

/** A transaction that stays open until it is told to end. */
async function openTransaction(database: Database): Promise<{ end(): Promise<void> }> {
  const opened = Promise.withResolvers<void>();
  const wait = Promise.withResolvers<void>();
  const done = database.transaction(async (tx) => {
    await tx.query('insert into things (n) values (1)');
    opened.resolve();
    await wait.promise;
  });
  await opened.promise;
  return {
    end: async () => {
      wait.resolve();
      await done;
    },
  };
}

describe('given one connection and many callers', () => {
  it('serves the loader before those who waited longer', async () => {
    const reader = connect();
    const loader = connect('loader');
    const open = await openTransaction(db);
    // Each notes how many were there before it.
    const note = 'insert into things select count(*), $1 from things';
    const reads = ['reader 1', 'reader 2'].map((name) => reader.query(note, [name]));
    const load = loader.query(note, ['loader']);
    // All three are waiting now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await open.end();
    await Promise.all([...reads, load]);
    const order = await db.query('select label from things where label is not null order by n');
    expect(order).toEqual([{ label: 'loader' }, { label: 'reader 1' }, { label: 'reader 2' }]);
  });

  it('rolls back what a closed port left open, and goes on', async () => {
    const dying = connect();
    const open = await openTransaction(dying);
    await dying.close();
    await expect(open.end()).rejects.toMatchObject({ code: '08006' });
    expect(await db.query('select * from things')).toEqual([]);
  });

  it('does not give the connection to a caller that died while it waited', async () => {
    const open = await openTransaction(db);
    const dying = connect();
    const waiting = dying.transaction((tx) => tx.query('insert into things (n) values (9)'));
    await dying.close();
    await expect(waiting).rejects.toMatchObject({ code: '08006' });
    await open.end();
    expect(await db.query('select n from things')).toEqual([{ n: 1 }]);
  });

  it('ends a transaction that forgot to go on', async () => {
    const slow = connect();
    const open = await openTransaction(slow);
    await vi.waitFor(async () => expect(await db.query('select * from things')).toEqual([]), 5_000);
    await expect(open.end()).rejects.toMatchObject({ code: '25P03' });
  });

  it('tells who waits for itself inside its own transaction', async () => {
    const work = db.transaction(() => db.query('select 1'));
    await expect(work).rejects.toThrow('inside a transaction');
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});

describe('given nobody else who keeps house', () => {
  it('writes a checkpoint when much was written, and not before', async () => {
    const house = startHousekeeping(server, { intervalMs: 3_600_000, checkpointBytes: 1_000_000 });
    await house.round();
    expect((await house.round()).checkpointed).toBe(false);
    await db.query("select pg_logical_emit_message(true, 'test', repeat('x', 2000000))");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await house.round()).checkpointed).toBe(true);
    expect((await house.round()).checkpointed).toBe(false);
    house.stop();
  });

  it('vacuums the table that changed most', async () => {
    const house = startHousekeeping(server, { intervalMs: 3_600_000 });
    await db.exec("insert into things select n, 'x' from generate_series(1, 5000) n");
    await db.exec('delete from things where n > 100');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      seen.push((await house.round()).vacuumed);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(seen).toContain('public.things');
    house.stop();
  });
});
