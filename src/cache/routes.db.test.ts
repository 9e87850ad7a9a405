import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { answered, cacheQuestion, fill, testCache } from '../../test/support/cache.ts';
import { testClock } from '../../test/support/clock.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { recordDeed } from '../access/audit.ts';
import { CACHE_OPERATIONS, DEFAULT_CACHE_SETTINGS } from '../contract/cache.ts';
import { PLAIN_HANDLING } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import type { Refresh } from '../store/keep-fresh.ts';
import { CacheDirectory, keepCacheFresh } from './cache-directory.ts';
import { createAnswerCache, type OwnAnswerCache } from './create-answer-cache.ts';
import { cacheRoutes } from './routes.ts';

let server: TestApp;
let cache: OwnAnswerCache;
let refresh: Refresh;
const directory = new CacheDirectory();
const clock = testClock(new Date().toISOString());
const { answer } = testCache([], { clock });

beforeAll(async () => {
  server = await testApp({
    clock,
    routes: (app, deps) => {
      refresh = keepCacheFresh({ ...deps, directory, refreshMs: 1_000_000 });
      cache = createAnswerCache({ ...deps, directory });
      cacheRoutes(app, {
        ...deps,
        changed: () => refresh.refresh(),
        recordDeed: (tx, deed) => recordDeed(tx, deps, deed),
        counts: (projectId) => cache.counts(projectId),
      });
    },
  });
});
afterAll(async () => {
  await refresh.close();
  await cache.close();
  await server.close();
});
beforeEach(async () => {
  await server.database.exec('delete from cache_settings; delete from audit_log');
  await refresh.refresh();
});

const url = '/api/v1/cache';
const put = (settings: object, key?: string) =>
  server.inject({ method: 'PUT', url, payload: settings, ...(key ? { key } : {}) });
const get = async (path = '', key?: string) =>
  (await server.inject({ url: `${url}${path}`, ...(key ? { key } : {}) })).json();
const empty = (key?: string | null) =>
  server.inject({ method: 'DELETE', url, ...(key === undefined ? {} : { key }) });
const ask = (model: string) => cacheQuestion({ model }, { projectId: server.a.id });

