import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresPrograms, startPostgres, type TestPostgres } from '../../test/support/services.ts';
import { isDatabaseUnavailable } from './database-error.ts';
import { openPostgres } from './postgres.ts';
import type { StoreDatabase } from './sql-database.ts';

/** What a server that goes away and comes back looks like from here. */

const installed = postgresPrograms() !== null;

describe.skipIf(!installed)('given a server that is killed', () => {
  let server: TestPostgres;
  let db: StoreDatabase;
  beforeAll(async () => {
    server = await startPostgres({ durable: true });
    db = openPostgres({ url: server.url, poolSize: 2 });
    await db.exec('create table things (n integer)');
  });
  afterAll(async () => {
    await db.close();
    await server.stop();
  });

  it('answers unavailable while it is down and works again afterwards', async () => {
    await db.query('insert into things values (1)');
    await server.kill();
    const down = await db.query('select 1').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(down)).toBe(true);
    await server.restart();
    await db.query('insert into things values (2)');
    expect(await db.query('select n from things order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('loses the open transaction and nothing else', async () => {
    await db.exec('truncate things');
    const work = db.transaction(async (tx) => {
      await tx.query('insert into things values (3)');
      await server.kill();
      await tx.query('insert into things values (4)');
    });
    const failure = await work.catch((error: unknown) => error);
    expect(isDatabaseUnavailable(failure)).toBe(true);
    await server.restart();
    expect(await db.query('select * from things')).toEqual([]);
  });

  it('does not take a wrong password or a wrong statement for an outage', async () => {
    const wrong = await db.query('select nothing').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(wrong)).toBe(false);
    expect(isDatabaseUnavailable(new Error('anything'))).toBe(false);
  });
});
