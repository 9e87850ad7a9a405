import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { createMetrics } from '../core/metrics.ts';
import { type MetricFamilies, metricsRoutes } from './metrics-routes.ts';

const background = createMetrics({ version: '1', environment: 'test', defaults: false });
let answer: () => Promise<MetricFamilies>;
let server: TestApp;

beforeAll(async () => {
  answer = () => background.registry.getMetricsAsJSON();
  const own = createMetrics({ version: '1.2.3', environment: 'test', defaults: true });
  own.gateway.llmRequests.inc({ model: 'm', status: 'success' }, 2);
  own.gateway.llmDuration.observe({ model: 'm' }, 0.2);
  background.gateway.llmRequests.inc({ model: 'm', status: 'success' }, 3);
  background.gateway.llmDuration.observe({ model: 'm' }, 7);
  background.evaluator.pending.set(4);
  server = await testApp({
    routes: (app) => metricsRoutes(app, { metrics: own, others: [() => answer()] }),
  });
});
afterAll(() => server.close());

const scrape = (key: string | null = server.a.key) => server.inject({ url: '/metrics', key });

describe('GET /metrics: happy', () => {
  it('adds up what the threads count, in the text format of Prometheus', async () => {
    const reply = await scrape();
    expect(reply.headers['content-type']).toContain('text/plain; version=0.0.4');
    const lines = reply.body.split('\n');
    for (const line of [
      'llm_gateway_llm_requests_total{model="m",status="success"} 5',
      'llm_gateway_llm_request_duration_seconds_bucket{le="0.25",model="m"} 1',
      'llm_gateway_llm_request_duration_seconds_bucket{le="+Inf",model="m"} 2',
      'llm_gateway_llm_request_duration_seconds_sum{model="m"} 7.2',
      'llm_evaluator_pending_logs 4',
      'llm_gateway_app_info{version="1.2.3",service="gateway-api",environment="test"} 1',
      '# TYPE llm_gateway_llm_requests_total counter',
    ]) {
      expect(lines).toContain(line);
    }
    expect(reply.body).toMatch(/^process_start_time_seconds \d+/m);
    expect(reply.body).toMatch(/^nodejs_version_info\{.*\} 1$/m);
  });

  it('names each family once', async () => {
    const names = [...(await scrape()).body.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('needs no key from this machine', async () => {
    expect((await scrape(null)).statusCode).toBe(200);
  });
});

describe('GET /metrics: error', () => {
  it('tells what it can when a thread fails', async () => {
    answer = () => Promise.reject(new Error('the thread is gone'));
    const reply = await scrape();
    answer = () => background.registry.getMetricsAsJSON();
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain('llm_gateway_llm_requests_total{model="m",status="success"} 2');
  });
});

describe('GET /metrics: security', () => {
  it('is closed to keys of other scopes and to strangers', async () => {
    const key = await server.key(server.a.id, ['read', 'admin', 'gateway', 'ingest']);
    expect((await scrape(key)).statusCode).toBe(403);
    const stranger = await server.inject({ url: '/metrics', key: null, remoteAddress: '10.0.0.7' });
    expect(stranger.statusCode).toBe(401);
  });
});
