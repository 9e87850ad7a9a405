import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { loadPrices } from './load-prices.ts';
import { createPricer } from './price.ts';
import { repriceRoutes } from './reprice-routes.ts';
import { priceRoutes } from './routes.ts';

let server: TestApp;
const deeds: string[] = [];
const started: string[] = [];

beforeAll(async () => {
  server = await testApp({
    routes: (app, deps) => {
      const recordDeed: Parameters<typeof priceRoutes>[1]['recordDeed'] = async (
        _tx,
        { action, target },
      ) => {
        deeds.push(`${action} ${target}`);
      };
      priceRoutes(app, { ...deps, recordDeed });
      repriceRoutes(app, {
        ...deps,
        recordDeed,
        // Whoever runs jobs may be away; the job finds what is noted later.
        startRepricing: async (id) => {
          started.push(id);
          throw new Error('away');
        },
      });
    },
  });
});
afterAll(() => server.close());

const url = '/api/v1/prices';
const add = (price: object, key?: string) =>
  server.inject({ method: 'POST', url, payload: price, ...(key ? { key } : {}) });
const list = async (query = '', key?: string) =>
  (await server.inject({ url: `${url}${query}`, ...(key ? { key } : {}) })).json();
const house = (model: string, more: object = {}): object => ({
  model,
  inputUsdPerMillion: 1.5,
  outputUsdPerMillion: 6,
  ...more,
});

describe('prices: happy', () => {
  it('are added, listed newest first and page by page, and removed', async () => {
    const first = await add(
      house('page-1', { provider: 'azure', validFrom: '2026-01-01T00:00:00Z' }),
    );
    expect([first.statusCode, first.json()]).toEqual([
      201,
      {
        id: expect.any(String),
        provider: 'azure',
        model: 'page-1',
        validFrom: '2026-01-01T00:00:00.000Z',
        validTo: null,
        inputUsdPerMillion: 1.5,
        cachedInputUsdPerMillion: null,
        cacheWriteInputUsdPerMillion: null,
        outputUsdPerMillion: 6,
        audioInputUsdPerMillion: null,
        audioOutputUsdPerMillion: null,
        createdAt: expect.any(String),
      },
    ]);
    const second = (await add(house('page-2'))).json();
    const page = await list('?limit=1');
    expect(page.items).toEqual([second]);
    expect((await list(`?limit=1&cursor=${page.nextCursor}`)).items).toEqual([first.json()]);
    const removed = await server.inject({ method: 'DELETE', url: `${url}/${second.id}` });
    expect(removed.statusCode).toBe(204);
    expect((await list()).items).not.toContainEqual(second);
    expect(deeds).toContain(`price.created ${second.id}`);
    expect(deeds).toContain(`price.deleted ${second.id}`);
  });

  it('price the calls of their project', async () => {
    await add(house('priced-*', { validFrom: '2026-01-01T00:00:00Z' }));
    const price = createPricer({ prices: await loadPrices(server.database) });
    const question = {
      projectId: server.a.id,
      provider: 'openai',
      model: 'priced-model',
      at: new Date('2026-02-01T00:00:00Z'),
      usage: {
        input: 1000,
        cachedInput: null,
        cacheWriteInput: null,
        audioInput: null,
        output: 100,
        reasoning: null,
        audioOutput: null,
        source: 'reported',
      },
    } as const;
    expect(price(question)).toMatchObject({ costMicroUsd: 2100, costSource: 'reported' });
    expect(price({ ...question, projectId: server.b.id })).toBeNull();
  });

  it('may be unusual when that is confirmed', async () => {
    const price = house('dear', { inputUsdPerMillion: 5000 });
    expect((await add({ ...price, confirmUnusual: true })).statusCode).toBe(201);
  });

  it('may be zero', async () => {
    const free = { model: 'free', inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
    expect((await add(free)).statusCode).toBe(201);
  });
});

describe('prices: error', () => {
  it.each<[string, object]>([
    ['without a figure', { model: 'x' }],
    ['for a token', house('x', { inputUsdPerMillion: 0.0000025 })],
    ['that is far too high', house('x', { outputUsdPerMillion: 2500 })],
    ['that ends before it begins', house('x', { validTo: '2020-01-01T00:00:00Z' })],
    ['below zero', house('x', { inputUsdPerMillion: -1 })],
    ['with a star in the middle', house('a*b')],
    ['without a model', { inputUsdPerMillion: 1 }],
    ['with unknown fields', house('x', { input: 3 })],
  ])('refuses a price %s', async (_, price) => {
    expect((await add(price)).statusCode).toBe(400);
  });

  it('says what looks unusual', async () => {
    const reply = await add(house('x', { inputUsdPerMillion: 0.0000025 }));
    expect(reply.json().error).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('million tokens'),
      details: { unusual: [0.0000025] },
    });
  });

  it('refuses a second price for the same model and moment', async () => {
    const price = house('twice', { validFrom: '2026-01-01T00:00:00Z' });
    expect((await add(price)).statusCode).toBe(201);
    expect((await add({ ...price, model: 'TWICE' })).statusCode).toBe(409);
  });

  it('finds nothing to remove', async () => {
    const reply = await server.inject({ method: 'DELETE', url: `${url}/${randomUUID()}` });
    expect(reply.statusCode).toBe(404);
  });
});

