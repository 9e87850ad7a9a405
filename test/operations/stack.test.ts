import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { dashboards } from '../../ops/source/dashboards/dashboards.ts';
import { renderRules } from '../../ops/source/render-rules.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { type RunningProgram, startProgram } from '../support/program.ts';
import { havePrograms } from '../support/programs.ts';
import { startAlertmanager, startPrometheus, type TestServer } from '../support/prometheus.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/services.ts';
import { panelQueries, withoutVariables } from './panel-queries.ts';
import {
  localAlertmanagerConfig,
  type Receivers,
  startProvider,
  startReceivers,
} from './stack-parts.ts';

const root = join(import.meta.dirname, '../..');
const committed = (file: string): string => readFileSync(join(root, 'ops', file), 'utf8');
const KEY = 'lqo-provisioned-key-for-the-stack';
/** Durations of the rules are divided by this; the same rules otherwise, but for the scheduler's least wait. */
const SPEED = 40;
const installed =
  havePrograms('prometheus', 'prometheus-alertmanager') && postgresPrograms() !== null;

describe.skipIf(!installed)('given Prometheus and Alertmanager beside the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-stack-'));
  let receivers: Receivers;
  let provider: Awaited<ReturnType<typeof startProvider>>;
  let postgres: TestPostgres;
  let program: RunningProgram;
  let prometheus: TestServer;
  let alertmanager: TestServer;
  let traffic: Traffic;

  beforeAll(async () => {
    [receivers, provider, postgres] = await Promise.all([
      startReceivers(),
      startProvider(),
      startPostgres(),
    ]);
    program = await startProgram({
      env: {
        DATABASE_URL: postgres.url,
        LQO_API_KEY: KEY,
        LLM_API_BASE_URL: provider.url,
        LLM_API_KEY: 'sk-provider',
        EVALUATION_INTERVAL_MINUTES: '0.05',
        SLACK_WEBHOOK_URL: `${receivers.url}/own`,
      },
    });
    cpSync(join(root, 'ops/alertmanager/templates'), join(folder, 'templates'), {
      recursive: true,
    });
    const routing = join(folder, 'alertmanager.yml');
    writeFileSync(
      routing,
      localAlertmanagerConfig(committed('alertmanager/alertmanager.yml'), folder, receivers),
    );
    alertmanager = await startAlertmanager(routing);
    const rules = renderRules({ speed: SPEED, interval: '1s' }).replaceAll(', 600)', ', 4)');
    writeFileSync(join(folder, 'alerts.yml'), rules);
    const scraping = join(folder, 'prometheus.yml');
    writeFileSync(
      scraping,
      committed('prometheus/prometheus.yml')
        .replaceAll(/_interval: \d+s/g, '_interval: 1s')
        .replace('localhost:18000', new URL(program.url).host)
        .replaceAll('localhost:9093', new URL(alertmanager.url).host)
        .replace("        - targets: ['localhost:9090']\n", '')
        .replace(/ {2}- job_name: prometheus\n[\s\S]*?(?= {2}- job_name: alertmanager)/, ''),
    );
    prometheus = await startPrometheus(scraping);
    traffic = new Traffic(program.url);
  });
  afterAll(async () => {
    traffic?.stop();
    await program?.kill();
    await Promise.all([prometheus?.stop(), alertmanager?.stop()]);
    await Promise.all([postgres?.stop(), provider?.close(), receivers?.close()]);
    program?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const api = (path: string, body: object): Promise<Response> =>
    fetch(`${program.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** Messages to a receiver that name the alert: as firing, or as resolved. */
  const messages = (to: string, alert: string, state: 'firing' | 'resolved'): number =>
    receivers.told.filter(
      (one) => one.to.includes(to) && one.text.includes(alert) && one.text.includes(state),
    ).length;

  it('draws every panel of every dashboard', async () => {
    const budget = {
      name: 'Team',
      scope: 'project',
      period: 'month',
      limitMicroUsd: 1e9,
      unpriced: 'allow',
    };
    expect((await api('/api/v1/budgets', budget)).status).toBe(201);
    traffic.send('up-fine', 2);
    traffic.send('demo/good', 2, { stream: true });
    const queries = Object.keys(dashboards).flatMap((file) =>
      panelQueries(committed(`grafana/dashboards/${file}`)),
    );
    await vi.waitFor(async () => expect(await withoutSeries(prometheus, queries)).toEqual([]), {
      timeout: 90_000,
      interval: 2_000,
    });
  }, 120_000);

  it('tells Slack, Discord and mail what broke', async () => {
    traffic.stop();
    for (const model of ['up-broken', 'up-slow', 'up-poor']) traffic.send(model, 4);
    await withDatabase(
      postgres,
      'alter table evaluation_schedule rename to evaluation_schedule_away',
    );
    const Channels = z.object({ items: z.array(z.object({ id: z.string(), kind: z.string() })) });
    const listed = await fetch(`${program.url}/api/v1/channels`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const slack = Channels.parse(await listed.json()).items.find(({ kind }) => kind === 'slack');
    const failing = setInterval(() => {
      void api(`/api/v1/channels/${slack?.id}/test`, {});
    }, 1_000);
    await vi.waitFor(
      () => {
        for (const to of ['slack-critical', '/api/webhooks/1/token/slack', 'mail']) {
          expect(messages(to, 'HighLLMErrorRate', 'firing'), to).toBeGreaterThan(0);
          expect(messages(to, 'VeryLowEvaluationScore', 'firing'), to).toBeGreaterThan(0);
          expect(messages(to, 'SchedulerNotRunning', 'firing'), to).toBeGreaterThan(0);
        }
        expect(messages('slack-quality', 'VeryLowEvaluationScore', 'firing')).toBeGreaterThan(0);
        expect(messages('slack-warning', 'HighLLMLatency', 'firing')).toBeGreaterThan(0);
        expect(messages('slack-warning', 'ModelHighErrorRate', 'firing')).toBeGreaterThan(0);
        expect(messages('slack-warning', 'SlackNotificationFailures', 'firing')).toBeGreaterThan(0);
      },
      { timeout: 110_000, interval: 1_000 },
    );
    clearInterval(failing);
  }, 120_000);

  it('tells that it is well again', async () => {
    traffic.stop();
    traffic.send('up-fine', 4);
    await withDatabase(
      postgres,
      'alter table evaluation_schedule_away rename to evaluation_schedule',
    );
    await vi.waitFor(
      () => {
        for (const to of ['slack-critical', '/api/webhooks/1/token/slack', 'mail']) {
          expect(messages(to, 'HighLLMErrorRate', 'resolved'), to).toBeGreaterThan(0);
          expect(messages(to, 'VeryLowEvaluationScore', 'resolved'), to).toBeGreaterThan(0);
          expect(messages(to, 'SchedulerNotRunning', 'resolved'), to).toBeGreaterThan(0);
        }
        expect(messages('slack-warning', 'HighLLMLatency', 'resolved')).toBeGreaterThan(0);
        expect(messages('slack-warning', 'SlackNotificationFailures', 'resolved')).toBeGreaterThan(
          0,
        );
      },
      { timeout: 110_000, interval: 1_000 },
    );
  }, 120_000);

  it('tells that the program is away, though it cannot tell itself', async () => {
    traffic.stop();
    // On a busy machine a scrape may have been late before.
    const before = {
      firing: messages('mail', 'GatewayAPIDown', 'firing'),
      resolved: messages('mail', 'GatewayAPIDown', 'resolved'),
    };
    program.process.kill('SIGSTOP');
    await vi.waitFor(
      () => expect(messages('mail', 'GatewayAPIDown', 'firing')).toBeGreaterThan(before.firing),
      { timeout: 60_000, interval: 500 },
    );
    program.process.kill('SIGCONT');
    await vi.waitFor(
      () => expect(messages('mail', 'GatewayAPIDown', 'resolved')).toBeGreaterThan(before.resolved),
      { timeout: 60_000, interval: 500 },
    );
  }, 120_000);
});

/** Calls that come again and again, until it is stopped. */
class Traffic {
  readonly #url: string;
  #timers: NodeJS.Timeout[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  send(model: string, perSecond: number, more: object = {}): void {
    let count = 0;
    const call = async (): Promise<void> => {
      count += 1;
      const content = `Question ${count}: what is the capital of France?`;
      const reply = await fetch(`${this.#url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content }], ...more }),
      });
      await reply.text();
    };
    // What is refused or cut is what the test is about.
    this.#timers.push(setInterval(() => void call().catch(() => undefined), 1000 / perSecond));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }
}

/** Panels of which some query has no series at this moment. */
async function withoutSeries(
  { url }: TestServer,
  queries: readonly { readonly title: string; readonly expr: string }[],
): Promise<string[]> {
  const Reply = z.object({ data: z.object({ result: z.array(z.unknown()) }) });
  const empty: string[] = [];
  for (const { title, expr } of queries) {
    const query = withoutVariables(expr).replaceAll('[1m]', '[20s]');
    const formatted = await fetch(`${url}/api/v1/format_query?${new URLSearchParams({ query })}`);
    expect(formatted.status, query).toBe(200);
    const reply = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
    const { data } = Reply.parse(await reply.json());
    if (data.result.length === 0) empty.push(`${title}: ${query}`);
  }
  return empty;
}

async function withDatabase({ url }: TestPostgres, sql: string): Promise<void> {
  const database = openPostgres({ url, poolSize: 1 });
  await database.exec(sql);
  await database.close();
}
