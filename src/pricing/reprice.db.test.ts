import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';
import { recountCosts } from '../analytics/cost-changes.ts';
import { rollUp } from '../analytics/roll-up.ts';
import { bookCharges, correctSpending } from '../budgets/book.ts';
import { RULE_COLUMNS } from '../budgets/snapshot.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { loadPrices } from './load-prices.ts';
import { createPricer } from './price.ts';
import { type RepriceDeps, runRepricing } from './reprice.ts';

const database = await testDatabase();
const clock = testClock();
const START = new Date('2026-11-20T10:00:00.000Z');
let projectId: string;
let pages = 0;

const deps: RepriceDeps = {
  database,
  clock,
  recount: async (tx, calls) => {
    pages += 1;
    await recountCosts(tx, calls);
    await correctSpending(
      tx,
      calls.map(({ before, after }) => ({
        call: after,
        beforeMicroUsd: before.costMicroUsd,
        afterMicroUsd: after.costMicroUsd,
      })),
    );
  },
};

beforeAll(() => ensurePartitions(database));
beforeEach(async () => {
  projectId = randomUUID();
  pages = 0;
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    projectId,
  ]);
});

async function setPrice(inputUsd: number, id: string = randomUUID()): Promise<string> {
  await database.query(
    `insert into prices (id, project_id, model, valid_from, input_usd_per_million, output_usd_per_million, created_at)
     values ($1, $2, 'house-*', $3, $4, 2, now())
     on conflict (id) do update set input_usd_per_million = $4, revision = prices.revision + 1`,
    [id, projectId, new Date(0), inputUsd],
  );
  return id;
}

async function store(rows: readonly InteractionRow[]): Promise<void> {
  const price = createPricer({ prices: await loadPrices(database) });
  const priced = rows.map((row) => {
    if (row.costMicroUsd !== null) return row;
    const { provider, model, usage, createdAt: at } = row;
    const cost = price({ projectId, provider, model, usage, at });
    return cost === null ? row : { ...row, ...cost };
  });
  await record(database, batchOf({ interactions: priced }), [storeRecords, rollUp, bookCharges]);
}

const call = (minute: number, given: Partial<InteractionRow> = {}): InteractionRow =>
  interactionRow({
    id: randomUUID(),
    projectId,
    model: 'house-model',
    costMicroUsd: null,
    costSource: null,
    createdAt: new Date(START.getTime() + minute * 60_000),
    ...given,
  });

