import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { projectWith as fill, type Made } from '../../test/support/filled-project.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { analyticsRoutes } from './routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');

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

describe('totals of LLM-Quality-Observer', () => {
  it('cover all time, in numbers', async () => {
    const p = await projectWith([...three, { hoursAgo: 24 * 60, given: { latencyMs: null } }]);
    expect(await p.get('/api/dashboard/summary')).toMatchObject({
      total_logs: 4,
      total_evaluated: 2,
      avg_latency_ms: 700 / 3,
      avg_score: 3.5,
    });
    expect(await p.get('/metrics/summary')).toMatchObject({
      total_logs: 4,
      evaluated_logs: 2,
      pending_logs: 2,
      avg_latency_ms: 233.33,
      avg_score: 3.5,
      flagged_ratio: 0.5,
    });
    expect(await p.get('/api/stats')).toMatchObject({
      total_requests: 4,
      average_score: 3.5,
      success_rate: 0.75,
      average_latency_ms: 700 / 3,
      total_evaluations: 2,
    });
  });

  it('are null and zero for an empty project', async () => {
    const p = await projectWith([]);
    expect(await p.get('/api/dashboard/summary')).toMatchObject({
      total_logs: 0,
      total_evaluated: 0,
      avg_latency_ms: null,
      avg_score: null,
    });
    expect(await p.get('/metrics/summary')).toMatchObject({ pending_logs: 0, flagged_ratio: 0 });
    expect(await p.get('/api/stats')).toMatchObject({ success_rate: 0, average_score: null });
    expect(await p.get('/api/dashboard/models/stats')).toMatchObject({ models: [] });
    expect(await p.get('/analytics/compare-models')).toMatchObject({
      models: [],
      best_model_by_latency: null,
      best_model_by_quality: null,
      best_model_by_stability: null,
    });
    expect(await p.get('/api/logs')).toMatchObject({ logs: [], total: 0 });
    expect(await p.get('/api/evaluations')).toMatchObject({ evaluations: [], total: 0 });
  });

  it('come by model', async () => {
    const p = await projectWith([...three, { given: { model: null } }]);
    expect(await p.get('/api/dashboard/models/stats')).toMatchObject({
      models: [
        {
          model_version: 'gpt-test',
          total_requests: 2,
          avg_latency_ms: 150,
          avg_score: 3.5,
          total_evaluated: 2,
        },
        {
          model_version: 'b',
          total_requests: 1,
          avg_latency_ms: 400,
          avg_score: null,
          total_evaluated: 0,
        },
        {
          model_version: 'unknown',
          total_requests: 1,
          avg_latency_ms: 500,
          avg_score: null,
          total_evaluated: 0,
        },
      ],
    });
    const { models } = await p.get('/metrics/by_model');
    expect(models).toMatchObject([
      { model_version: 'gpt-test', total_logs: 2, avg_latency_ms: 150, avg_score: 3.5 },
      { model_version: 'b', total_logs: 1, avg_latency_ms: 400, avg_score: null },
    ]);
  });
});

describe('intervals beside the numbers of LLM-Quality-Observer', () => {
  it('have n and the unit of their field', async () => {
    const p = await projectWith(three);
    const { intervals } = await p.get('/metrics/summary');
    expect(intervals.flagged_ratio).toMatchObject({ value: 0.5, n: 2 });
    expect(intervals.avg_score).toMatchObject({ value: 3.5, n: 2, low: 1, high: 5 });
    expect(intervals.avg_latency_ms).toMatchObject({ n: 3, low: 0 });
    const { summary, data } = await p.get('/analytics/trends?hours=48');
    expect(summary.intervals.overall_error_rate.n).toBe(3);
    expect(summary.intervals.overall_error_rate.value).toBeCloseTo(100 / 3, 10);
    expect(summary.intervals.overall_error_rate.high).toBeGreaterThan(50);
    expect(data.at(-1).intervals.error_rate).toMatchObject({ value: 0, n: 1, low: 0 });
    const stats = await p.get('/api/stats');
    expect(stats.intervals.success_rate).toMatchObject({ value: 2 / 3, n: 3 });
  });

  it('are unknown where there is too little', async () => {
    const p = await projectWith([{ given: { latencyMs: 5 } }]);
    const { models } = await p.get('/analytics/compare-models?days=1');
    expect(models[0].intervals).toMatchObject({
      avg_score: { value: null, n: 0, low: null, high: null },
      p95_latency_ms: { value: null, n: 1, low: null, high: null },
      success_rate: { value: 100, n: 1 },
    });
  });
});

