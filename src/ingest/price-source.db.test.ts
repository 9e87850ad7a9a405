import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Queryable } from '../store/database.ts';
import { createPriceSource } from './price-source.ts';

const db = await testDatabase();
const PROJECT = randomUUID();
const usage = {
  input: 1_000_000,
  cachedInput: null,
  cacheWriteInput: null,
  audioInput: null,
  output: 0,
  reasoning: null,
  audioOutput: null,
  source: 'reported',
} as const;

beforeAll(async () => {
  await db.query('insert into projects (id, slug, name) values ($1, $2, $2)', [PROJECT, PROJECT]);
});
beforeEach(async () => {
  await db.exec('truncate prices');
});

async function add(usd: number): Promise<string> {
  const id = randomUUID();
  await db.query(
    `insert into prices (id, project_id, model, valid_from, input_usd_per_million, created_at)
     values ($1, $2, 'house-model', '2026-01-01', $3, now())`,
    [id, PROJECT, usd],
  );
  return id;
}

async function costOf(source: ReturnType<typeof createPriceSource>): Promise<number | null> {
  const price = await source();
  const at = new Date('2026-11-01T00:00:00Z');
  const call = { projectId: PROJECT, provider: 'house', model: 'house-model', usage, at };
  return price(call)?.costMicroUsd ?? null;
}

describe('the prices of the loader', () => {
  it('are those of this moment: a call may have been let through on a price made just now', async () => {
    const source = createPriceSource(db);
    expect(await costOf(source)).toBeNull();
    const first = await add(1);
    expect(await costOf(source)).toBe(1_000_000);
    await db.query(
      'update prices set input_usd_per_million = 2, revision = revision + 1 where id = $1',
      [first],
    );
    expect(await costOf(source)).toBe(2_000_000);
    await db.query('delete from prices where id = $1', [first]);
    expect(await costOf(source)).toBeNull();
    await add(3);
    expect(await costOf(source)).toBe(3_000_000);
  });

  it('are read again only when they changed', async () => {
    let read = 0;
    const counted: Queryable = {
      ...db,
      query: (sql, values) => {
        if (sql.includes('order by id desc')) read += 1;
        return db.query(sql, values);
      },
    };
    const source = createPriceSource(counted);
    await add(1);
    const prices = [await source(), await source(), await source()];
    expect(read).toBe(1);
    expect(new Set(prices).size).toBe(1);
  });
});
