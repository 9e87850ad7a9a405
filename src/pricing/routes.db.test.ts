import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { loadPrices } from './load-prices.ts';
import { createPricer } from './price.ts';
import { priceRoutes } from './routes.ts';

let server: TestApp;
const deeds: string[] = [];

beforeAll(async () => {
  server = await testApp({
    routes: (app, deps) =>
      priceRoutes(app, {
        ...deps,
        recordDeed: async (_tx, { action, target }) => {
          deeds.push(`${action} ${target}`);
        },
      }),
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