describe('series of LLM-Quality-Observer', () => {
  it('have every day up to today', async () => {
    const p = await projectWith(three);
    const { data } = await p.get('/api/dashboard/timeseries?days=3');
    expect(data).toMatchObject([
      {
        date: '2026-11-19',
        avg_score: null,
        avg_latency_ms: null,
        total_requests: 0,
        total_evaluated: 0,
      },
      {
        date: '2026-11-20',
        avg_score: null,
        avg_latency_ms: 400,
        total_requests: 1,
        total_evaluated: 0,
      },
      {
        date: '2026-11-21',
        avg_score: 3.5,
        avg_latency_ms: 150,
        total_requests: 2,
        total_evaluated: 2,
      },
    ]);
    expect((await p.get('/api/dashboard/timeseries')).data).toHaveLength(7);
  });

  it('have every hour up to now, with error rates in percent', async () => {
    const p = await projectWith(three);
    const { data, summary } = await p.get('/analytics/trends?hours=48');
    expect(data).toHaveLength(48);
    expect(data.at(-1)).toMatchObject({
      hour: '2026-11-21 12:00:00',
      avg_score: 5,
      avg_latency_ms: 100,
      total_requests: 1,
      total_evaluated: 1,
      error_rate: 0,
    });
    expect(data.find((row: { hour: string }) => row.hour === '2026-11-20 06:00:00')).toMatchObject({
      error_rate: 100,
    });
    expect(summary).toMatchObject({
      total_requests: 3,
      total_errors: 1,
      overall_error_rate: 100 / 3,
      total_evaluated: 2,
      overall_avg_score: 3.5,
      hours_analyzed: 48,
    });
  });

  it('give one metric by hour, day or week', async () => {
    const p = await projectWith(three);
    const dates = 'start_date=2026-11-20&end_date=2026-11-21';
    const counts = await p.get(`/api/time-series?metric=count&interval=day&${dates}`);
    expect(counts).toMatchObject({
      metric: 'count',
      interval: 'day',
      data: [
        { timestamp: '2026-11-20T00:00:00.000Z', value: 1, count: 1 },
        { timestamp: '2026-11-21T00:00:00.000Z', value: 2, count: 2 },
      ],
    });
    const scores = await p.get(`/api/time-series?metric=score&interval=week&${dates}`);
    expect(scores.data).toMatchObject([{ value: 3.5, count: 2 }]);
    const latency = await p.get(
      '/api/time-series?metric=latency&interval=hour&start_date=2026-11-21T11:00:00&end_date=2026-11-21T13:00:00',
    );
    expect(latency.data).toMatchObject([
      { value: 200, count: 1 },
      { value: 100, count: 1 },
    ]);
  });

  it('compare models in percent with percentiles for any number of calls', async () => {
    const p = await projectWith([
      ...Array.from({ length: 5 }, (_, at) => ({
        given: { model: 'm', latencyMs: 100 * (at + 1) },
        scores: [{ value: at / 4 }],
      })),
      { given: { model: 'm', status: 'error' as const, latencyMs: null } },
      { given: { model: 'once', latencyMs: 1 }, scores: [{ value: 0.5 }] },
    ]);
    const reply = await p.get('/analytics/compare-models?days=1');
    expect(reply.models[0]).toMatchObject({
      model_version: 'm',
      total_requests: 6,
      avg_latency_ms: 300,
      avg_score: 3,
      total_evaluated: 5,
      low_quality_count: 2,
      high_quality_count: 2,
    });
    expect(reply.models[0].error_rate).toBeCloseTo(100 / 6, 10);
    expect(reply.models[0].success_rate).toBeCloseTo(500 / 6, 10);
    expect(reply.models[0].p50_latency_ms / 300).toBeCloseTo(1, 1);
    expect(reply.models[1]).toMatchObject({ p50_latency_ms: null, p99_latency_ms: null });
    expect(reply).toMatchObject({
      best_model_by_latency: 'm',
      best_model_by_quality: 'm',
      best_model_by_stability: 'once',
    });
  });
});
