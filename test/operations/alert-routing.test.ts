import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ruleGroups } from '../../ops/source/render-rules.ts';
import { havePrograms, runProgram } from '../support/programs.ts';
import { startAlertmanager, type TestServer } from '../support/prometheus.ts';

const config = join(import.meta.dirname, '../../ops/alertmanager/alertmanager.yml');
const rules = ruleGroups.flatMap((group) => group.rules);

const Receivers = z.object({
  receivers: z.array(
    z.object({
      name: z.string(),
      slack_configs: z.array(z.unknown()).optional(),
      email_configs: z.array(z.unknown()).optional(),
    }),
  ),
});

function routed(...labels: readonly string[]): string {
  const args = ['config', 'routes', 'test', `--config.file=${config}`, ...labels];
  return runProgram('amtool', args).output.split('\n')[0]?.trim() ?? '';
}

describe('the configuration of Alertmanager', () => {
  it('holds no secret and no address of Slack or Discord', () => {
    const lines = readFileSync(config, 'utf8').split('\n');
    const settings = lines.filter((line) => !line.trim().startsWith('#')).join('\n');
    expect(settings).not.toMatch(/hooks\.slack\.com|discord\.com|password: |api_url: /);
  });

  it('gives every receiver but the one for the record something to deliver with', () => {
    const { receivers } = Receivers.parse(parse(readFileSync(config, 'utf8')));
    const empty = receivers.filter((one) => !one.slack_configs && !one.email_configs);
    expect(empty.map(({ name }) => name)).toEqual(['record-only']);
  });
});

describe.skipIf(!havePrograms('amtool', 'prometheus-alertmanager'))('given Alertmanager', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-routing-'));
  let alertmanager: TestServer;

  beforeAll(async () => {
    // Nothing is delivered here: a silent copy with the same routes and inhibition.
    const file = join(folder, 'alertmanager.yml');
    const parsed = z.record(z.string(), z.unknown()).parse(parse(readFileSync(config, 'utf8')));
    const receivers = Receivers.parse(parsed).receivers.map(({ name }) => ({ name }));
    writeFileSync(file, JSON.stringify({ ...parsed, global: {}, templates: [], receivers }));
    alertmanager = await startAlertmanager(file);
  });
  afterAll(async () => {
    await alertmanager.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('accepts the committed file with its templates', () => {
    const { code, output } = runProgram('amtool', ['check-config', config]);
    expect(code, output).toBe(0);
    expect(output).toContain('1 templates');
  });

  it.each([
    [['severity=critical'], 'critical-alerts'],
    [['severity=warning'], 'warning-alerts'],
    [['severity=info', 'alertname=ServiceRestarted'], 'record-only'],
    [['severity=critical', 'alertname=HighHTTPErrorRate'], 'ops-team,critical-alerts'],
    [['severity=critical', 'alertname=LowEvaluationScore'], 'quality-team,critical-alerts'],
    [['severity=warning', 'alertname=EvaluationScoreDrop'], 'quality-team,warning-alerts'],
    [['alertname=OfOthers'], 'default-receiver'],
  ])('sends %j to %s', (labels, receivers) => {
    expect(routed(...labels)).toBe(receivers);
  });

  it('reaches every receiver by some rule', () => {
    const reached = new Set(
      rules.flatMap(({ alert, severity, service, family }) =>
        routed(
          `alertname=${alert}`,
          `severity=${severity}`,
          `service=${service}`,
          `family=${family}`,
        ).split(','),
      ),
    );
    const { receivers } = Receivers.parse(parse(readFileSync(config, 'utf8')));
    expect(receivers.filter(({ name }) => !reached.has(name)).map(({ name }) => name)).toEqual([
      'default-receiver',
    ]);
  }, 60_000);

  it('lets the critical rule of a family silence its milder ones, and no others', async () => {
    const { url } = alertmanager;
    const alerts = rules.map(({ alert, severity, family }) => ({
      labels: { alertname: alert, severity, family, instance: 'a' },
      endsAt: '2999-01-01T00:00:00Z',
    }));
    const elsewhere = {
      labels: {
        alertname: 'HighLLMLatency',
        severity: 'warning',
        family: 'llm_latency',
        model: 'other',
      },
      endsAt: '2999-01-01T00:00:00Z',
    };
    const posted = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([...alerts, elsewhere]),
    });
    expect(posted.status).toBe(200);
    const Alerts = z.array(
      z.object({
        labels: z.object({ alertname: z.string(), model: z.string().optional() }),
        status: z.object({ inhibitedBy: z.array(z.string()) }),
      }),
    );
    await vi.waitFor(async () => {
      const all = Alerts.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
      const quiet = all.filter(({ status }) => status.inhibitedBy.length > 0);
      expect(new Set(quiet.map(({ labels }) => labels.alertname))).toEqual(new Set(SILENCED));
      expect(quiet.some(({ labels }) => labels.model === 'other')).toBe(false);
    }, 20_000);
  });
});

/** When everything fires at once, these are not told. */
const SILENCED = [
  'BudgetNearlySpent',
  'DashboardDown',
  'EvaluationRateDrop',
  'EventLoopSlow',
  'HTTPRequestRateSpike',
  'HighDatabaseLatency',
  'HighHTTPLatency',
  'HighLLMLatency',
  'HighPendingLogs',
  'LowEvaluationScore',
  'ModerateHTTPErrorRate',
  'ModerateLLMErrorRate',
  'MonitorsLate',
  'MonitorsStandingStill',
  'NoHTTPRequests',
  'NoLLMRequests',
  'RecordsRejected',
  'SpoolFilling',
  'SpoolLoadingLate',
];