async function note(given: { model?: string | null; to?: Date } = {}): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into repricings (id, project_id, from_at, to_at, model, status, created_at)
     values ($1, $2, $3, $4, $5, 'queued', now())`,
    [id, projectId, START, given.to ?? new Date(START.getTime() + 86_400_000), given.model ?? null],
  );
  return id;
}

async function sums(): Promise<object> {
  const [rows] = await database.query<{ cost: number; unpriced: number }>(
    `select coalesce(sum(cost_micro_usd), 0)::bigint as cost,
       count(*) filter (where cost_micro_usd is null and status = 'success' and model is not null) as unpriced
     from interactions where project_id = $1`,
    [projectId],
  );
  const rollups = await database.query<{ cost: number; unpriced: number }>(
    `select sum(cost_micro_usd)::bigint as cost, sum(unpriced)::bigint as unpriced from usage_rollups
     where project_id = $1 group by grain, slice`,
    [projectId],
  );
  expect(rollups).toHaveLength(4);
  for (const one of rollups) expect(one).toEqual(rows);
  return { ...rows };
}

const state = async (id: string): Promise<Record<string, unknown>> => {
  const [row] = await database.query<Record<string, unknown>>(
    'select status, total, scanned, changed, before_micro_usd, after_micro_usd from repricings where id = $1',
    [id],
  );
  return { ...row };
};

describe('given a price that was added later', () => {
  it('prices what had none, and roll-ups and budgets follow', async () => {
    const budgetId = randomUUID();
    await database.query(
      `insert into budgets (${RULE_COLUMNS}, updated_at)
       values ($1, $2, 'b', 'project', '*', 'month', 1000, 'warn', 'allow', true, $3, $3)`,
      [budgetId, projectId, new Date(0)],
    );
    await store([call(0), call(70, { status: 'error' }), call(5, { costMicroUsd: 7 })]);
    expect(await sums()).toEqual({ cost: 7, unpriced: 1 });
    await setPrice(1);
    const id = await note();
    await runRepricing(deps, id, AbortSignal.timeout(60_000));
    // 10 tokens in at 1, 20 out at 2: 50 each.
    expect(await sums()).toEqual({ cost: 107, unpriced: 0 });
    const [account] = await database.query<{ spent: number }>(
      'select spent_micro_usd as spent from budget_accounts where budget_id = $1',
      [budgetId],
    );
    expect(account?.spent).toBe(107);
    expect(await state(id)).toEqual({
      status: 'done',
      total: 3,
      scanned: 3,
      changed: 2,
      before_micro_usd: 0,
      after_micro_usd: 100,
    });
  });
});

describe('given a price that changed', () => {
  it('changes what was priced by the former one, once', async () => {
    const price = await setPrice(1);
    await store([call(0), call(1), call(2, { model: 'house-other' })]);
    await setPrice(3, price);
    await runRepricing(deps, await note({ model: 'house-model' }), AbortSignal.timeout(60_000));
    expect(await sums()).toEqual({ cost: 70 + 70 + 50, unpriced: 0 });
    const [row] = await database.query<{ version: string }>(
      "select price_version as version from interactions where project_id = $1 and model = 'house-model'",
      [projectId],
    );
    expect(row?.version).toBe(`project:${price}#2`);
    const again = await note();
    await runRepricing(deps, again, AbortSignal.timeout(60_000));
    expect(await state(again)).toMatchObject({ scanned: 3, changed: 1 });
  });

  it.each(['HOUSE-model', 'house-m*'])(
    'finds calls of %s by what the provider named',
    async (model) => {
      const price = await setPrice(1);
      await store([call(0, { model: 'a-route', responseModel: 'house-model' })]);
      await setPrice(3, price);
      const id = await note({ model });
      await runRepricing(deps, id, AbortSignal.timeout(60_000));
      expect(await state(id)).toMatchObject({ scanned: 1, changed: 1, status: 'done' });
    },
  );

  it('leaves no price where the only one was removed', async () => {
    const price = await setPrice(1);
    await store([call(0)]);
    await database.query('delete from prices where id = $1', [price]);
    await runRepricing(deps, await note(), AbortSignal.timeout(60_000));
    expect(await sums()).toEqual({ cost: 0, unpriced: 1 });
  });

  it('keeps the service tier that the answer told', async () => {
    const row = call(0, { model: 'gpt-4o-mini', responseModel: 'gpt-4o-mini' });
    const [input, output] = [1_000_000, 0];
    const big = {
      ...row,
      usage: { ...row.usage, input, output },
      costMicroUsd: 1,
      priceVersion: 'project:old',
    };
    const body = bodyRow(big, { responseBody: '{"service_tier": "flex"}' });
    await record(database, batchOf({ interactions: [big], bodies: [body] }), [
      storeRecords,
      rollUp,
    ]);
    await runRepricing(deps, await note(), AbortSignal.timeout(60_000));
    expect(await sums()).toEqual({ cost: 75_000, unpriced: 0 });
  });
});

describe('given many calls', () => {
  it('goes on where it was cut off', async () => {
    await store(Array.from({ length: 1201 }, (_, at) => call(at % 600)));
    await setPrice(1);
    const id = await note();
    const stop = new AbortController();
    const cutting = {
      ...deps,
      recount: async (...args: Parameters<RepriceDeps['recount']>) => {
        await deps.recount(...args);
        stop.abort(new Error('stopping'));
      },
    };
    await expect(runRepricing(cutting, id, stop.signal)).rejects.toThrow('stopping');
    expect(await state(id)).toMatchObject({ status: 'running', scanned: 500, changed: 500 });
    await runRepricing(deps, id, AbortSignal.timeout(60_000));
    expect(await state(id)).toMatchObject({
      status: 'done',
      total: 1201,
      scanned: 1201,
      changed: 1201,
    });
    expect(await sums()).toEqual({ cost: 1201 * 50, unpriced: 0 });
    expect(pages).toBe(3);
  });

  it('ends when it is cancelled', async () => {
    await store([call(0)]);
    const id = await note();
    await database.query("update repricings set status = 'cancelled' where id = $1", [id]);
    await runRepricing(deps, id, AbortSignal.timeout(60_000));
    expect(await state(id)).toMatchObject({ status: 'cancelled', scanned: 0 });
  });
});
