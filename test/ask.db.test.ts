import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SummaryReply } from '../src/contract/analytics.ts';
import { CostsReply } from '../src/contract/costs.ts';
import { InteractionDetail } from '../src/contract/interactions.ts';
import { systemClock } from '../src/core/clock.ts';
import { createIdGenerator } from '../src/core/ids.ts';
import { deriveInsideKey, signInside } from '../src/core/inside-credential.ts';
import type { Ask, AskRequest } from '../src/evaluation/ask.ts';
import { createAsk } from '../src/evaluation/ask-gateway.ts';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

const KEY = 'lqo_provisioned_for_asking';
const SECRET = '5a'.repeat(32);
const key = deriveInsideKey(createSecretKey(Buffer.from(SECRET, 'hex')));
const newId = createIdGenerator(systemClock);

let databaseEnv: Record<string, string> = {};
let program: RunningProgram;
let projectId = '';
let ask: Ask;

beforeAll(async () => {
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') databaseEnv = { DATABASE_URL: target.url };
  }
  program = await startProgram({
    env: { ...databaseEnv, LQO_WORKERS: '2', LQO_API_KEY: KEY, LQO_SECRET_KEY: SECRET },
  });
  ask = createAsk({ fetch, clock: systemClock, way: async () => ({ url: program.url, key }) });
  const projects = await get(
    '/api/v1/projects',
    z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) }),
  );
  projectId = projects.items.find(({ slug }) => slug === 'default')?.id ?? '';
});

afterAll(async () => {
  await program.kill();
  program.remove();
});

async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const reply = await fetch(program.url + path, { headers: { authorization: `Bearer ${KEY}` } });
  const body: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(body)}`);
  return schema.parse(body);
}

/** Asks again until the answer satisfies; the limit is the test's own time-out. */
async function until<T>(look: () => Promise<T>, satisfied: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (satisfied(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function detail(id: string): Promise<InteractionDetail> {
  return until(
    () => get(`/api/v1/interactions/${id}`, InteractionDetail).catch(() => null),
    (seen) => seen !== null,
  ) as Promise<InteractionDetail>;
}

function question(purpose: AskRequest['purpose'], more: Partial<AskRequest> = {}): AskRequest {
  return {
    projectId,
    model: 'demo/good',
    purpose,
    messages: [{ role: 'user', content: 'What is 6 x 7?' }],
    timeoutMs: 20_000,
    ...more,
  };
}

describe('a question of the program itself', () => {
  it('is answered, and recorded with its origin, price and facts', async () => {
    const asked = await ask(
      question('judge', {
        tags: ['rubric:relevance'],
        metadata: { rubric: 'Relevanz für 판정' },
        prompt: 'greeting@3',
        context: ['Six times seven is forty-two.'],
        parameters: { temperature: 0 },
      }),
    );
    expect(asked.text).toContain('42');
    expect(asked.inputTokens).toBeGreaterThan(0);
    const seen = await detail(asked.interactionId ?? '');
    expect(seen.origin).toBe('judge');
    expect(seen.tags).toEqual(['rubric:relevance']);
    expect(seen.metadata).toEqual({ rubric: 'Relevanz für 판정' });
    expect(seen.promptName).toBe('greeting');
    expect(seen.costMicroUsd).not.toBeNull();
  });

  it('has the id that the asker gave it', async () => {
    const interactionId = newId();
    const asked = await ask(question('run', { interactionId }));
    expect(asked.interactionId).toBe(interactionId);
    expect((await detail(interactionId)).origin).toBe('run');
  });

  it('costs money, is never judged by itself, and is no traffic of an application', async () => {
    const call = await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo/good', messages: question('run').messages }),
    });
    await call.text();
    const own = call.headers.get('x-lqo-interaction-id') ?? '';
    await until(
      () => detail(own),
      ({ scores }) => scores.length > 0,
    );
    const { interactionId } = await ask(question('judge'));
    expect((await detail(interactionId ?? '')).scores).toEqual([]);
    const { current } = await get('/api/v1/analytics/summary', SummaryReply);
    expect(current.requests).toBe(1);
    const costs = await get('/api/v1/analytics/costs', CostsReply);
    expect(costs.totals.requests).toBeGreaterThanOrEqual(4);
  });
});

describe('what goes wrong', () => {
  it('tells a model that does not exist as refused', async () => {
    await expect(ask(question('judge', { model: 'nobody/knows' }))).rejects.toMatchObject({
      name: 'AskError',
      code: 'refused',
      retryable: false,
    });
  });

  it('tells an answer that does not come in time', async () => {
    await expect(
      ask(question('judge', { model: 'demo/slow', timeoutMs: 50 })),
    ).rejects.toMatchObject({ code: 'timeout', retryable: true });
  });

  it('tells a gateway that is not there', async () => {
    const away = createAsk({
      fetch,
      clock: systemClock,
      way: async () => ({ url: 'http://127.0.0.1:1', key }),
    });
    await expect(away(question('judge'))).rejects.toMatchObject({ code: 'unavailable' });
    const nowhere = createAsk({ fetch, clock: systemClock, way: async () => null });
    await expect(nowhere(question('judge'))).rejects.toThrow(/LQO_GATEWAY_URL/);
  });
});

describe('who may not', () => {
  const claim = (): Parameters<typeof signInside>[1] => ({
    projectId,
    purpose: 'judge',
    expiresAtMs: systemClock.now() + 60_000,
  });
  const status = async (path: string, token: string, more = {}): Promise<number> => {
    const reply = await fetch(program.url + path, {
      headers: { authorization: `Bearer ${token}`, ...more },
    });
    await reply.text();
    return reply.status;
  };

  it('opens nothing but the gateway', async () => {
    const token = signInside(key, claim());
    expect(await status('/v1/models', token)).toBe(200);
    expect(await status('/api/v1/interactions', token)).toBe(403);
    expect(await status('/api/v1/projects', token)).toBe(403);
    expect(await status('/metrics', token)).toBe(403);
  });

  it('opens nothing when it is forged, over, or for no project', async () => {
    const foreign = deriveInsideKey(createSecretKey(Buffer.alloc(32, 9)));
    expect(await status('/v1/models', signInside(foreign, claim()))).toBe(401);
    expect(await status('/v1/models', signInside(key, { ...claim(), expiresAtMs: 1 }))).toBe(401);
    const nobody = { ...claim(), projectId: newId() };
    expect(await status('/v1/models', signInside(key, nobody))).toBe(503);
    expect(
      await status('/v1/models', signInside(key, claim()), { 'x-lqo-project': 'another' }),
    ).toBe(404);
  });

  it('gives nobody else an origin or an id', async () => {
    const wanted = newId();
    const reply = await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'x-lqo-interaction-id': wanted,
        'x-lqo-origin': 'judge',
      },
      body: JSON.stringify({ model: 'demo/good', messages: question('run').messages }),
    });
    await reply.text();
    const id = reply.headers.get('x-lqo-interaction-id') ?? '';
    expect(id).not.toBe(wanted);
    expect((await detail(id)).origin).toBe('gateway');
  });
});
