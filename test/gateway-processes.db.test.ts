import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type MessageEvent, WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

const KEY = 'lqo_provisioned_for_processes';
const Ledger = z.looseObject({ accepted: z.number(), stored: z.number(), balanced: z.boolean() });
const Ready = z.object({
  status: z.string(),
  checks: z.array(z.object({ name: z.string(), problem: z.string().nullable() })),
});

let databaseEnv: Record<string, string> = {};
let program: RunningProgram;

beforeAll(async () => {
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') databaseEnv = { DATABASE_URL: target.url };
  }
  program = await start();
});

afterAll(async () => {
  await program.kill();
  program.remove();
});

function start(dataDir?: string): Promise<RunningProgram> {
  return startProgram({
    env: { ...databaseEnv, LQO_WORKERS: '2', LQO_API_KEY: KEY },
    ...(dataDir !== undefined && { dataDir }),
  });
}

function ask(
  path: string,
  init: { key?: string; method?: string; body?: object } = {},
): Promise<Response> {
  const { key = KEY, method = 'GET', body } = init;
  return fetch(program.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const QUESTION = {
  model: 'demo/good',
  messages: [{ role: 'user', content: 'What is 6 x 7?' }],
};

function call(key = KEY): Promise<Response> {
  return ask('/v1/chat/completions', { key, method: 'POST', body: QUESTION });
}

/** The answers of as many calls at once, so that every process gets some. */
async function callMany(count: number): Promise<number[]> {
  const replies = await Promise.all(Array.from({ length: count }, () => call()));
  await Promise.all(replies.map((reply) => reply.text()));
  return replies.map(({ status }) => status);
}

async function until<T>(look: () => Promise<T>, satisfied: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (satisfied(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function ledger(): Promise<z.infer<typeof Ledger>> {
  return Ledger.parse(await (await ask('/api/v1/ledger')).json());
}

function gatewayProcesses(): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(program.process.pid)]);
  return listed
    .toString()
    .split('\n')
    .filter((line) => line.includes('gateway-process'))
    .map((line) => Number.parseInt(line, 10));
}

describe('given two gateway processes on one port', () => {
  it('stores every call that any of them answered', async () => {
    const before = await ledger();
    const statuses = await callMany(40);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const after = await until(ledger, ({ stored }) => stored >= before.accepted + 40);
    expect(after).toMatchObject({ accepted: before.accepted + 40, balanced: true });
  });

  it('adds the metrics of all processes up', async () => {
    const text = await (await ask('/metrics')).text();
    const [, total] =
      /llm_gateway_llm_requests_total\{model="demo\/good",status="success"\} (\d+)/.exec(text) ??
      [];
    expect(Number(total)).toBeGreaterThanOrEqual(40);
  });

  it('answers pages, documents and the API through the same port', async () => {
    const page = await fetch(program.url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    await page.text();
    expect((await (await fetch(`${program.url}/openapi.json`)).json()) as object).toHaveProperty(
      'paths',
    );
    expect((await ask('/api/v1/nothing')).status).toBe(404);
    expect((await ask('/health', { method: 'POST', body: {} })).status).toBe(405);
  });

  it('streams live events through', async () => {
    const controller = new AbortController();
    const reply = await fetch(`${program.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${KEY}` },
      signal: controller.signal,
    });
    expect(reply.headers.get('content-type')).toContain('text/event-stream');
    controller.abort();
  });

  it('carries sockets through', async () => {
    const socket = new WebSocket(`${program.url.replace('http', 'ws')}/ws/metrics`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const [message] = (await once(socket, 'message')) as [MessageEvent<string>];
    expect(JSON.parse(message.data)).toMatchObject({ type: 'cost_update' });
    const closed = once(socket, 'close');
    socket.close();
    await closed;
    const refused = new WebSocket(`${program.url.replace('http', 'ws')}/ws/metrics`);
    const [error] = (await once(refused, 'error')) as [Event];
    expect(error.type).toBe('error');
  });

  it('refuses unknown keys in every process', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => call('lqo_nobody')));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]));
    await Promise.all(replies.map((reply) => reply.text()));
  });

  it('admits a new key everywhere and refuses it once it is revoked', async () => {
    const made = await ask('/api/v1/keys', {
      method: 'POST',
      body: { name: 'short-lived', scopes: ['gateway'] },
    });
    const { id, key } = z.looseObject({ id: z.string(), key: z.string() }).parse(await made.json());
    const statuses = async (): Promise<Set<number>> => {
      const replies = await Promise.all(Array.from({ length: 8 }, () => call(key)));
      await Promise.all(replies.map((reply) => reply.text()));
      return new Set(replies.map(({ status }) => status));
    };
    await until(statuses, (seen) => seen.size === 1 && seen.has(200));
    await (await ask(`/api/v1/keys/${id}`, { method: 'DELETE' })).text();
    await until(statuses, (seen) => seen.size === 1 && seen.has(401));
  });

  it('does not let callers say where they come from', async () => {
    const scrape = await fetch(`${program.url}/metrics`, {
      headers: { 'x-lqo-peer': '127.0.0.1', 'x-forwarded-for': '203.0.113.7' },
    });
    await scrape.text();
    expect(scrape.status).toBe(401);
  });
});

describe('given a gateway process that is killed', () => {
  it('starts another one and loads what the dead one had spooled', async () => {
    const before = await ledger();
    await callMany(20);
    const [victim] = gatewayProcesses();
    process.kill(victim ?? 0, 'SIGKILL');
    await until(
      // Connections to the dead process break; new ones reach the living.
      () =>
        ask('/ready').then(
          async (reply) => Ready.parse(await reply.json()),
          () => null,
        ),
      (ready) => ready?.status === 'ready',
    );
    await until(
      async () => gatewayProcesses(),
      (pids) => pids.length === 2 && !pids.includes(victim ?? 0),
    );
    expect(new Set(await callMany(20))).toEqual(new Set([200]));
    const after = await until(ledger, ({ stored }) => stored >= before.accepted + 40);
    expect(after).toMatchObject({ accepted: before.accepted + 40, balanced: true });
  });
});

describe('when the main process is killed', () => {
  it('takes the gateway processes along, and the next start has every call', async () => {
    const before = await ledger();
    await callMany(30);
    const pids = gatewayProcesses();
    await program.kill();
    await until(
      async () => pids.filter(isAlive),
      (alive) => alive.length === 0,
    );
    program = await start(program.dataDir);
    const after = await until(ledger, ({ stored }) => stored >= before.accepted + 30);
    expect(after).toMatchObject({ accepted: before.accepted + 30, balanced: true });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
