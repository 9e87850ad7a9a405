import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { createCostAnalysis } from './cost-analysis.ts';
import type { DailyBudget } from './cost-legacy.ts';
import { costRoutes } from './cost-routes.ts';
import { rollUp } from './roll-up.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let test: TestApp;
let daily: DailyBudget | null = null;

beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) => {
      const analysis = createCostAnalysis({ ...deps, dailyBudget: () => Promise.resolve(daily) });
      costRoutes(app, { ...deps, analysis });
    },
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

type Given = Partial<InteractionRow> & { readonly hoursAgo?: number; readonly body?: string };

const filled = async (rows: readonly Given[]) => {
  const id = randomUUID();
  await test.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  const key = await test.key(id);
  const calls = rows.map(({ hoursAgo = 0, body, ...given }) => {
    const createdAt = new Date(NOW_MS - hoursAgo * HOUR_MS);
    return { body, row: interactionRow({ id: randomUUID(), projectId: id, createdAt, ...given }) };
  });
  const batch = batchOf({
    interactions: calls.map(({ row }) => row),
    bodies: calls.flatMap(({ row, body }) =>
      body === undefined ? [] : bodyRow(row, { requestBody: body }),
    ),
  });
  await record(test.database, batch, [storeRecords, rollUp]);
  return {
    id,
    get: async (url: string) => {
      const reply = await test.inject({ url, key });
      expect(reply.statusCode, reply.body).toBe(200);
      return reply.json();
    },
  };
};

const usage = (input: number, output: number, cachedInput = 0): InteractionRow['usage'] => ({
  ...interactionRow({ projectId: '' }).usage,
  input,
  output,
  cachedInput,
});