describe('the cache: happy', () => {
  it('is off until it is switched on, and then it keeps answers at once', async () => {
    expect(await get()).toEqual(DEFAULT_CACHE_SETTINGS);
    expect(cache.applies(server.a.id, 'chat')).toBe(false);
    const written = await put({
      enabled: true,
      ttlSeconds: 60,
      operations: ['embeddings', 'chat'],
    });
    const settings = {
      ...DEFAULT_CACHE_SETTINGS,
      enabled: true,
      ttlSeconds: 60,
      operations: ['chat', 'embeddings'],
      updatedAt: new Date(clock.now()).toISOString(),
    };
    expect([written.statusCode, written.json()]).toEqual([200, settings]);
    expect(await get()).toEqual(settings);
    expect(cache.applies(server.a.id, 'chat')).toBe(true);
    expect(cache.applies(server.a.id, 'responses')).toBe(false);
    expect(cache.applies(server.b.id, 'chat')).toBe(false);
    await put({ enabled: false });
    expect(cache.applies(server.a.id, 'chat')).toBe(false);
  });

  it('is emptied for its project alone, settings stay', async () => {
    await put({ enabled: true });
    await put({ enabled: true }, server.b.key);
    const theirs = { ...ask('x'), projectId: server.b.id };
    await fill(cache, ask('x'), answer());
    await fill(cache, theirs, answer());
    expect((await empty()).statusCode).toBe(204);
    expect(await answered(cache, ask('x'))).toBeNull();
    expect(await answered(cache, theirs)).not.toBeNull();
    expect(await get()).toMatchObject({ enabled: true });
  });

  it('that was never set can be emptied and stays off', async () => {
    expect((await empty()).statusCode).toBe(204);
    expect(await get()).toEqual(DEFAULT_CACHE_SETTINGS);
  });

  it('tells what it holds and how often it answered, with the uncertainty', async () => {
    await put({ enabled: true, maxBytes: 2_000_000 });
    await fill(cache, ask('told'), answer());
    for (let n = 0; n < 3; n += 1) await answered(cache, ask('told'));
    const status = await get('/status');
    expect(status).toMatchObject({
      store: 'memory',
      maxBytes: 2_000_000,
      entries: expect.any(Number),
      hitRate: {
        n: status.hits + status.misses,
        value: status.hits / (status.hits + status.misses),
      },
      since: expect.any(String),
    });
    expect(status.hitRate.low).toBeLessThan(status.hitRate.value);
    expect(status.hitRate.high).toBeGreaterThan(status.hitRate.value);
  });

  it('tells what the hits of the last day would have cost', async () => {
    const now = clock.now();
    const hit = (projectId: string, hoursAgo: number, savedMicroUsd: number | null) =>
      interactionRow({
        projectId,
        createdAt: new Date(now - hoursAgo * 3_600_000),
        handling: { ...PLAIN_HANDLING, cache: 'hit', savedMicroUsd },
      });
    const missed = {
      ...hit(server.a.id, 1, null),
      handling: { ...PLAIN_HANDLING, cache: 'miss' as const },
    };
    const interactions = [
      hit(server.a.id, 1, 40),
      hit(server.a.id, 23, 2),
      hit(server.a.id, 2, null),
      hit(server.a.id, 25, 1000),
      hit(server.b.id, 1, 7),
      missed,
    ];
    await record(server.database, batchOf({ interactions }), [storeRecords]);
    expect(await get('/status')).toMatchObject({
      savedMicroUsd: 42,
      unpricedHits: 1,
      savedSince: new Date(now - 86_400_000).toISOString(),
    });
    expect(await get('/status', server.b.key)).toMatchObject({ savedMicroUsd: 7, unpricedHits: 0 });
  });

  it('writes down who changed and emptied it', async () => {
    await put({ enabled: true });
    await empty();
    const deeds = await server.database.query<{ action: string }>(
      'select action from audit_log where project_id = $1 order by id',
      [server.a.id],
    );
    expect(deeds.map(({ action }) => action)).toEqual(['cache.changed', 'cache.emptied']);
  });

  it('is changed in other processes when they look', async () => {
    const elsewhere = new CacheDirectory();
    const looking = keepCacheFresh({ ...server.deps, directory: elsewhere, refreshMs: 5 });
    await looking.refresh();
    await put({ enabled: true });
    while (elsewhere.policy(server.a.id) === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(elsewhere.policy(server.a.id)).toMatchObject({ operations: CACHE_OPERATIONS, epoch: 0 });
    await empty();
    while (elsewhere.policy(server.a.id)?.epoch !== 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await looking.close();
  });
});

describe('the cache: error', () => {
  it.each<[string, object]>([
    ['without saying on or off', {}],
    ['for no time', { enabled: true, ttlSeconds: 0 }],
    ['for ever', { enabled: true, ttlSeconds: 1e9 }],
    ['without room', { enabled: true, maxBytes: 10 }],
    ['of unknown operations', { enabled: true, operations: ['images'] }],
    ['with unknown fields', { enabled: true, epoch: 3 }],
  ])('refuses settings %s', async (_, settings) => {
    expect((await put(settings)).statusCode).toBe(400);
  });
});

describe('the cache: security', () => {
  it('keeps projects apart', async () => {
    await put({ enabled: true, ttlSeconds: 77 });
    expect(await get('', server.b.key)).toEqual(DEFAULT_CACHE_SETTINGS);
    await put({ enabled: true }, server.b.key);
    expect(await get()).toMatchObject({ ttlSeconds: 77 });
    await fill(cache, ask('mine'), answer());
    expect(await get('/status', server.b.key)).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('lets only administrators change and empty it', async () => {
    const reader = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    expect((await put({ enabled: true }, reader)).statusCode).toBe(403);
    expect((await empty(reader)).statusCode).toBe(403);
    expect((await server.inject({ url, key: reader })).statusCode).toBe(200);
  });

  it('asks who is calling', async () => {
    for (const path of ['', '/status']) {
      expect((await server.inject({ url: `${url}${path}`, key: null })).statusCode).toBe(401);
    }
    expect((await empty(null)).statusCode).toBe(401);
  });
});
