import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Database } from './database.ts';
import { dropExpired, ensurePartitions, ensurePartitionsAhead } from './partitions.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const DAY = 86_400_000;
let db: Database;
const opened: { database?: Database } = {};

beforeEach(async () => {
  opened.database ??= await testDatabase();
  db = opened.database;
  const names = await partitions();
  for (const name of names.filter((found) => !found.endsWith('_default'))) {
    await db.exec(`drop table ${name}`);
  }
  await db.exec('truncate spans, interactions, interaction_bodies, scores');
});

async function partitions(): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    "select relname as name from pg_class where relispartition and relkind = 'r' order by 1",
  );
  return rows.map(({ name }) => name);
}

async function addSpan(at: number, id = crypto.randomUUID()): Promise<void> {
  await db.query(
    `insert into spans (id, project_id, created_at, kind, name, status, attributes)
     values ($1, $1, $2, 'other', 'step', 'success', '{}')`,
    [id, new Date(at)],
  );
}

async function placeOfSpans(): Promise<string[]> {
  const rows = await db.query<{ place: string }>(
    'select tableoid::regclass::text as place from spans order by created_at',
  );
  return rows.map(({ place }) => place);
}

describe('given a day without partitions', () => {
  it('makes one for each big table, with the indexes of the parent', async () => {
    await db.transaction((tx) => ensurePartitions(tx, [new Date(NOW)], NOW));
    expect((await partitions()).filter((name) => name.endsWith('_p20261121'))).toEqual([
      'interaction_bodies_p20261121',
      'interactions_p20261121',
      'scores_p20261121',
      'spans_p20261121',
    ]);
    const indexes = await db.query(
      "select indexname from pg_indexes where tablename = 'spans_p20261121'",
    );
    expect(indexes).toHaveLength(3);
  });

  it('puts rows of the day into it', async () => {
    await db.transaction((tx) => ensurePartitions(tx, [new Date(NOW)], NOW));
    await addSpan(Date.parse('2026-11-21T00:00:00Z'));
    await addSpan(Date.parse('2026-11-21T23:59:59.999Z'));
    await addSpan(Date.parse('2026-11-22T00:00:00Z'));
    expect(await placeOfSpans()).toEqual(['spans_p20261121', 'spans_p20261121', 'spans_default']);
  });

  it('moves rows that already wait in the default partition', async () => {
    await addSpan(NOW);
    await addSpan(NOW + DAY);
    await db.transaction((tx) => ensurePartitions(tx, [new Date(NOW)], NOW));
    expect(await placeOfSpans()).toEqual(['spans_p20261121', 'spans_default']);
  });

  it('leaves days far away to the default partition', async () => {
    const far = [NOW - 401 * DAY, NOW + 3 * DAY, 0].map((at) => new Date(at));
    await db.transaction((tx) => ensurePartitions(tx, far, NOW));
    expect(await partitions()).toHaveLength(4);
  });

  it('keeps nothing when the transaction is rolled back', async () => {
    const work = db.transaction(async (tx) => {
      await ensurePartitions(tx, [new Date(NOW)], NOW);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await db.transaction((tx) => ensurePartitions(tx, [new Date(NOW)], NOW));
    expect(await partitions()).toHaveLength(8);
  });
});

describe('when two loaders meet a new day', () => {
  it('both succeed and nothing is made twice', async () => {
    const load = (): Promise<void> =>
      db.transaction(async (tx) => {
        await ensurePartitions(tx, [new Date(NOW), new Date(NOW + DAY)], NOW);
        await tx.query(
          `insert into spans (id, project_id, created_at, kind, name, status, attributes)
           values (gen_random_uuid(), gen_random_uuid(), $1, 'other', 'step', 'success', '{}')`,
          [new Date(NOW)],
        );
      });
    await Promise.all([load(), load(), load(), load()]);
    expect(await placeOfSpans()).toEqual(Array.from({ length: 4 }, () => 'spans_p20261121'));
  });
});

describe('when time goes on', () => {
  it('makes the days ahead before they come', async () => {
    await ensurePartitionsAhead(db, NOW);
    await ensurePartitionsAhead(db, NOW);
    expect((await partitions()).filter((name) => name.startsWith('spans_p'))).toEqual([
      'spans_p20261121',
      'spans_p20261122',
      'spans_p20261123',
      'spans_p20261124',
    ]);
  });

  it('drops what is older than the retention and nothing else', async () => {
    const ages = [0, 29, 30, 31, 60];
    const days = ages.map((age) => new Date(NOW - age * DAY));
    await db.transaction((tx) => ensurePartitions(tx, days, NOW));
    for (const day of days) await addSpan(day.getTime());
    await addSpan(NOW - 500 * DAY);
    const expired = await dropExpired(db, 30, NOW);
    expect(expired.rows).toBe(1);
    expect(expired.partitions.filter((name) => name.startsWith('spans'))).toEqual([
      'spans_p20260922',
      'spans_p20261021',
    ]);
    expect(await placeOfSpans()).toEqual(['spans_p20261022', 'spans_p20261023', 'spans_p20261121']);
  });
});
