import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from './database.ts';
import { type Migration, migrate, readMigrations } from './migrate.ts';

let db: Database;
beforeEach(async () => {
  db = await testDatabase({ migrated: false });
});

function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: `checksum of ${sql}` };
}

const FIRST = migration('0001-first', 'create table a (n integer); insert into a values (1)');
const SECOND = migration('0002-second', 'alter table a add column m integer not null default 7');

describe('given an empty database', () => {
  it('runs all migrations of the program, once', async () => {
    const names = (await readMigrations()).map(({ name }) => name);
    expect(await migrate(db)).toEqual(names);
    expect(await migrate(db)).toEqual([]);
  });

  it('leaves nothing of a migration that fails', async () => {
    const broken = migration('0002-broken', 'create table b (n integer); select 1/0');
    await expect(migrate(db, [FIRST, broken])).rejects.toMatchObject({ code: '22012' });
    expect(await db.query("select to_regclass('b') as b")).toEqual([{ b: null }]);
    expect(await migrate(db, [FIRST, SECOND])).toEqual(['0002-second']);
  });

  it('runs each once when two programs start together', async () => {
    const ran = await Promise.all([migrate(db, [FIRST, SECOND]), migrate(db, [FIRST, SECOND])]);
    expect(ran.flat().length).toBe(2);
    expect(await db.query('select n, m from a')).toEqual([{ n: 1, m: 7 }]);
  });
});

describe('given a filled database', () => {
  it('keeps its rows through the newer migrations', async () => {
    const [initial, ...newer] = await readMigrations();
    if (initial === undefined) throw new Error('there are no migrations');
    await migrate(db, [initial]);
    await db.exec(`
      insert into projects (id, slug, name) values (gen_random_uuid(), 'p', 'P');
      insert into interactions (id, project_id, created_at, origin, dialect, operation, provider, status,
        stream, tags, metadata, truncated, attempts, prompt_preview, response_preview)
      select gen_random_uuid(), (select id from projects), now(), 'gateway', 'openai', 'chat', 'demo',
        'success', false, '{}', '{}', false, '[]', 'hello', 'world' from generate_series(1, 100);`);
    expect(await migrate(db)).toEqual(newer.map(({ name }) => name));
    expect(await db.query('select count(*) as n from interactions')).toEqual([{ n: 100 }]);
  });
});

describe('when the database and the program do not fit', () => {
  it('refuses a newer database and says so', async () => {
    await migrate(db, [FIRST, SECOND]);
    await expect(migrate(db, [FIRST])).rejects.toMatchObject({
      name: 'MigrationError',
      message: expect.stringContaining(
        'newer than this program: it has the migrations 0002-second',
      ),
    });
  });

  it('refuses a migration that was changed after it ran', async () => {
    await migrate(db, [FIRST]);
    const changed = { ...FIRST, checksum: 'another' };
    await expect(migrate(db, [changed, SECOND])).rejects.toThrow('were changed after');
    expect(await db.query('select name from schema_migrations')).toEqual([{ name: '0001-first' }]);
  });
});
