import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { renderRuleTests } from '../../ops/source/render-rule-tests.ts';
import { renderRules, ruleGroups } from '../../ops/source/render-rules.ts';
import { havePrograms, runProgram } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'lqo-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const rules = ruleGroups.flatMap((group) => group.rules);

/** Names of LLM-Quality-Observer with their severity and duration. */
const KEPT = `
HighHTTPErrorRate critical 2m, ModerateHTTPErrorRate warning 5m, HighHTTPLatency warning 5m,
VeryHighHTTPLatency critical 2m, HighHTTP4xxRate warning 5m, HTTPRequestRateSpike warning 2m,
NoHTTPRequests critical 5m, HighLLMErrorRate critical 3m, ModerateLLMErrorRate warning 5m,
HighLLMLatency warning 5m, VeryHighLLMLatency critical 2m, LLMRequestRateDrop warning 5m,
NoLLMRequests warning 10m, HighTokenUsage warning 5m, ModelHighErrorRate warning 5m,
LowEvaluationScore critical 10m, EvaluationScoreDrop warning 5m, VeryLowEvaluationScore critical 5m,
HighPendingLogs warning 10m, VeryHighPendingLogs critical 5m, EvaluationRateDrop warning 10m,
NoEvaluationsRunning critical 10m, HighEvaluationErrorRate warning 5m, SchedulerNotRunning critical 5m,
HighEvaluationLatency warning 5m, HighLowQualityRate warning 10m, JudgeTypeHighErrorRate warning 5m,
HighDatabaseLatency warning 5m, VeryHighDatabaseLatency critical 2m, DatabaseConnectionErrors critical 2m,
SlackNotificationFailures warning 5m, DiscordNotificationFailures warning 5m,
EmailNotificationFailures warning 5m, GatewayAPIDown critical 1m, EvaluatorDown critical 1m,
DashboardDown warning 2m, MetricsScrapeFailures warning 3m, HighMemoryUsage warning 10m,
ServiceRestarted info 1m, PrometheusStorageNearlyFull warning 10m, SlowBatchProcessing warning 5m,
LLMJudgeHighErrorRate warning 5m`
  .split(',')
  .map((entry) => entry.trim());

describe('the alert rules', () => {
  it('are the committed file', () => {
    expect(readFileSync(join(root, 'ops/prometheus/alerts.yml'), 'utf8')).toBe(renderRules());
  });

  it('keep the 42 names of LLM-Quality-Observer with severity and duration', () => {
    const kept = rules.map((rule) => `${rule.alert} ${rule.severity} ${rule.for}`);
    expect(KEPT).toHaveLength(42);
    expect(KEPT.filter((entry) => !kept.includes(entry))).toEqual([]);
  });

  it('have names of their own, and a section each in the runbooks', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    const runbooks = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');
    const sections = new Map(
      [...runbooks.matchAll(/^### (\w+)\n([\s\S]*?)(?=^#|$(?![\s\S]))/gm)].map(
        ([, name = '', text = '']) => [name, text.trim()],
      ),
    );
    expect(rules.filter(({ alert }) => (sections.get(alert)?.length ?? 0) < 80)).toEqual([]);
    expect(
      [...sections.keys()].filter((name) => !rules.some((rule) => rule.alert === name)),
    ).toEqual([]);
  });

  it('are shortened evenly for tests that cannot wait', () => {
    const fast = renderRules({ speed: 60 });
    expect(fast).toContain('for: 2000ms');
    expect(fast).toContain('[5000ms]');
    expect(fast).toContain('offset 1440000ms');
    expect(fast).not.toMatch(/\[\d+m[:\]]/);
  });
});

describe.skipIf(!havePrograms('promtool'))('given promtool', () => {
  it('accepts the committed rules and configuration', () => {
    const config = join(root, 'ops/prometheus/prometheus.yml');
    expect(runProgram('promtool', ['check', 'config', config])).toMatchObject({ code: 0 });
  });

  it.each(ruleGroups.map((group) => [group.name, group] as const))(
    'each rule of %s fires when it should, and stays quiet otherwise',
    (name, group) => {
      file(`${name}.yml`, renderRules({ groups: [group] }));
      const tests = file(`${name}.test.yml`, renderRuleTests(group, `${name}.yml`));
      const { code, output } = runProgram('promtool', ['test', 'rules', tests]);
      expect(code, output).toBe(0);
    },
  );

  it('says values in their own unit', () => {
    file('all.yml', renderRules());
    const tests = file(
      'words.test.yml',
      `
rule_files: [all.yml]
evaluation_interval: 30s
tests:
  - interval: 1m
    input_series:
      - {series: 'llm_gateway_http_requests_total{status="200"}', values: '0+185x30'}
      - {series: 'llm_gateway_http_requests_total{status="500"}', values: '0+15x30'}
    alert_rule_test:
      - eval_time: 15m
        alertname: HighHTTPErrorRate
        exp_alerts:
          - exp_labels: {severity: critical, service: gateway-api, family: http_errors}
            exp_annotations:
              summary: High HTTP 5xx error rate detected
              description: 7.5 % of HTTP requests ended with 5xx in the last 5 minutes (limit 5 %).
              runbook_url: docs/runbooks.md#highhttperrorrate
              dashboard_url: http://localhost:3000/d/llm-quality-observer
`,
    );
    const { code, output } = runProgram('promtool', ['test', 'rules', tests]);
    expect(code, output).toBe(0);
  });

  it('tells of what LLM-Quality-Observer stayed silent about', () => {
    file('all.yml', renderRules());
    const alerts = [
      'HighHTTPErrorRate',
      'ModerateHTTPErrorRate',
      'HighLLMErrorRate',
      'VeryHighPendingLogs',
      'HighEvaluationErrorRate',
    ];
    const expected = alerts.map(
      (alert) => `
      - expr: count(ALERTS{alertname="${alert}",alertstate="firing"})
        eval_time: 30m
        exp_samples: [{labels: '{}', value: 1}]`,
    );
    const tests = file(
      'silent.test.yml',
      `
rule_files: [all.yml]
evaluation_interval: 30s
tests:
  - interval: 1m
    input_series:
      - {series: 'llm_gateway_http_requests_total{method="POST",endpoint="/chat",status="500"}', values: '0+60x60'}
      - {series: 'llm_gateway_llm_requests_total{model="gpt",status="error"}', values: '0+60x60'}
      - {series: 'llm_evaluator_pending_logs', values: '9000x60'}
      - {series: 'llm_evaluator_evaluations_total{judge_type="rule",status="error"}', values: '0+60x60'}
      - {series: 'prometheus_tsdb_storage_blocks_bytes', values: '1000000x60'}
      - {series: 'prometheus_tsdb_size_retentions_total', values: '0x60'}
    promql_expr_test:${expected.join('')}
      - expr: count(ALERTS{alertname="PrometheusStorageNearlyFull"}) or vector(0)
        eval_time: 30m
        exp_samples: [{labels: '{}', value: 0}]
`,
    );
    const { code, output } = runProgram('promtool', ['test', 'rules', tests]);
    expect(code, output).toBe(0);
  });
});
