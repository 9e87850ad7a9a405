import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { projectWith as fill, type Made } from '../../test/support/filled-project.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { analyticsRoutes } from './routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const DAY_MS = 24 * 3_600_000;

let test: TestApp;
const projectWith = (rows: readonly Made[]) => fill(test, NOW_MS, rows);

beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) => analyticsRoutes(app, deps),
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

const three: Made[] = [
  { given: { latencyMs: 100 }, scores: [{ value: 1 }] },
  {
    hoursAgo: 1,
    given: { latencyMs: 200, costMicroUsd: null },
    scores: [{ value: 0.25, flagged: true }],
  },
  {
    hoursAgo: 30,
    given: {
      latencyMs: 400,
      status: 'error',
      errorType: 'rate_limited',
      model: 'b',
    },
  },
];

describe('our own questions', () => {
  it('leave judges out of quality, which see a sample, and their calls out of traffic', async () => {
    const judge = { source: 'judge', evaluator: 'judge:quality', value: 0 } as const;
    const p = await projectWith([
      { scores: [{ value: 1 }, judge] },
      { given: { origin: 'judge', costMicroUsd: 70 } },
    ]);
    const { current } = await p.get('/api/v1/analytics/summary');
    expect(current).toMatchObject({ requests: 1, quality: { value: 1, n: 1 }, evaluated: 1 });
  });

  it('sum up the last day and the one before', async () => {
    const p = await projectWith(three);
    const summary = await p.get('/api/v1/analytics/summary');
    expect(summary.current).toMatchObject({
      requests: 2,
      errors: 0,
      errorRate: { value: 0, n: 2, low: 0 },
      latencyMs: { value: 150, n: 2 },
      inputTokens: 20,
      outputTokens: 40,
      costMicroUsd: 150,
      costUsd: 0.00015,
      unpriced: 1,
      quality: { value: 0.625, n: 2 },
      flagRate: { value: 0.5, n: 2 },
      evaluated: 2,
    });
    expect(summary.current.p50LatencyMs).toBeGreaterThan(98);
    expect(summary.previous).toMatchObject({
      requests: 1,
      errors: 1,
      errorRate: { value: 1, n: 1 },
      latencyMs: { value: 400, n: 1, low: null, high: null },
      p50LatencyMs: null,
      quality: { value: null, n: 0, low: null, high: null },
    });
  });

  it('tell percentiles with n and, from enough calls on, an interval', async () => {
    const p = await projectWith(
      Array.from({ length: 80 }, (_, at) => ({
        hoursAgo: at % 8,
        given: { latencyMs: 100 + 10 * at, costMicroUsd: 100 + 10 * (at % 8) },
      })),
    );
    const { current } = await p.get('/api/v1/analytics/summary');
    const { p50, p95, p99 } = current.latencyPercentiles;
    expect(p50).toMatchObject({ n: 80, needed: 6, value: current.p50LatencyMs });
    // The 31st and the 50th of 80 values, each within 1 %.
    expect(p50.low / 400).toBeCloseTo(1, 1);
    expect(p50.high / 590).toBeCloseTo(1, 1);
    expect(p95).toMatchObject({ n: 80, needed: 72 });
    expect(p95.low).toBeLessThan(p95.value);
    expect(p95.high).toBeGreaterThan(p95.value);
    expect(p99).toMatchObject({ n: 80, needed: 368, low: null, high: null });
    expect(current.costPerRequest).toMatchObject({ value: 0.000135, n: 80 });
    expect(current.costPerRequest.low).toBeGreaterThan(0.00009);
    expect(current.costPerRequest.high).toBeLessThan(0.00018);
  });

  it('have every bucket of a trend, empty ones too', async () => {
    const p = await projectWith(three);
    const from = new Date(NOW_MS - 2 * DAY_MS).toISOString();
    const hours = await p.get(`/api/v1/analytics/trends?from=${from}`);
    expect(hours.points).toHaveLength(49);
    expect(hours.points.at(-1)).toMatchObject({ at: '2026-11-21T12:00:00.000Z', requests: 1 });
    expect(hours.points[0]).toMatchObject({ requests: 0, errorRate: { value: null, n: 0 } });
    const days = await p.get(`/api/v1/analytics/trends?interval=day&from=${from}`);
    expect(days.points.map((point: { requests: number }) => point.requests)).toEqual([0, 1, 2]);
    const weeks = await p.get(`/api/v1/analytics/trends?interval=week&from=${from}`);
    expect(weeks.points).toMatchObject([{ at: '2026-11-16T00:00:00.000Z', requests: 3 }]);
    expect(weeks.points[0].quality).toMatchObject({ value: 0.625, n: 2 });
  });

  it('narrow to a model or provider', async () => {
    const p = await projectWith([
      ...three,
      { given: { provider: 'anthropic', model: 'claude' }, scores: [{ value: 0.5 }] },
    ]);
    const from = new Date(NOW_MS - 2 * DAY_MS).toISOString();
    for (const [filter, requests, evaluated] of [
      ['model=b', 1, 0],
      ['provider=anthropic', 1, 1],
      ['provider=openai', 3, 2],
      ['model=claude&provider=openai', 0, 1],
    ] as const) {
      const summary = await p.get(`/api/v1/analytics/summary?from=${from}&${filter}`);
      expect(summary.current, filter).toMatchObject({ requests, evaluated });
    }
  });

  it('compare models and name the best', async () => {
    const p = await projectWith([
      ...[100, 110, 120].map((latencyMs) => ({
        given: { model: 'fast', latencyMs },
        scores: [{ value: 0.25 }],
      })),
      ...[900, 950].map((latencyMs) => ({
        given: { model: 'good', latencyMs },
        scores: [{ value: 1 }],
      })),
      { given: { model: 'fast', status: 'error' as const, latencyMs: 5 } },
      { given: { model: 'broken', status: 'error' as const, latencyMs: null } },
    ]);
    const reply = await p.get('/api/v1/analytics/compare');
    expect(reply).toMatchObject({
      bestByLatency: 'fast',
      bestByQuality: 'good',
      bestByStability: 'good',
    });
    const [fast, good] = reply.models;
    expect(fast).toMatchObject({
      model: 'fast',
      provider: 'openai',
      requests: 4,
      errors: 1,
      lowQuality: 3,
    });
    expect(good).toMatchObject({ model: 'good', highQuality: 2, costPerRequestUsd: 0.00015 });
    const counted = fast.latencyBins.reduce(
      (sum: number, bar: { count: number }) => sum + bar.count,
      0,
    );
    expect(counted).toBe(4);
  });

  it('test what changed against the time before', async () => {
    const p = await projectWith([
      ...Array.from({ length: 30 }, (_, at) => ({
        hoursAgo: 26 + (at % 8),
        given: { latencyMs: 100 + at },
        scores: [{ value: 0.8 + 0.01 * (at % 3) }],
      })),
      ...Array.from({ length: 30 }, (_, at) => ({
        hoursAgo: at % 8,
        given: { latencyMs: 300 + at },
        scores: [{ value: 0.4 + 0.01 * (at % 3), flagged: at % 15 === 0 }],
      })),
    ]);
    const { changes } = await p.get('/api/v1/analytics/summary');
    expect(changes.quality).toMatchObject({ verdict: 'lower', n: 30, needed: 10 });
    expect(changes.quality.value).toBeCloseTo(-0.4, 6);
    expect(changes.quality.high).toBeLessThan(-0.38);
    expect(changes.flagRate).toMatchObject({ verdict: 'unclear', n: 30 });
    expect(changes.errorRate).toMatchObject({ value: 0, verdict: 'unclear' });
    expect(changes.p50LatencyMs).toMatchObject({ verdict: 'higher', needed: 6 });
    expect(changes.p95LatencyMs).toMatchObject({ verdict: 'not_enough', needed: 72, low: null });
    expect(changes.slower).toMatchObject({ value: 1, verdict: 'higher' });
    const empty = await projectWith([]);
    const nothing = await empty.get('/api/v1/analytics/summary');
    expect(nothing.changes.quality).toMatchObject({ value: null, verdict: 'not_enough', n: 0 });
  });

  it('compare every model with a chosen one, and adjust for how many there are', async () => {
    const answers = (model: string, value: number, count: number): Made[] =>
      Array.from({ length: count }, (_, at) => ({
        given: { model, latencyMs: 100 + (at % 7) },
        scores: [{ value: value + 0.02 * (at % 5) }],
      }));
    const p = await projectWith([
      ...answers('base', 0.6, 40),
      ...answers('better', 0.8, 30),
      ...answers('same', 0.6, 20),
      ...answers('rare', 0.1, 3),
    ]);
    const plain = await p.get('/api/v1/analytics/compare');
    expect(plain).toMatchObject({ baseline: null, models: [{ differences: null }, {}, {}, {}] });
    const reply = await p.get('/api/v1/analytics/compare?baseline=base');
    expect(reply.baseline).toEqual({ model: 'base', provider: 'openai' });
    const of = (model: string) =>
      reply.models.find((row: { model: string }) => row.model === model).differences;
    expect(of('base')).toBeNull();
    expect(of('better').quality).toMatchObject({ verdict: 'higher' });
    expect(of('better').quality.value).toBeCloseTo(0.2, 6);
    expect(of('same').quality).toMatchObject({ verdict: 'unclear' });
    expect(of('rare').quality).toMatchObject({ verdict: 'not_enough', n: 3, needed: 10 });
    const missing = await test.inject({
      url: '/api/v1/analytics/compare?baseline=nobody',
      key: await test.key(p.id),
    });
    expect(missing.statusCode).toBe(404);
  });

  it('count errors by type and scores by name', async () => {
    const p = await projectWith([
      { given: { status: 'error', errorType: 'rate_limited' } },
      { given: { status: 'error', errorType: 'timeout_total' } },
      { given: { status: 'error', errorType: 'rate_limited' } },
      { scores: [{ value: 0.95 }, { name: 'length', value: 0.05, label: 'short', flagged: true }] },
    ]);
    const errors = await p.get('/api/v1/analytics/errors');
    expect(errors.types).toMatchObject([
      { errorType: 'rate_limited', count: 2, share: { n: 3 } },
      { errorType: 'timeout_total', count: 1 },
    ]);
    const { scores } = await p.get('/api/v1/analytics/scores');
    expect(scores).toMatchObject([
      {
        name: 'length',
        source: 'rule',
        evaluator: 'rules',
        mean: { value: 0.05, n: 1 },
        flagRate: { value: 1 },
        distribution: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        labels: [{ label: 'short', count: 1 }],
        versions: [{ mean: { value: 0.05, n: 1 }, flagRate: { value: 1, n: 1 } }],
      },
      { name: 'overall', distribution: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
    ]);
  });

  it('refuse ranges that cannot be', async () => {
    for (const query of [
      'summary?from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z',
      'summary?from=2024-01-01T00:00:00Z',
      'trends?from=2026-09-01T00:00:00Z&interval=hour',
      'trends?interval=minute',
      'compare?from=now',
    ]) {
      const reply = await test.inject({ url: `/api/v1/analytics/${query}` });
      expect(reply.statusCode, query).toBe(400);
      expect(reply.json().error.code).toBe('invalid_request');
    }
  });
});

describe('the routes', () => {
  const urls = [
    '/api/v1/analytics/summary',
    '/api/v1/analytics/trends',
    '/api/v1/analytics/compare',
    '/api/v1/analytics/errors',
    '/api/v1/analytics/scores',
    '/api/dashboard/summary',
    '/api/dashboard/logs',
    '/api/dashboard/evaluations',
    '/api/dashboard/models/stats',
    '/api/dashboard/timeseries',
    '/analytics/trends',
    '/analytics/compare-models',
    '/metrics/summary',
    '/metrics/by_model',
    '/api/logs',
    '/api/evaluations',
    '/api/stats',
    '/api/time-series',
  ];

  it('tell a key of another project nothing', async () => {
    const p = await projectWith([{ given: { model: 'secret-model' }, scores: [{}] }]);
    const empty = await projectWith([]);
    for (const url of urls) {
      const reply = JSON.stringify(await empty.get(url));
      expect(reply, url).not.toContain('secret-model');
      expect(reply, url).not.toMatch(/"(requests|total_requests|total_logs|total)":[1-9]/);
    }
    expect(JSON.stringify(await p.get('/api/logs'))).toContain('secret-model');
  });

  it('need scope read', async () => {
    const key = await test.key(test.a.id, ['gateway', 'ingest', 'metrics']);
    for (const url of urls) {
      expect((await test.inject({ url, key: null })).statusCode, url).toBe(401);
      expect((await test.inject({ url, key })).statusCode, url).toBe(403);
    }
  });

  it('refuse parameters out of bounds', async () => {
    for (const url of [
      '/api/dashboard/logs?page=0',
      '/api/dashboard/logs?page_size=101',
      '/api/dashboard/evaluations?page=x',
      '/api/dashboard/timeseries?days=31',
      '/analytics/trends?hours=169',
      '/analytics/compare-models?days=0',
      '/api/time-series?metric=cost',
      '/api/evaluations?min_score=9',
    ]) {
      const reply = await test.inject({ url });
      expect(reply.statusCode, url).toBe(400);
      expect(reply.json().error.code, url).toBe('invalid_request');
    }
  });
});
