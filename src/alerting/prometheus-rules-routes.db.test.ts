import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { havePrograms, runProgram } from '../../test/support/programs.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { prometheusRulesRoutes } from './prometheus-rules-routes.ts';

let server: TestApp;
const folder = mkdtempSync(join(tmpdir(), 'lqo-slo-'));

beforeAll(async () => {
  server = await testApp({
    routes: (app, given) => {
      monitorRoutes(app, {
        ...given,
        recordDeed: () => Promise.resolve(),
        endAlerts: () => Promise.resolve(),
        backtest: () => Promise.reject(new Error('is not asked for')),
      });
      prometheusRulesRoutes(app, given);
    },
  });
  const objective = { kind: 'burn_rate', objective: 0.99, minSamples: 100 };
  for (const monitor of [
    { name: 'Answers "in time" {{ now }}', metric: { kind: 'error_rate' }, condition: objective },
    {
      name: 'gpt',
      metric: { kind: 'error_rate' },
      slice: { model: 'gpt-"4"' },
      condition: objective,
    },
    {
      name: 'of a user',
      metric: { kind: 'error_rate' },
      slice: { user: 'u' },
      condition: objective,
    },
    {
      name: 'threshold',
      metric: { kind: 'error_rate' },
      condition: { kind: 'threshold', comparison: 'above', fire: 0.1 },
    },
  ]) {
    const added = await server.inject({
      method: 'POST',
      url: '/api/v1/monitors',
      payload: monitor,
    });
    expect(added.statusCode, added.body).toBe(201);
  }
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const url = '/api/v1/monitors/prometheus-rules';

describe('GET /api/v1/monitors/prometheus-rules: happy', () => {
  it('answers rules for objectives that Prometheus can follow, and names the others', async () => {
    const reply = await server.inject({ url });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toContain('application/yaml');
    const { groups } = parse(reply.body);
    expect(groups).toHaveLength(2);
    expect(reply.body).toContain('# Not in Prometheus: "of a user"');
    expect(reply.body).toContain('# Not in Prometheus: "threshold"');
  });

  it.skipIf(!havePrograms('promtool'))('are rules that fire when the budget burns', async () => {
    const rules = join(folder, 'slo.yml');
    writeFileSync(rules, (await server.inject({ url })).body);
    const checked = runProgram('promtool', ['check', 'rules', rules]);
    expect(checked.code, checked.output).toBe(0);
    const tests = join(folder, 'slo.test.yml');
    writeFileSync(tests, TESTS);
    const tested = runProgram('promtool', ['test', 'rules', tests]);
    expect(tested.code, tested.output).toBe(0);
  });
});

describe('GET /api/v1/monitors/prometheus-rules: error', () => {
  it('answers no groups where nothing is promised', async () => {
    const key = await server.key(server.b.id);
    const reply = await server.inject({ url, key });
    expect(parse(reply.body)).toEqual({ groups: [] });
  });
});

describe('GET /api/v1/monitors/prometheus-rules: security', () => {
  it('wants a key that may read', async () => {
    const key = await server.key(server.a.id, ['gateway']);
    expect((await server.inject({ url, key })).statusCode).toBe(403);
    expect((await server.inject({ url, key: null })).statusCode).toBe(401);
  });
});

const CALLS = 'llm_gateway_llm_requests_total';
const FIRING = 'count by (monitor, window) (ALERTS{alertname="SLOBurnRate",alertstate="firing"})';
const NAME = 'Answers \\"in time\\" {{ now }}';
const TESTS = `
rule_files: [slo.yml]
evaluation_interval: 1m
tests:
  - name: a fifth fails
    interval: 1m
    input_series:
      - {series: '${CALLS}{model="m",status="success"}', values: '0+80x120'}
      - {series: '${CALLS}{model="m",status="error"}', values: '0+20x120'}
    promql_expr_test:
      - expr: lqo:slo_bad:ratio_rate60m
        eval_time: 90m
        exp_samples: [{labels: '{__name__="lqo:slo_bad:ratio_rate60m",monitor="${NAME}"}', value: 0.2}]
      - expr: count(ALERTS{alertname="SLOBurnRate",alertstate="firing",window="60m"})
        eval_time: 90m
        exp_samples: [{labels: '{}', value: 1}]
  - name: one in two hundred fails
    interval: 1m
    input_series:
      - {series: '${CALLS}{model="m",status="success"}', values: '0+199x120'}
      - {series: '${CALLS}{model="m",status="error"}', values: '0+1x120'}
    promql_expr_test:
      - expr: ${FIRING}
        eval_time: 90m
        exp_samples: []
  - name: too few to tell
    interval: 1m
    input_series:
      - {series: '${CALLS}{model="m",status="success"}', values: '0+0.5x120'}
      - {series: '${CALLS}{model="m",status="error"}', values: '0+0.5x120'}
    promql_expr_test:
      - expr: ${FIRING}
        eval_time: 60m
        exp_samples: []
`;
