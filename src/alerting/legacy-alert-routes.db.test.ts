import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlertingStage, alertingStage } from '../../test/support/alerting.ts';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { readPrometheusAlerts } from './alerts/prometheus-alerts.ts';
import { legacyAlertRoutes } from './legacy-alert-routes.ts';

const database = await testDatabase();
const MINUTE = 60_000;
const clock = testClock();
let server: TestApp;
let stage: AlertingStage;
let url: string | null = null;
let said: { status: number; body: string } = { status: 200, body: '' };

const prometheus = createServer((_request, reply) => {
  reply.writeHead(said.status, { 'content-type': 'application/json' }).end(said.body);
});

beforeAll(async () => {
  prometheus.listen(0, '127.0.0.1');
  await once(prometheus, 'listening');
  server = await testApp({
    database,
    clock,
    routes: (app) =>
      legacyAlertRoutes(app, {
        database,
        clock,
        prometheusAlerts: () => readPrometheusAlerts({ url, fetch, clock }),
      }),
  });
  stage = await alertingStage(database, { projectId: server.a.id, clock });
});
afterAll(async () => {
  prometheus.close();
  await server.close();
});
beforeEach(async () => {
  await stage.clear();
  url = null;
});

/** Prometheus alerts of these names, each active for as many minutes as its place. */
function prometheusSays(...names: readonly string[]): void {
  url = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}/`;
  const alerts = names.map((name, at) => ({
    labels: { alertname: name, severity: at % 2 ? 'critical' : 'warning', service: 'gateway-api' },
    annotations: { summary: `${name} happens`, description: 'more of it' },
    state: 'firing',
    activeAt: new Date(clock.now() - at * MINUTE).toISOString(),
    value: '1e+00',
  }));
  said = { status: 200, body: JSON.stringify({ status: 'success', data: { alerts } }) };
}

async function history(query = '', key?: string) {
  const reply = await server.inject({ url: `/alerts/history?${query}`, ...(key && { key }) });
  expect([reply.statusCode, reply.body]).toEqual([200, reply.body]);
  return reply.json();
}

describe('GET /alerts/history: happy', () => {
  it('has an end and a duration for what ended, and lasts until now what did not', async () => {
    await stage.say(
      { name: 'a', labels: { service: 'evaluator' } },
      { name: 'b', severity: 'critical' },
    );
    clock.pass(5 * MINUTE);
    await stage.say({ name: 'a', state: 'ok' });
    clock.pass(MINUTE);
    const { alerts, ...page } = await history();
    expect(page).toEqual({
      total: 2,
      page: 1,
      page_size: 20,
      total_pages: 1,
      prometheus: { status: 'not_configured', message: null },
    });
    const [ended] = alerts.filter((alert: { alert_name: string }) => alert.alert_name === 'a');
    const [open] = alerts.filter((alert: { alert_name: string }) => alert.alert_name === 'b');
    expect(ended).toMatchObject({
      service: 'evaluator',
      ended_at: new Date(clock.now() - MINUTE).toISOString(),
      duration_seconds: 300,
      status: 'resolved',
      resolved: true,
    });
    expect(open).toMatchObject({
      severity: 'critical',
      service: 'llm-quality-observer',
      ended_at: null,
      duration_seconds: 360,
      status: 'firing',
      resolved: false,
      description: expect.stringContaining('20'),
    });
    const names = async (query: string) =>
      (await history(query)).alerts.map((alert: { alert_name: string }) => alert.alert_name);
    expect(await names('severity=critical')).toEqual(['b']);
    expect(await names('service=evaluator')).toEqual(['a']);
    expect(await names('service=evaluator&severity=critical')).toEqual([]);
    expect(await names(`from=${new Date(clock.now()).toISOString()}`)).toEqual(['b']);
  });

  it('shows what Prometheus says first, and pages through both', async () => {
    for (const name of ['a', 'b', 'c']) {
      await stage.say({ name });
      clock.pass(MINUTE);
    }
    prometheusSays('P1', 'P2', 'P3');
    const names = async (query: string) =>
      (await history(query)).alerts.map((alert: { alert_name: string }) => alert.alert_name);
    expect(await names('')).toEqual(['P1', 'P2', 'P3', 'c', 'b', 'a']);
    expect(await names('page_size=4')).toEqual(['P1', 'P2', 'P3', 'c']);
    expect(await names('page_size=4&page=2')).toEqual(['b', 'a']);
    expect(await names('page_size=4&page=9')).toEqual([]);
    expect(await names('severity=critical')).toEqual(['P2']);
    const { alerts, prometheus: told, total, total_pages } = await history('page_size=4');
    expect([told, total, total_pages]).toEqual([{ status: 'ok', message: null }, 6, 2]);
    expect(alerts[1]).toMatchObject({
      summary: 'P2 happens',
      description: 'more of it',
      service: 'gateway-api',
      source: 'prometheus',
      duration_seconds: 60,
    });
  });
});

describe('GET /alerts/history: error', () => {
  it('tells that Prometheus cannot be reached, beside its own alerts', async () => {
    await stage.say({ name: 'a' });
    url = 'http://127.0.0.1:9/';
    expect(await history()).toMatchObject({
      total: 1,
      prometheus: { status: 'unreachable', message: expect.stringContaining('cannot be reached') },
    });
    prometheusSays('P1');
    said = { status: 503, body: '' };
    expect((await history()).prometheus.message).toBe('Prometheus answered with status 503.');
    said = { status: 200, body: '<html>' };
    expect((await history()).prometheus.message).toContain('not the API of Prometheus');
    said = { status: 200, body: '{"status":"success","data":{"alerts":[{"state":"odd"}]}}' };
    expect((await history()).prometheus.status).toBe('unreachable');
  });

  it('refuses pages that cannot be', async () => {
    for (const query of ['page=0', 'page_size=101', 'page_size=0', 'from=yesterday']) {
      const reply = await server.inject({ url: `/alerts/history?${query}` });
      expect([query, reply.statusCode]).toEqual([query, 400]);
    }
  });
});

describe('GET /notifications/stats', () => {
  it('counts by channel and type what arrived, and the share of it', async () => {
    const ids = [await stage.channel('one'), await stage.channel('two')];
    await database.query("update channels set kind = 'slack' where id = $1", [ids[0] ?? '']);
    const kinds = ['low_quality', 'low_quality', 'summary', 'firing', 'resolved'];
    for (const [at, kind] of kinds.entries()) {
      await database.query(
        `insert into outbox (id, project_id, channel_id, sequence_key, dedupe_key, kind, message, created_at,
           next_attempt_at, delivered_at, dead_at)
         values ($1, $2, $3, 's', $4, $5, '{}', $6, $6, $7, $8)`,
        [
          stage.deps.newId(),
          stage.projectId,
          ids[at % 2] ?? '',
          `d${at}`,
          kind,
          new Date(clock.now()),
          at === 4 ? null : new Date(clock.now()),
          at === 4 ? new Date(clock.now()) : null,
        ],
      );
    }
    const reply = await server.inject({ url: '/notifications/stats' });
    expect(reply.json()).toMatchObject({
      total_sent: 4,
      total_failed: 1,
      waiting: 0,
      by_channel: { slack: 2, discord: 0, email: 0, webhook: 2 },
      by_type: { low_quality_alert: 2, batch_summary: 1, alert: 1, digest: 0, test: 0 },
      success_rate: 0.8,
      intervals: { success_rate: { value: 0.8, n: 5 } },
    });
    const other = await server.inject({ url: '/notifications/stats', key: server.b.key });
    expect(other.json()).toMatchObject({ total_sent: 0, success_rate: null });
  });
});

describe('alerts of old: security', () => {
  it('are those of the own project, and those of Prometheus for who may read metrics', async () => {
    await stage.say({ name: 'a' });
    prometheusSays('P1');
    expect((await history('', server.b.key)).alerts).toMatchObject([{ alert_name: 'P1' }]);
    const reader = await server.key(server.a.id, ['read']);
    expect(await history('', reader)).toMatchObject({
      alerts: [{ alert_name: 'a' }],
      prometheus: { status: 'forbidden', message: 'Alerts of Prometheus need scope metrics.' },
    });
    const ingest = await server.key(server.a.id, ['ingest']);
    for (const path of ['/alerts/history', '/notifications/stats']) {
      expect((await server.inject({ url: path, key: ingest })).statusCode).toBe(403);
      expect((await server.inject({ url: path, key: null })).statusCode).toBe(401);
    }
  });
});
