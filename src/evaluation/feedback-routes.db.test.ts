import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testAccess } from '../../test/support/access.ts';
import type { TestApp } from '../../test/support/app.ts';
import { type TestClock, testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { feedbackRoutes } from './feedback-routes.ts';

const SHOP = 'https://shop.example';
const database = await testDatabase();
let clock: TestClock;
let server: TestApp;
let id: string;

beforeAll(async () => {
  clock = testClock('2026-11-20T12:00:00.000Z');
  server = await testAccess({
    database,
    clock,
    routes: (app, deps) => feedbackRoutes(app, { ...deps, record: storeRecords }),
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  const row = interactionRow({
    projectId: server.a.id,
    createdAt: new Date(clock.now() - 120_000),
    traceId: 'chat-17',
  });
  await record(database, batchOf({ interactions: [row] }), [storeRecords]);
  id = row.id;
});

interface Sent {
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
}

function send(body: object, { key, headers }: Sent = {}): Promise<LightMyRequestResponse> {
  return server.inject({
    method: 'POST',
    url: '/api/v1/feedback',
    payload: body,
    ...(key === undefined ? {} : { key }),
    ...(headers === undefined ? {} : { headers }),
  });
}

async function publicKey(origins: readonly string[], perMinute = 600): Promise<string> {
  const reply = await server.inject({
    method: 'POST',
    url: '/api/v1/keys',
    payload: { name: 'shop', publicUse: { origins, perMinute } },
  });
  expect(reply.statusCode).toBe(201);
  return reply.json().key;
}

function stored(interactionId: string): Promise<{ details: object; value: number }[]> {
  return database.query(
    'select details, value from scores where interaction_id = $1 order by created_at, id',
    [interactionId],
  );
}

describe('feedback: happy', () => {
  it('takes a label, and the newest interaction of a trace', async () => {
    const reply = await send({ traceId: 'chat-17', rating: -1, label: 'wrong', userId: 'u1' });
    expect(reply.statusCode).toBe(201);
    expect(reply.json()).toMatchObject({
      interactionId: id,
      label: 'negative',
      details: { label: 'wrong', givenBy: 'app:u1' },
    });
  });

  it('counts a request once, however often and however close together it comes', async () => {
    const headers = { 'idempotency-key': 'click-1' };
    const body = { interactionId: id, rating: 1, userId: 'u1' };
    const replies = await Promise.all([1, 2, 3].map(() => send(body, { headers })));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    // Somebody changed their mind in between; the old request arrives again and changes nothing.
    await send({ ...body, rating: -1 });
    expect((await send(body, { headers })).statusCode).toBe(201);
    expect((await stored(id)).map(({ value }) => value)).toEqual([1, 0]);
  });

  it('comes from a web page by a public key, and tells the page nothing', async () => {
    const key = await publicKey([SHOP]);
    expect(key).toMatch(/^lqo_pub_/);
    const body = { interactionId: id, stars: 5, userId: 'visitor' };
    const reply = await send(body, { key, headers: { origin: SHOP } });
    expect([reply.statusCode, reply.json()]).toEqual([202, { accepted: true }]);
    expect(reply.headers).toMatchObject({ 'access-control-allow-origin': SHOP, vary: 'origin' });
    expect(await stored(id)).toMatchObject([{ details: { givenBy: 'web:visitor' } }]);
  });

  it('answers what a browser asks first, for pages of some key', async () => {
    await publicKey([SHOP]);
    const ask = (origin: string) =>
      server.inject({
        method: 'OPTIONS',
        url: '/api/v1/feedback',
        key: null,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    const answer = await ask(SHOP);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(SHOP);
    expect(answer.headers['access-control-allow-headers']).toContain('authorization');
    const other = await ask('https://evil.example');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('feedback: error', () => {
  it('wants an interaction or a trace, not both', async () => {
    for (const wrong of [{}, { interactionId: id, traceId: 'chat-17' }]) {
      expect((await send({ ...wrong, rating: 1 })).statusCode).toBe(400);
    }
    expect((await send({ traceId: 'unknown', rating: 1 })).statusCode).toBe(404);
  });

  it('refuses an idempotency key that came with other feedback', async () => {
    const headers = { 'idempotency-key': 'click-2' };
    await send({ interactionId: id, rating: 1 }, { headers });
    const other = await send({ interactionId: id, rating: -1 }, { headers });
    expect([other.statusCode, other.json().error.code]).toEqual([409, 'conflict']);
  });

  it('refuses public keys with more than feedback, and origins that no browser sends', async () => {
    const make = async (payload: object) =>
      (await server.inject({ method: 'POST', url: '/api/v1/keys', payload })).statusCode;
    const name = 'shop';
    const publicUse = { origins: [SHOP] };
    expect(await make({ name, publicUse, scopes: ['feedback', 'read'] })).toBe(400);
    for (const origin of ['shop.example', `${SHOP}/cart`, 'ftp://shop.example', 'null']) {
      expect(await make({ name, publicUse: { origins: [origin] } })).toBe(400);
    }
    expect(await make({ name, publicUse: { origins: [] } })).toBe(400);
  });
});

describe('feedback: security', () => {
  it('refuses a public key on pages of other origins, and without any', async () => {
    const key = await publicKey([SHOP]);
    await publicKey(['https://other.example']);
    const body = { interactionId: id, rating: 1 };
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'https://other.example' },
    ]) {
      expect((await send(body, { key, headers })).statusCode).toBe(403);
    }
    const anywhere = await publicKey(['*']);
    const reply = await send(body, { key: anywhere, headers: { origin: 'https://evil.example' } });
    expect(reply.statusCode).toBe(202);
  });

  it('opens nothing else to a public key', async () => {
    const key = await publicKey([SHOP]);
    for (const url of ['/api/v1/keys', '/api/v1/projects']) {
      expect((await server.inject({ url, key, headers: { origin: SHOP } })).statusCode).toBe(403);
    }
  });

  it('takes no secret key and no session from a page of another origin', async () => {
    await publicKey([SHOP]);
    const body = { interactionId: id, rating: 1 };
    expect((await send(body, { headers: { origin: SHOP } })).statusCode).toBe(403);
    const user = await server.signIn('admin');
    const reply = await server.browse(user, {
      method: 'POST',
      url: '/api/v1/feedback?project=default',
      payload: body,
      headers: { origin: SHOP },
    });
    expect(reply.statusCode).toBe(403);
  });

  it('slows down one visitor and one key, each by itself', async () => {
    const key = await publicKey([SHOP], 3);
    const headers = { origin: SHOP };
    const body = { interactionId: id, rating: 1 };
    const codes: number[] = [];
    for (let at = 0; at < 4; at += 1) codes.push((await send(body, { key, headers })).statusCode);
    expect(codes).toEqual([202, 202, 202, 429]);
    const refused = await send(body, { key, headers });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['access-control-allow-origin']).toBe(SHOP);
    const wide = await publicKey([SHOP], 1000);
    for (let at = 0; at < 60; at += 1) await send(body, { key: wide, headers });
    expect((await send(body, { key: wide, headers })).statusCode).toBe(429);
    clock.pass(60_000);
    expect((await send(body, { key, headers })).statusCode).toBe(202);
  });

  it('does not reach interactions of another project, by id or by trace', async () => {
    const row = interactionRow({
      projectId: server.b.id,
      createdAt: new Date(clock.now() - 120_000),
      traceId: 'theirs',
    });
    await record(database, batchOf({ interactions: [row] }), [storeRecords]);
    const key = await publicKey([SHOP]);
    const headers = { origin: SHOP };
    for (const link of [
      { interactionId: row.id },
      { traceId: 'theirs' },
      { interactionId: randomUUID() },
    ]) {
      expect((await send({ ...link, rating: 1 }, { key, headers })).statusCode).toBe(404);
    }
  });
});
