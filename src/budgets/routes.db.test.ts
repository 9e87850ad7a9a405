import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { load } from '../../test/support/budgets.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { readDailyBudget } from './accounts.ts';
import { showBudgets } from './gauges.ts';
import { budgetRoutes } from './routes.ts';
import { readBudgetSnapshot, readBudgetVersion } from './snapshot.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const HOUR_MS = 3_600_000;
let server: TestApp;
const deeds: string[] = [];

beforeAll(async () => {
  server = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) =>
      budgetRoutes(app, {
        ...deps,
        recordDeed: async (_tx, { action, target }) => {
          deeds.push(`${action} ${target}`);
        },
      }),
  });
  await ensurePartitions(server.database);
});
afterAll(() => server.close());

const url = '/api/v1/budgets';
const cap = (more: object = {}): object => ({
  name: 'Cap',
  scope: 'project',
  period: 'month',
  limitMicroUsd: 1000,
  ...more,
});

/** A project of a test's own. */
const projectOf = async () => {
  const id = randomUUID();
  await server.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  const key = await server.key(id);
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) =>
    server.inject({
      method,
      url: `${url}${path}`,
      key,
      ...(payload === undefined ? {} : { payload }),
    });
  return {
    id,
    key,
    send,
    get: async (path = '') => (await send('GET', path)).json(),
    add: async (more: object = {}) => {
      const reply = await send('POST', '', cap(more));
      expect(reply.statusCode, reply.body).toBe(201);
      return reply.json();
    },
    spend: (costMicroUsd: number, given: Partial<InteractionRow> = {}) =>
      load(server.database, [], {
        projectId: id,
        costMicroUsd,
        createdAt: new Date(NOW_MS),
        ...given,
      }),
  };
};

describe('budgets: happy', () => {
  it('are added, listed, read, changed and removed, each with a deed', async () => {
    const p = await projectOf();
    const made = await p.add();
    expect(made).toMatchObject({
      name: 'Cap',
      match: '*',
      onExceeded: 'block',
      unpriced: 'block',
      enabled: true,
      limitUsd: 0.001,
      current: {
        subject: '',
        periodStart: '2026-11-01T00:00:00.000Z',
        periodEnd: '2026-12-01T00:00:00.000Z',
        spentMicroUsd: 0,
        remainingMicroUsd: 1000,
        level: 'ok',
        alertLevel: 'none',
      },
      accounts: { ok: 0, warning: 0, critical: 0, exceeded: 0 },
    });
    expect(await p.get(`/${made.id}`)).toEqual(made);
    const second = await p.add({ name: 'Other', onExceeded: 'warn' });
    expect(second.unpriced).toBe('allow');
    const page = await p.get('?limit=1');
    expect(page.items).toEqual([second]);
    expect((await p.get(`?limit=1&cursor=${page.nextCursor}`)).items).toEqual([made]);
    const changed = (
      await p.send('PATCH', `/${made.id}`, { limitMicroUsd: 500, enabled: false })
    ).json();
    expect(changed).toMatchObject({ name: 'Cap', limitMicroUsd: 500, enabled: false });
    expect((await p.send('DELETE', `/${made.id}`)).statusCode).toBe(204);
    expect((await p.get()).items).toHaveLength(1);
    for (const action of ['created', 'changed', 'deleted']) {
      expect(deeds).toContain(`budget.${action} ${made.id}`);
    }
  });

  it('tell what is spent, the level and each step of it', async () => {
    const p = await projectOf();
    const { id } = await p.add();
    const version = await readBudgetVersion(server.database);
    for (const cost of [599, 1, 200, 300]) await p.spend(cost);
    const { current } = await p.get(`/${id}`);
    expect(current).toMatchObject({
      spentMicroUsd: 1100,
      usedShare: 1.1,
      remainingMicroUsd: 0,
      level: 'exceeded',
      alertLevel: 'critical',
    });
    const { items } = await p.get(`/${id}/crossings`);
    expect(
      items.map(({ from, to, spentMicroUsd }: Record<string, unknown>) => [
        from,
        to,
        spentMicroUsd,
      ]),
    ).toEqual([
      ['critical', 'exceeded', 1100],
      ['warning', 'critical', 800],
      ['ok', 'warning', 600],
    ]);
    // Processes learn of a level within a second.
    expect(await readBudgetVersion(server.database)).toBeGreaterThan(version);
    const snapshot = await readBudgetSnapshot(server.database);
    expect(snapshot.levels).toContainEqual({
      budgetId: id,
      subject: '',
      period: '2026-11-01T00:00:00.000Z',
      level: 'exceeded',
      spentMicroUsd: 1100,
    });
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    await p.send('PATCH', `/${id}`, { limitMicroUsd: 100_000 });
    expect((await p.get('/crossings')).items[0]).toMatchObject({ from: 'exceeded', to: 'ok' });
  });

  it('count each user by itself where the match is *', async () => {
    const p = await projectOf();
    const { id } = await p.add({ scope: 'user' });
    await p.spend(900, { userId: '김' });
    await p.spend(100, { userId: 'bob' });
    await p.spend(5000);
    expect(await p.get(`/${id}`)).toMatchObject({
      current: { subject: '김', spentMicroUsd: 900, level: 'critical' },
      accounts: { ok: 1, critical: 1 },
      projection: null,
    });
    const page = await p.get(`/${id}/accounts?limit=1`);
    expect(page).toMatchObject({ items: [{ subject: '김' }], nextCursor: '1' });
    const next = await p.get(`/${id}/accounts?limit=1&cursor=1`);
    expect(next).toMatchObject({
      items: [{ subject: 'bob', spentMicroUsd: 100 }],
      nextCursor: null,
    });
  });

  it.each([
    ['gateway', 100],
    ['sdk', 100],
    ['event', 100],
    ['otlp', 100],
    ['import', 0],
    ['demo', 0],
  ] as const)('count what comes by %s: %i', async (origin, spent) => {
    const p = await projectOf();
    const { id } = await p.add();
    await p.spend(100, { origin });
    expect((await p.get(`/${id}`)).current.spentMicroUsd).toBe(spent);
  });

  it('count what the period has spent before they were made', async () => {
    const p = await projectOf();
    const rows = [1, 30, 24 * 19, 24 * 25].map((hoursAgo) =>
      interactionRow({
        id: randomUUID(),
        projectId: p.id,
        costMicroUsd: 100,
        model: 'm',
        createdAt: new Date(NOW_MS - hoursAgo * HOUR_MS),
      }),
    );
    await record(server.database, batchOf({ interactions: rows }), [insertRaw]);
    const spent = async (more: object): Promise<number> =>
      (await p.add(more)).current.spentMicroUsd;
    expect(await spent({ period: 'day' })).toBe(100);
    expect(await spent({ period: 'week' })).toBe(200);
    expect(await spent({ period: 'month' })).toBe(300);
    expect(await spent({ period: 'total' })).toBe(0);
    expect(await spent({ scope: 'model', match: 'm' })).toBe(300);
    expect(await spent({ scope: 'model', match: 'n' })).toBe(0);
    const { projection } = await p.add();
    expect(projection).toMatchObject({ n: 25, needed: 3 });
    expect(projection.high).toBeGreaterThan(projection.value);
  });

  it('book calls on the period of their time', async () => {
    const p = await projectOf();
    const { id } = await p.add({ period: 'day' });
    await p.spend(100, { createdAt: new Date('2026-11-20T23:59:59.999Z') });
    await p.spend(30, { createdAt: new Date('2026-11-21T00:00:00.000Z') });
    expect((await p.get(`/${id}`)).current.spentMicroUsd).toBe(30);
    expect(await readDailyBudget(server.database, p.id, NOW_MS)).toMatchObject({
      alertLevel: 'none',
      usedShare: 0.03,
    });
  });

  it('are shown as metrics', async () => {
    const p = await projectOf();
    await p.add({ name: 'shown' });
    await p.spend(250);
    await showBudgets(server.deps);
    const text = await server.deps.metrics.registry.metrics();
    const labels = `{project="p-${p.id.slice(0, 13)}",budget="shown"}`;
    expect(text).toContain(`lqo_budget_spent_usd${labels} 0.00025`);
    expect(text).toContain(`lqo_budget_limit_usd${labels} 0.001`);
    expect(text).toContain(`lqo_budget_used_ratio${labels} 0.25`);
  });
});