describe('costs: happy', () => {
  it('sum up by model and day, with shares, points and the month', async () => {
    const p = await filled([
      { model: 'a', costMicroUsd: 300, usage: usage(100, 10, 40) },
      { model: 'a', costMicroUsd: 300, hoursAgo: 24, usage: usage(100, 10) },
      { model: 'b', costMicroUsd: 200, hoursAgo: 48 },
      { model: 'c', costMicroUsd: null, hoursAgo: 1 },
    ]);
    const costs = await p.get('/api/v1/analytics/costs?limit=2&from=2026-11-15T00:00:00Z');
    expect(costs).toMatchObject({
      from: '2026-11-15T00:00:00.000Z',
      to: '2026-11-22T00:00:00.000Z',
      source: 'rollups',
      complete: true,
      totals: { costMicroUsd: 800, costUsd: 0.0008, requests: 4, unpriced: 1 },
      cachedTokenShare: 40 / 220,
      cachedTokens: { value: 40 / 220, low: null, high: null },
      others: { groups: 1, requests: 1, unpriced: 1, costMicroUsd: 0 },
      month: {
        start: '2026-11-01T00:00:00.000Z',
        end: '2026-12-01T00:00:00.000Z',
        spentMicroUsd: 800,
      },
    });
    expect(costs.points).toHaveLength(7);
    expect(costs.points.map((point: { costMicroUsd: number }) => point.costMicroUsd)).toEqual([
      0, 0, 0, 0, 200, 300, 300,
    ]);
    expect(costs.groups).toMatchObject([
      { key: 'a', provider: 'openai', costMicroUsd: 600, share: 0.75, costPerRequestMicroUsd: 300 },
      { key: 'b', costMicroUsd: 200, share: 0.25 },
    ]);
    expect(costs.groups[0].points).toHaveLength(7);
    // Two whole days are not enough for a projection.
    expect(costs.month.projection).toEqual({ value: null, n: 2, low: null, high: null, needed: 3 });
  });

  it('project the month by its days', async () => {
    const p = await filled(
      Array.from({ length: 11 }, (_, day) => ({
        hoursAgo: 24 * day,
        costMicroUsd: 100_000 + (day % 2) * 10_000,
      })),
    );
    const { month } = await p.get('/api/v1/analytics/costs');
    const soFar = 100_000 * 11 + 5 * 10_000;
    const daysLeft = (Date.parse('2026-12-01T00:00:00Z') - NOW_MS) / DAY_MS;
    expect(month.spentMicroUsd).toBe(soFar);
    expect(month.projection).toMatchObject({ n: 10, needed: 3 });
    expect(month.projection.value).toBeCloseTo(soFar + 105_000 * daysLeft, 3);
    expect(month.projection.low).toBeGreaterThan(soFar);
    expect(month.projection.low).toBeLessThan(month.projection.value);
    expect(month.projection.high).toBeGreaterThan(month.projection.value);
  });

  it('tell weeks and months whole', async () => {
    const p = await filled([{ costMicroUsd: 5 }, { costMicroUsd: 7, hoursAgo: 24 * 40 }]);
    const from = '2026-10-05T12:00:00Z';
    const months = await p.get(`/api/v1/analytics/costs?interval=month&from=${from}`);
    expect(
      months.points.map(({ at, costMicroUsd }: { at: string; costMicroUsd: number }) => [
        at,
        costMicroUsd,
      ]),
    ).toEqual([
      ['2026-10-01T00:00:00.000Z', 7],
      ['2026-11-01T00:00:00.000Z', 5],
    ]);
    const weeks = await p.get(`/api/v1/analytics/costs?interval=week&from=${from}&groupBy=user`);
    expect(weeks.points[0].at).toBe('2026-10-05T00:00:00.000Z');
    expect(weeks.points.at(-1)).toMatchObject({ at: '2026-11-16T00:00:00.000Z', costMicroUsd: 5 });
    expect(weeks.groups).toMatchObject([{ key: null, costMicroUsd: 12, share: 1 }]);
  });

  it.each([
    ['user', { userId: '김철수' }, '김철수'],
    ['tag', { tags: ['x', 'x'] }, 'x'],
    ['prompt', { promptName: 'greet', promptVersion: '2' }, 'greet@2'],
  ] as const)('tell %ss apart', async (groupBy, given, key) => {
    const p = await filled([
      { ...given, costMicroUsd: 90 },
      { ...given, costMicroUsd: 10, hoursAgo: 30 },
      { costMicroUsd: 50 },
    ]);
    const costs = await p.get(`/api/v1/analytics/costs?groupBy=${groupBy}`);
    expect(costs).toMatchObject({ source: 'rows', complete: true, rowLimit: 200_000 });
    expect(costs.groups).toMatchObject([
      { key, costMicroUsd: 100, requests: 2, share: 2 / 3 },
      { key: null, costMicroUsd: 50, requests: 1 },
    ]);
    const first = await p.get(`/api/v1/analytics/costs?groupBy=${groupBy}&limit=1`);
    expect(first.others).toMatchObject({ groups: 1, costMicroUsd: 50, requests: 1 });
  });

  it('name keys, and count what the cache saved', async () => {
    const keyId = randomUUID();
    const base = interactionRow({ projectId: '' });
    const p = await filled([
      { keyId, costMicroUsd: 10 },
      {
        costMicroUsd: 0,
        handling: { ...base.handling, cache: 'hit', savedMicroUsd: 77 },
      },
    ]);
    await test.database.query(
      `insert into api_keys (id, project_id, name, prefix, key_hash, scopes) values ($1, $2, 'web', 'lqo_x', $3, '{}')`,
      [keyId, p.id, Buffer.from(keyId)],
    );
    const costs = await p.get('/api/v1/analytics/costs?groupBy=key');
    expect(costs.groups[0]).toMatchObject({ key: keyId, label: 'web' });
    expect(costs).toMatchObject({ savedByCacheMicroUsd: 77, cacheHits: 1 });
  });
});

describe('costs: error and security', () => {
  it.each(['groupBy=moon', 'interval=hour', 'limit=0', 'from=x'])('refuse %s', async (query) => {
    expect((await test.inject({ url: `/api/v1/analytics/costs?${query}` })).statusCode).toBe(400);
  });

  it.each([
    '/api/v1/analytics/costs',
    '/api/v1/analytics/costs/suggestions',
    '/api/v1/prices/unpriced',
    '/metrics/cost',
  ])('keep projects apart and ask who is calling: %s', async (url) => {
    await filled([{ costMicroUsd: 1 }]);
    const other = await filled([]);
    expect(JSON.stringify(await other.get(url))).not.toContain('gpt-test');
    expect((await test.inject({ url, key: null })).statusCode).toBe(401);
    const gateway = await test.key(other.id, ['gateway']);
    expect((await test.inject({ url, key: gateway })).statusCode).toBe(403);
  });
});

