import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from './database.ts';
import { jsonText } from './values.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
  await db.exec(`create table things (
    id integer primary key, label text, big bigint, amount numeric, at timestamptz, facts jsonb,
    raw bytea, tags text[], on_day date, ratio double precision, flag boolean)`);
});

describe('given a migrated database', () => {
  it('has the tables of the program', async () => {
    const rows = await db.query<{ name: string }>('select name from schema_migrations');
    expect(rows[0]?.name).toBe('0001-initial');
  });
});

describe('when values cross', () => {
  it('reads each type as the contract says', async () => {
    const [row] = await db.query(
      `select 9007199254740991::bigint as safe, 9007199254740993::bigint as unsafe,
        12.5::numeric as amount, '2026-11-21 10:00:00.123456+00'::timestamptz as at,
        '{"a":[1,null]}'::jsonb as facts, '\\x00ff'::bytea as raw, array['a','b"c',null] as tags,
        array[1,2]::bigint[] as numbers, '2026-11-21'::date as day, true as flag, null as nothing,
        gen_random_uuid() as id, array[gen_random_uuid()] as ids, count(*) as total`,
    );
    expect(row).toMatchObject({
      safe: 9_007_199_254_740_991,
      unsafe: '9007199254740993',
      amount: 12.5,
      at: new Date('2026-11-21T10:00:00.123Z'),
      facts: { a: [1, null] },
      raw: new Uint8Array([0, 255]),
      tags: ['a', 'b"c', null],
      numbers: [1, 2],
      day: '2026-11-21',
      flag: true,
      nothing: null,
      total: 1,
    });
    expect(row).toHaveProperty('ids.0', expect.stringMatching(/^[0-9a-f-]{36}$/));
  });

  it('takes every kind of parameter', async () => {
    const at = new Date('2026-11-21T10:00:00.123Z');
    const rows = await db.query(
      `select $1::text as text, $2::int as number, $3::boolean as flag, $4::timestamptz as at,
        $5::bytea as raw, $6::text[] as tags, $7::jsonb as facts, $8::bigint as big,
        $9::text as nothing, $10::int[] as numbers`,
      [
        5,
        6,
        false,
        at,
        new Uint8Array([1, 2]),
        ['x', 'y,{}"\\'],
        jsonText({ a: '\0' }),
        7n,
        null,
        [1, 2],
      ],
    );
    expect(rows).toEqual([
      {
        text: '5',
        number: 6,
        flag: false,
        at,
        raw: new Uint8Array([1, 2]),
        tags: ['x', 'y,{}"\\'],
        facts: { a: '\uFFFD' },
        big: 7,
        nothing: null,
        numbers: [1, 2],
      },
    ]);
  });

  it('brings any text and json back as it was', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, fc.array(text, { maxLength: 4 }), fc.jsonValue()), {
          minLength: 1,
          maxLength: 8,
        }),
        async (rows) => {
          await db.exec('truncate things');
          await db.copyIn({
            table: 'things',
            columns: ['id', 'label', 'tags', 'facts'],
            rows: rows.map(([label, tags, facts], id) => [id, label, tags, jsonText(facts)]),
          });
          const read = await db.query<{ label: string; tags: string[]; facts: unknown }>(
            'select label, tags, facts from things order by id',
          );
          const clean = (value: string): string => value.replaceAll('\0', '\uFFFD');
          expect(read.map(({ label }) => label)).toEqual(rows.map(([label]) => clean(label)));
          expect(read.map(({ tags }) => tags)).toEqual(rows.map(([, tags]) => tags.map(clean)));
          expect(read.map(({ facts }) => facts)).toEqual(
            rows.map(([, , facts]) => JSON.parse(jsonText(facts))),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('when rows are copied', () => {
  it('keeps nulls, dates, bytes and objects', async () => {
    await db.exec('truncate things');
    const at = new Date('2026-11-21T10:00:00.000Z');
    const count = await db.copyIn({
      table: 'things',
      columns: ['id', 'label', 'at', 'facts', 'raw', 'flag', 'ratio', 'tags'],
      rows: [
        [1, 'tab\tline\nback\\slash', at, { deep: ['\\'] }, new Uint8Array([0, 9]), true, 0.1, []],
        [2, null, null, null, null, null, null, null],
      ],
    });
    expect(count).toBe(2);
    expect(
      await db.query('select id, label, at, facts, raw, flag, ratio, tags from things order by id'),
    ).toEqual([
      {
        id: 1,
        label: 'tab\tline\nback\\slash',
        at,
        facts: { deep: ['\\'] },
        raw: new Uint8Array([0, 9]),
        flag: true,
        ratio: 0.1,
        tags: [],
      },
      { id: 2, label: null, at: null, facts: null, raw: null, flag: null, ratio: null, tags: null },
    ]);
  });

  it('adds nothing when one row is wrong', async () => {
    await db.exec('truncate things');
    await expect(
      db.copyIn({ table: 'things', columns: ['id'], rows: [[1], ['x']] }),
    ).rejects.toMatchObject({ code: '22P02' });
    expect(await db.query('select * from things')).toEqual([]);
  });

  it('answers 0 for no rows', async () => {
    expect(await db.copyIn({ table: 'things', columns: ['id'], rows: [] })).toBe(0);
  });
});

describe('given a transaction', () => {
  it('commits what it did and answers its result', async () => {
    await db.exec('truncate things');
    const answer = await db.transaction(async (tx) => {
      await tx.query('insert into things (id) values ($1)', [1]);
      await tx.copyIn({ table: 'things', columns: ['id'], rows: [[2]] });
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await db.query('select id from things order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('rolls back when the work throws', async () => {
    await db.exec('truncate things');
    const work = db.transaction(async (tx) => {
      await tx.query('insert into things (id) values (1)');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await db.query('select * from things')).toEqual([]);
  });

  it('does not pretend to commit after a swallowed error', async () => {
    await db.exec('truncate things');
    const work = db.transaction(async (tx) => {
      await tx.query('insert into things (id) values (1)');
      await tx.query('select 1/0').catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: '25P02' });
    expect(await db.query('select * from things')).toEqual([]);
  });

  it('commits after going back to a savepoint', async () => {
    await db.exec('truncate things');
    await db.transaction(async (tx) => {
      await tx.exec('insert into things (id) values (1); savepoint here');
      await tx.query('select 1/0').catch(() => undefined);
      await tx.exec('rollback to savepoint here');
    });
    expect(await db.query('select id from things')).toEqual([{ id: 1 }]);
  });

  it('runs statements that are started together', async () => {
    const rows = await db.transaction((tx) =>
      Promise.all([
        tx.query('select 1 as n'),
        tx.query('select 2 as n'),
        tx.query('select 3 as n'),
      ]),
    );
    expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });

  it('serves many at once, each seeing its own', async () => {
    await db.exec('truncate things');
    await Promise.all(
      Array.from({ length: 12 }, (_, id) =>
        db.transaction(async (tx) => {
          await tx.query('insert into things (id) values ($1)', [id]);
          await tx.query('select id from things');
        }),
      ),
    );
    expect(await db.query('select count(*) as n from things')).toEqual([{ n: 12 }]);
  });
});

describe('when a statement fails', () => {
  it('tells its SQLSTATE and constraint', async () => {
    await db.exec('truncate things');
    await db.query('insert into things (id) values (1)');
    await expect(db.query('insert into things (id) values (1)')).rejects.toMatchObject({
      name: 'DatabaseError',
      code: '23505',
      table: 'things',
      constraint: 'things_pkey',
    });
  });

  it('leaves the connection usable after a failed script', async () => {
    await expect(db.exec('begin; select 1/0; commit')).rejects.toMatchObject({ code: '22012' });
    expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});