describe('budgets: error', () => {
  it.each<[string, object]>([
    ['without a name', cap({ name: ' ' })],
    ['without a limit', cap({ limitMicroUsd: 0 })],
    ['of a fraction of a micro-dollar', cap({ limitMicroUsd: 1.5 })],
    ['of a year', cap({ period: 'year' })],
    ['of a project with a match', cap({ match: 'x' })],
    ['of a key that is no id', cap({ scope: 'key', match: 'mine' })],
    ['with unknown fields', cap({ limitUsd: 3 })],
  ])('refuses one %s', async (_, payload) => {
    const reply = await server.inject({ method: 'POST', url, payload });
    expect(reply.statusCode).toBe(400);
  });

  it('refuses to change what it is about', async () => {
    const p = await projectOf();
    const { id } = await p.add();
    expect((await p.send('PATCH', `/${id}`, { scope: 'user' })).statusCode).toBe(400);
  });

  it('finds none that does not exist', async () => {
    const p = await projectOf();
    const id = randomUUID();
    for (const path of [`/${id}`, `/${id}/accounts`, `/${id}/crossings`]) {
      expect((await p.send('GET', path)).statusCode).toBe(404);
    }
    expect((await p.send('PATCH', `/${id}`, { name: 'x' })).statusCode).toBe(404);
    expect((await p.send('DELETE', `/${id}`)).statusCode).toBe(404);
  });
});

describe('budgets: security', () => {
  it('keeps projects apart', async () => {
    const [mine, other] = [await projectOf(), await projectOf()];
    const { id } = await mine.add();
    await mine.spend(700);
    expect((await other.get()).items).toEqual([]);
    expect((await other.get('/crossings')).items).toEqual([]);
    for (const path of [`/${id}`, `/${id}/accounts`, `/${id}/crossings`]) {
      expect((await other.send('GET', path)).statusCode).toBe(404);
    }
    expect((await other.send('PATCH', `/${id}`, { limitMicroUsd: 1 })).statusCode).toBe(404);
    expect((await other.send('DELETE', `/${id}`)).statusCode).toBe(404);
    expect((await mine.get(`/${id}`)).limitMicroUsd).toBe(1000);
  });

  it('lets only administrators change them, and asks who is calling', async () => {
    const p = await projectOf();
    const { id } = await p.add();
    const reader = await server.key(p.id, ['read', 'gateway', 'ingest']);
    const requests = [
      { method: 'POST', url, payload: cap() },
      { method: 'PATCH', url: `${url}/${id}`, payload: { name: 'x' } },
      { method: 'DELETE', url: `${url}/${id}` },
    ] as const;
    for (const request of requests) {
      expect((await server.inject({ ...request, key: reader })).statusCode).toBe(403);
      expect((await server.inject({ ...request, key: null })).statusCode).toBe(401);
    }
    expect((await server.inject({ url, key: reader })).statusCode).toBe(200);
    expect((await server.inject({ url, key: null })).statusCode).toBe(401);
  });
});
