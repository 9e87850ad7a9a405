import { createServer } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InteractionDetail, InteractionPage } from '../src/contract/interactions.ts';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

/** The way of a new user, against the real program in a process of its own, on both databases. */
let databaseEnv: Record<string, string> = {};
const programs: RunningProgram[] = [];

async function start(options: Parameters<typeof startProgram>[0] = {}): Promise<RunningProgram> {
  const program = await startProgram({ ...options, env: { ...databaseEnv, ...options.env } });
  programs.push(program);
  return program;
}

beforeAll(async () => {
  if (process.env['TEST_DATABASE'] !== 'postgres') return;
  const target = (await testStore()).target();
  if (target.kind === 'postgres') databaseEnv = { DATABASE_URL: target.url };
});

afterAll(async () => {
  for (const program of programs) {
    await program.kill();
    program.remove();
  }
});

async function get<T>(
  { url }: RunningProgram,
  path: string,
  { key, schema }: { key: string; schema: z.ZodType<T> },
): Promise<T> {
  const reply = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
  const body: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(body)}`);
  return schema.parse(body);
}

/** Asks again until the answer satisfies; the limit is the test's own time-out. */
async function until<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('given an empty machine', () => {
  let program: RunningProgram;
  let key: string;

  beforeAll(async () => {
    program = await start();
    key = program.apiKey;
  });

  it('prints a dashboard address, a sign-in link, a first key and a curl line', () => {
    expect(key).toMatch(/^lqo_/);
    expect(program.signInUrl).toContain('/sign-in?token=');
    expect(program.output()).toContain(`curl ${program.url}/v1/chat/completions`);
  });

  it('signs in by the link once, and not twice', async () => {
    const first = await fetch(program.signInUrl, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite/i);
    const second = await fetch(program.signInUrl, { redirect: 'manual' });
    expect(second.headers.get('set-cookie')).toBeNull();
  });

  it('shows a call of the OpenAI client with its cost, latency and score', async () => {
    const client = new OpenAI({ baseURL: `${program.url}/v1`, apiKey: key });
    const { data, response } = await client.chat.completions
      .create({ model: 'demo/good', messages: [{ role: 'user', content: 'What is 6 x 7?' }] })
      .withResponse();
    expect(data.choices[0]?.message.content).toContain('42');
    const id = response.headers.get('x-lqo-interaction-id') ?? '';
    const detail = await until(
      () =>
        get(program, `/api/v1/interactions/${id}`, { key, schema: InteractionDetail }).catch(
          () => null,
        ),
      (answer) => (answer?.scores.length ?? 0) > 0,
    );
    expect(detail).toMatchObject({
      model: 'demo/good',
      status: 'success',
      origin: 'gateway',
      costSource: 'reported',
    });
    expect(detail?.costMicroUsd).toBeGreaterThan(0);
    expect(detail?.latencyMs).toBeGreaterThan(0);
    expect(detail?.scores.find(({ name }) => name === 'overall')?.nativeValue).toBe(5);
  });

  it('loses nothing when it is killed and started again', async () => {
    const client = new OpenAI({ baseURL: `${program.url}/v1`, apiKey: key, maxRetries: 0 });
    const prompts = Array.from({ length: 40 }, (_, index) => `What is ${index} + 1?`);
    const answered = await Promise.all(
      prompts.map((content) =>
        client.chat.completions
          .create({ model: 'demo/good', messages: [{ role: 'user', content }] })
          .withResponse()
          .then(({ response }) => response.headers.get('x-lqo-interaction-id') ?? ''),
      ),
    );
    await program.kill();
    program = await start({ dataDir: program.dataDir });
    const listed = await until(
      () => get(program, '/api/v1/interactions?limit=200', { key, schema: InteractionPage }),
      ({ items }) => answered.every((id) => items.some((item) => item.id === id)),
    );
    const ids = listed.items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(answered.length + 1);
  });

  it('keeps an account that adds up', async () => {
    const ledger = await until(
      () => get(program, '/api/v1/ledger', { key, schema: z.record(z.string(), z.unknown()) }),
      ({ spooled }) => spooled === 0,
    );
    expect(ledger).toMatchObject({ balanced: true, dropped: 0, rejected: 0, degraded: false });
    expect(Number(ledger['stored'])).toBeGreaterThanOrEqual(41);
  });

  it('drains on SIGTERM and ends with exit code 0', async () => {
    expect(await program.stop()).toBe(0);
  });
});

describe('given an environment that cannot be', () => {
  const refused = (options: Parameters<typeof startProgram>[0]) =>
    start(options).then(
      () => 'started',
      (error: Error) => error.message,
    );

  it('names the wrong variable', async () => {
    expect(await refused({ env: { PORT: 'eighty' } })).toMatch(/ended with 2.*PORT/s);
  });

  it('does not listen outside loopback without an administrator', async () => {
    expect(await refused({ env: { HOST: '0.0.0.0' } })).toMatch(/ended with 2.*LQO_ADMIN_EMAIL/s);
  });

  it('does not switch authentication off outside loopback', async () => {
    expect(await refused({ env: { HOST: '0.0.0.0', AUTH_MODE: 'off' } })).toMatch(
      /ended with 2.*AUTH_MODE/s,
    );
  });

  it('names a port that is taken and what to do', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    expect(await refused({ env: { PORT: String(port) } })).toMatch(/ended with 2.*is taken/s);
    server.close();
  });

  it('wants a server database for a role of its own', async () => {
    expect(await refused({ env: { LQO_ROLE: 'gateway', DATABASE_URL: '' } })).toMatch(
      /ended with 2.*DATABASE_URL/s,
    );
  });

  it('refuses a second program on one embedded store and names the first', async () => {
    const first = await start({ env: { DATABASE_URL: '' } });
    const message = await refused({ dataDir: first.dataDir, env: { DATABASE_URL: '' } });
    expect(message).toMatch(/ended with 1/);
    expect(message).toContain(String(first.process.pid));
    expect(await first.stop()).toBe(0);
  });
});

/** §1.12 of the prior system's specification: names that its users' dashboards read. */
const FED = [
  'lqo_start_time_seconds',
  'lqo_spool_limit_bytes',
  'llm_evaluator_scheduler_interval_seconds',
  'llm_evaluator_last_batch_duration_seconds',
  'llm_gateway_app_info',
  'llm_gateway_http_requests_total',
  'llm_gateway_http_request_duration_seconds_count',
  'llm_gateway_active_requests',
  'llm_gateway_llm_requests_total',
  'llm_gateway_llm_request_duration_seconds_count',
  'llm_gateway_llm_tokens_total',
  'llm_gateway_token_usage_total',
  'llm_gateway_cost_usd_total',
  'llm_gateway_db_queries_total',
  'llm_gateway_db_query_duration_seconds_count',
  'llm_gateway_logs_saved_total',
  'llm_evaluator_app_info',
  'llm_evaluator_evaluations_total',
  'llm_evaluator_evaluation_duration_seconds_count',
  'llm_evaluator_evaluation_scores_count',
  'llm_evaluator_batch_evaluations_total',
  'llm_evaluator_batch_logs_processed_count',
  'llm_evaluator_low_quality_alerts_total',
  'llm_evaluator_scheduler_runs_total',
];

describe('given a program that served and scored calls', () => {
  let program: RunningProgram;

  beforeAll(async () => {
    program = await start({
      env: { LQO_API_KEY: 'lqo-provisioned-key-for-tests', EVALUATION_INTERVAL_MINUTES: '0.02' },
    });
    for (const model of ['demo/good', 'demo/toxic']) {
      const reply = await fetch(`${program.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'x-api-key': program.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect(reply.status).toBe(200);
      await reply.arrayBuffer();
    }
  });

  it('feeds the metrics that dashboards of the prior system read', async () => {
    const text = await until(
      () => fetch(`${program.url}/metrics`).then((reply) => reply.text()),
      (metrics) => FED.every((name) => sumOf(metrics, name) > 0),
    );
    expect(FED.filter((name) => !(sumOf(text, name) > 0))).toEqual([]);
    // The schedule turns at full minutes.
  }, 150_000);

  it('counts what waits for evaluation down to nothing', async () => {
    const text = await until(
      () => fetch(`${program.url}/metrics`).then((reply) => reply.text()),
      (metrics) => sumOf(metrics, 'llm_evaluator_evaluations_total') >= 2,
    );
    expect(sumOf(text, 'lqo_ledger_records')).toBeGreaterThan(0);
  });

  it('hides the metrics behind a proxy from callers without a key', async () => {
    const reply = await fetch(`${program.url}/metrics`, {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    expect(reply.status).toBe(401);
  });
});

