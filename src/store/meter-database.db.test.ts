import { beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { systemClock } from '../core/clock.ts';
import { createMetrics, type Metrics } from '../core/metrics.ts';
import { DatabaseError } from './database-error.ts';
import { countDatabaseError, meterDatabase } from './meter-database.ts';
import type { StoreDatabase } from './sql-database.ts';

const database = await testDatabase();
let metrics: Metrics;
let metered: StoreDatabase;

beforeEach(() => {
  metrics = createMetrics({ version: '0', environment: 'test', defaults: false });
  metered = meterDatabase(database, { metrics, clock: systemClock });
});

async function errors(): Promise<Record<string, number>> {
  const { values } = await metrics.operations.databaseErrors.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.type), value]));
}

describe('given a metered database', () => {
  it('counts and times statements by operation and table, inside transactions too', async () => {
    await metered.query('select id from projects limit 1');
    await metered.transaction((tx) => tx.query('select id from projects limit 1'));
    const text = await metrics.registry.metrics();
    const labels = '{operation="select",table="projects"}';
    expect(text).toContain(`llm_gateway_db_queries_total${labels} 2`);
    expect(text).toContain(`llm_gateway_db_query_duration_seconds_count${labels} 2`);
    expect(await errors()).toEqual({});
  });

  it('counts a failed statement once, also when it ends a transaction', async () => {
    await expect(metered.query('select nothing from nowhere')).rejects.toThrow();
    const twice = 'insert into projects (id, slug, name) select id, slug, name from projects';
    await expect(
      metered.transaction(async (tx) => {
        const id = "'0190a0a0-0000-7000-8000-000000000001'";
        await tx.exec(`insert into projects (id, slug, name) values (${id}, 'once', 'once')`);
        await tx.exec(twice);
      }),
    ).rejects.toThrow();
    expect(await errors()).toEqual({ other: 1, constraint: 1 });
  });

  it('counts nothing that is no failure of the database', async () => {
    const work = (): Promise<never> => Promise.reject(new Error('a mistake of ours'));
    await expect(metered.transaction(work)).rejects.toThrow('a mistake of ours');
    expect(await errors()).toEqual({});
  });
});

describe('given what PostgreSQL says', () => {
  it.each([
    ['08006', 'connection'],
    ['57P01', 'connection'],
    ['53300', 'connection'],
    ['57014', 'timeout'],
    ['40001', 'conflict'],
    ['23505', 'constraint'],
    ['53100', 'resources'],
    ['42P01', 'other'],
  ])('counts %s as %s', async (code, type) => {
    countDatabaseError(metrics, new DatabaseError({ code, message: code }));
    expect(await errors()).toEqual({ [type]: 1 });
  });
});