describe('prices: security', () => {
  it('keeps projects apart', async () => {
    const mine = (await add(house('mine'))).json();
    expect((await list('', server.b.key)).items).toEqual([]);
    const removed = await server.inject({
      method: 'DELETE',
      url: `${url}/${mine.id}`,
      key: server.b.key,
    });
    expect(removed.statusCode).toBe(404);
    expect((await list()).items).toContainEqual(mine);
  });

  it('lets only administrators change them', async () => {
    const reader = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    expect((await add(house('y'), reader)).statusCode).toBe(403);
    expect((await list('', reader)).items.length).toBeGreaterThan(0);
    const remove = { method: 'DELETE', url: `${url}/${randomUUID()}`, key: reader } as const;
    expect((await server.inject(remove)).statusCode).toBe(403);
  });

  it('asks who is calling', async () => {
    expect((await server.inject({ url, key: null })).statusCode).toBe(401);
    const post = { method: 'POST', url, payload: house('z'), key: null } as const;
    expect((await server.inject(post)).statusCode).toBe(401);
  });

  it('takes text as text', async () => {
    const model = `'; drop table prices; --`;
    expect((await add(house(model))).json()).toMatchObject({ model });
  });
});

const change = (id: string, price: object, key?: string | null) =>
  server.inject({
    method: 'PUT',
    url: `${url}/${id}`,
    payload: price,
    ...(key === undefined ? {} : { key }),
  });

describe('changes of prices', () => {
  it('keep the id and the beginning, and tell costs a new revision', async () => {
    const made = (await add(house('moving', { validFrom: '2026-01-01T00:00:00Z' }))).json();
    const changed = await change(made.id, house('moving', { inputUsdPerMillion: 4 }));
    expect(changed.json()).toEqual({ ...made, inputUsdPerMillion: 4 });
    expect(deeds).toContain(`price.changed ${made.id}`);
    const price = createPricer({ prices: await loadPrices(server.database) });
    const cost = price({
      projectId: server.a.id,
      provider: 'openai',
      model: 'moving',
      at: new Date('2026-02-01T00:00:00Z'),
      usage: {
        input: 1000,
        cachedInput: null,
        cacheWriteInput: null,
        audioInput: null,
        output: 0,
        reasoning: null,
        audioOutput: null,
        source: 'reported',
      },
    });
    expect(cost).toMatchObject({ costMicroUsd: 4000, priceVersion: `project:${made.id}#2` });
  });

  it('are as sound as new prices', async () => {
    const made = (await add(house('sound', { validFrom: '2026-01-01T00:00:00Z' }))).json();
    const other = (await add(house('sound', { validFrom: '2026-02-01T00:00:00Z' }))).json();
    expect((await change(made.id, { model: 'sound' })).statusCode).toBe(400);
    const same = house('SOUND', { validFrom: '2026-02-01T00:00:00Z' });
    expect((await change(made.id, same)).statusCode).toBe(409);
    expect((await change(other.id, same)).statusCode).toBe(200);
    expect((await change(randomUUID(), same)).statusCode).toBe(404);
  });

  it('are for administrators of the project', async () => {
    const made = (await add(house('guarded'))).json();
    expect((await change(made.id, house('guarded'), server.b.key)).statusCode).toBe(404);
    const reader = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    expect((await change(made.id, house('guarded'), reader)).statusCode).toBe(403);
    expect((await change(made.id, house('guarded'), null)).statusCode).toBe(401);
  });
});

describe('re-pricing', () => {
  const reprice = `${url}/reprice`;
  const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-21T00:00:00Z' };
  const begin = (payload: object, key?: string | null) =>
    server.inject({ method: 'POST', url: reprice, payload, ...(key === undefined ? {} : { key }) });
  const cancel = (id: string, key?: string | null) =>
    server.inject({
      method: 'POST',
      url: `${reprice}/${id}/cancel`,
      ...(key === undefined ? {} : { key }),
    });

  it('is noted, begun, shown with its progress, and ended on request', async () => {
    const reply = await begin({ ...range, model: 'gpt-4o' });
    expect(reply.statusCode).toBe(202);
    const made = reply.json();
    expect(made).toMatchObject({ status: 'queued', model: 'gpt-4o', progress: null, total: null });
    expect(started).toContain(made.id);
    expect(deeds).toContain(`prices.repriced ${made.id}`);
    await server.database.query('update repricings set total = 8, scanned = 2 where id = $1', [
      made.id,
    ]);
    const shown = (await server.inject({ url: `${reprice}/${made.id}` })).json();
    expect(shown).toMatchObject({ id: made.id, total: 8, scanned: 2, progress: 0.25 });
    expect((await server.inject({ url: reprice })).json().items[0]).toEqual(shown);
    expect((await begin(range)).statusCode).toBe(409);
    expect((await cancel(made.id)).json()).toMatchObject({ status: 'cancelled' });
    const next = (await begin(range)).json();
    await cancel(next.id);
    const page = (await server.inject({ url: `${reprice}?limit=1` })).json();
    expect(page).toMatchObject({ items: [{ id: next.id }], nextCursor: next.id });
  });

  it.each([
    ['backwards', { from: range.to, to: range.from }],
    ['of more than 400 days', { from: '2020-01-01T00:00:00Z', to: range.to }],
    ['without an end', { from: range.from }],
    ['with unknown fields', { ...range, provider: 'openai' }],
  ])('refuses a range %s', async (_, payload) => {
    expect((await begin(payload)).statusCode).toBe(400);
  });

  it('is for administrators of the project', async () => {
    const made = (await begin(range, server.b.key)).json();
    expect((await server.inject({ url: `${reprice}/${made.id}` })).statusCode).toBe(404);
    expect((await cancel(made.id)).statusCode).toBe(404);
    const reader = await server.key(server.b.id, ['read', 'gateway', 'ingest']);
    expect((await cancel(made.id, reader)).statusCode).toBe(403);
    expect((await begin(range, reader)).statusCode).toBe(403);
    expect((await begin(range, null)).statusCode).toBe(401);
    expect((await cancel(made.id, null)).statusCode).toBe(401);
    expect((await server.inject({ url: reprice, key: null })).statusCode).toBe(401);
  });
});