describe.skipIf(process.env['TEST_DATABASE'] !== 'postgres')(
  'given processes with a role each on one server',
  () => {
    it('records in one, scores in another, shows in a third', async () => {
      const key = 'lqo-provisioned-key-for-roles';
      const [gateway, , api] = await Promise.all(
        ['gateway', 'worker', 'api'].map((role) =>
          start({ env: { LQO_ROLE: role, LQO_API_KEY: key } }),
        ),
      );
      if (gateway === undefined || api === undefined) throw new Error('not started');
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key });
      const { response } = await client.chat.completions
        .create({ model: 'demo/good', messages: [{ role: 'user', content: 'Say hello.' }] })
        .withResponse();
      const id = response.headers.get('x-lqo-interaction-id') ?? '';
      const detail = await until(
        () =>
          get(api, `/api/v1/interactions/${id}`, { key, schema: InteractionDetail }).catch(
            () => null,
          ),
        (answer) => (answer?.scores.length ?? 0) > 0,
      );
      expect(detail?.status).toBe('success');
      const elsewhere = await fetch(`${gateway.url}/api/v1/interactions`, {
        headers: { authorization: `Bearer ${key}` },
      });
      expect(elsewhere.status).toBe(404);
    });
  },
);

/** The sum over all series of a metric; NaN when there is none. */
function sumOf(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
  return lines.length === 0
    ? Number.NaN
    : lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