describe('the cost analysis of llm-monitoring-framework', () => {
  const WINDOWS: [string, number, number][] = [
    ['1h', 1, 30],
    ['24h', 3, 1],
    ['7d', 7, 30 / 7],
    ['30d', 15, 1],
  ];

  it.each(WINDOWS)('looks at exactly %s', async (window, cost) => {
    const p = await filled([
      { costMicroUsd: 1_000_000, hoursAgo: 0.9 },
      { costMicroUsd: 2_000_000, hoursAgo: 1.1 },
      { costMicroUsd: 4_000_000, hoursAgo: 24.1 },
      { costMicroUsd: 8_000_000, hoursAgo: 24 * 7 + 0.2 },
      { costMicroUsd: 16_000_000, hoursAgo: 24 * 30 + 0.1 },
    ]);
    const analysis = await p.get(`/metrics/cost?time_period=${window}`);
    expect(analysis).toMatchObject({ time_period: window, total_cost_usd: cost });
    const days = { '1h': 1 / 24, '24h': 1, '7d': 7, '30d': 30 }[window] ?? 0;
    expect(analysis.projected_monthly_cost).toBeCloseTo((cost * 30) / days, 6);
    expect(analysis.most_expensive_operations).toEqual([`gpt-test ($${cost.toFixed(4)})`]);
  });

  it('is empty but for the framework’s fields without calls', async () => {
    const p = await filled([]);
    expect(await p.get('/metrics/cost')).toMatchObject({
      time_period: '24h',
      total_cost_usd: 0,
      avg_cost_per_request: 0,
      most_expensive_operations: [],
      optimization_suggestions: [],
      projected_monthly_cost: 0,
      alert_level: 'none',
      daily_budget: null,
    });
  });

  it('projects by the time that the project has been there', async () => {
    const p = await filled([{ costMicroUsd: 1_000_000, hoursAgo: 2.5 }]);
    const { projected_monthly_cost } = await p.get('/metrics/cost?time_period=7d');
    expect(projected_monthly_cost).toBeCloseTo((30 * 24) / 2.5, 6);
  });

  it('names users, and gives the projection an interval', async () => {
    const p = await filled([
      { userId: 'ann', costMicroUsd: 500_000, hoursAgo: 0.2 },
      ...Array.from({ length: 24 }, (_, hour) => ({
        userId: 'bob',
        hoursAgo: hour,
        costMicroUsd: 100_000 + hour,
      })),
    ]);
    const analysis = await p.get('/metrics/cost');
    expect(analysis.cost_by_user).toMatchObject([
      { user_id: 'bob' },
      { user_id: 'ann', cost_usd: 0.5, requests: 1 },
    ]);
    expect(analysis.projected_monthly_cost_low).toBeLessThan(analysis.projected_monthly_cost);
    expect(analysis.projected_monthly_cost_high).toBeGreaterThan(analysis.projected_monthly_cost);
  });

  it('tells the level of the daily budget', async () => {
    daily = {
      alertLevel: 'warning',
      usedShare: 0.85,
      limitMicroUsd: 2_000_000,
      remainingMicroUsd: 300_000,
    };
    const p = await filled([{ costMicroUsd: 1_700_000 }]);
    expect(await p.get('/metrics/cost')).toMatchObject({
      alert_level: 'warning',
      budget_used_pct: 85,
      cost_today: 1.7,
      daily_budget: 2,
      remaining_budget: 0.3,
    });
    daily = null;
  });

  it('refuses windows that it does not know', async () => {
    expect((await test.inject({ url: '/metrics/cost?time_period=2y' })).statusCode).toBe(400);
  });
});

describe('models without a price', () => {
  it('are listed with their calls and the nearest listed names', async () => {
    const p = await filled([
      { model: 'my-gpt-4o-mini', costMicroUsd: null, usage: usage(7, 3), hoursAgo: 1 },
      { model: 'my-gpt-4o-mini', costMicroUsd: null, usage: usage(7, 3), hoursAgo: 50 },
      { model: 'zzz', provider: 'house', costMicroUsd: null },
      { model: 'priced', costMicroUsd: 3 },
    ]);
    const { models } = await p.get('/api/v1/prices/unpriced');
    expect(models).toMatchObject([
      {
        provider: 'openai',
        model: 'my-gpt-4o-mini',
        calls: 2,
        inputTokens: 14,
        outputTokens: 6,
        lastSeenAt: '2026-11-21T11:30:00.000Z',
      },
      { provider: 'house', model: 'zzz', calls: 1, nearest: [] },
    ]);
    expect(models[0].nearest).toContainEqual({
      provider: 'openai',
      model: 'gpt-4o-mini',
      inputUsdPerMillion: 0.15,
      outputUsdPerMillion: 0.6,
    });
  });
});
