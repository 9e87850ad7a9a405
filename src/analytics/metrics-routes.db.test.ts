import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { metricsRoutes } from './metrics-routes.ts';

/** Every metric that dashboards and alerts of LLM-Quality-Observer know, with its labels. */
const NAMES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  llm_gateway_app_info: ['gauge', 'version', 'service', 'environment'],
  llm_gateway_http_requests_total: ['counter', 'method', 'endpoint', 'status'],
  llm_gateway_http_request_duration_seconds: ['histogram', 'method', 'endpoint'],
  llm_gateway_active_requests: ['gauge'],
  llm_gateway_llm_requests_total: ['counter', 'model', 'status'],
  llm_gateway_llm_request_duration_seconds: ['histogram', 'model'],
  llm_gateway_llm_tokens_total: ['counter', 'model', 'type'],
  llm_gateway_token_usage_total: ['counter', 'model', 'type'],
  llm_gateway_cost_usd_total: ['counter', 'model'],
  llm_gateway_db_queries_total: ['counter', 'operation', 'table'],
  llm_gateway_db_query_duration_seconds: ['histogram', 'operation', 'table'],
  llm_gateway_logs_saved_total: ['counter', 'status'],
  llm_evaluator_app_info: ['gauge', 'version', 'service', 'environment'],
  llm_evaluator_evaluations_total: ['counter', 'judge_type', 'status'],
  llm_evaluator_evaluation_duration_seconds: ['histogram', 'judge_type'],
  llm_evaluator_evaluation_scores: ['histogram', 'judge_type', 'score_type'],
  llm_evaluator_batch_evaluations_total: ['counter', 'judge_type'],
  llm_evaluator_batch_logs_processed: ['histogram'],
  llm_evaluator_notifications_sent_total: ['counter', 'channel', 'type', 'status'],
  llm_evaluator_low_quality_alerts_total: ['counter', 'judge_type'],
  llm_evaluator_scheduler_runs_total: ['counter', 'status'],
  llm_evaluator_pending_logs: ['gauge'],
  llm_evaluator_llm_judge_requests_total: ['counter', 'model', 'status'],
  llm_evaluator_llm_judge_request_duration_seconds: ['histogram', 'model'],
};

/** What is needed to count into a metric of any kind. */
interface Countable {
  inc?(labels: Record<string, string>, by: number): void;
  observe?(labels: Record<string, string>, value: number): void;
}

let test: TestApp;
beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) => metricsRoutes(app, { collect: () => deps.metrics.registry.metrics() }),
  });
});
afterAll(() => test.close());

function count(name: string, labels: readonly string[]): void {
  const metric = test.deps.metrics.registry.getSingleMetric(name) as Countable | undefined;
  const values = Object.fromEntries(labels.map((label) => [label, `a-${label}`]));
  if (metric?.observe !== undefined) metric.observe(values, 1);
  else metric?.inc?.(values, 1);
}

describe('GET /metrics', () => {
  it('names every metric with its labels once it is counted', async () => {
    for (const [name, [, ...labels]] of Object.entries(NAMES)) count(name, labels);
    const reply = await test.inject({ url: '/metrics' });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toContain('version=0.0.4');
    for (const [name, [type, ...labels]] of Object.entries(NAMES)) {
      expect(reply.body).toContain(`# TYPE ${name} ${type}\n`);
      const series = type === 'histogram' ? `${name}_count` : name;
      const line = reply.body.split('\n').find((text) => text.startsWith(series)) ?? '';
      for (const label of labels) expect(line, name).toContain(`${label}="a-${label}"`);
    }
  });

  it('keeps the number of model labels bounded', () => {
    const { metrics } = test.deps;
    const labels = new Set(
      Array.from({ length: 1000 }, (_, at) => metrics.modelLabel(`model-${at}`)),
    );
    expect(labels.size).toBeLessThanOrEqual(201);
    expect(metrics.modelLabel('one more')).toBe('other');
  });

  it('needs a key with scope metrics, when it does not come from this machine', async () => {
    const metricsKey = await test.key(test.a.id, ['metrics']);
    const readKey = await test.key(test.a.id, ['read']);
    const remote = { url: '/metrics', remoteAddress: '203.0.113.9' };
    expect((await test.inject({ ...remote, key: metricsKey })).statusCode).toBe(200);
    expect((await test.inject({ ...remote, key: readKey })).statusCode).toBe(403);
    expect((await test.inject({ ...remote, key: null })).statusCode).toBe(401);
  });
});
