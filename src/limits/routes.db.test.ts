import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { limitSubject } from '../../test/support/limits.ts';
import { recordDeed } from '../access/audit.ts';
import type { Refresh } from '../store/keep-fresh.ts';
import { keepLimitsFresh, LimitDirectory } from './limit-directory.ts';
import { createLimitGate, type OwnLimitGate } from './limit-gate.ts';
import { limitRoutes } from './routes.ts';

let server: TestApp;
let gate: OwnLimitGate;
let refresh: Refresh;
/** Of another process: learns of changes by looking. */
const elsewhere = new LimitDirectory();
const directory = new LimitDirectory();

beforeAll(async () => {
  server = await testApp({
    clock: testClock(new Date().toISOString()),
    routes: (app, deps) => {
      refresh = keepLimitsFresh({ ...deps, directory, refreshMs: 1_000_000 });
      gate = createLimitGate({ ...deps, directory });
      limitRoutes(app, {
        ...deps,
        changed: () => refresh.refresh(),
        recordDeed: (tx, deed) => recordDeed(tx, deps, deed),
        busiest: (projectId, limit) => gate.busiest(projectId, limit),
      });
    },
  });
});
afterAll(async () => {
  await refresh.close();
  await gate.close();
  await server.close();
});
beforeEach(async () => {
  await server.database.exec('delete from rate_limits; delete from audit_log');
  await refresh.refresh();
});

const url = '/api/v1/limits';
const add = (limit: object, key?: string) =>
  server.inject({ method: 'POST', url, payload: limit, ...(key ? { key } : {}) });
const perKey = { scope: 'key', metric: 'requests_per_minute', limit: 2 };
const list = async (query = '', key?: string) =>
  (await server.inject({ url: `${url}${query}`, ...(key ? { key } : {}) })).json();
const admit = async (projectId = server.a.id): Promise<boolean> =>
  (await gate.admit(limitSubject({ projectId }))).admitted;

describe('limits: happy', () => {
  it('are added, listed newest first and page by page, changed and removed, each with a deed', async () => {
    const first = await add(perKey);
    expect([first.statusCode, first.json()]).toEqual([
      201,
      {
        ...perKey,
        id: expect.any(String),
        match: '*',
        enabled: true,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    const second = (await add({ ...perKey, match: 'k', enabled: false })).json();
    const page = await list('?limit=1');
    expect(page.items).toEqual([second]);
    expect((await list(`?limit=1&cursor=${page.nextCursor}`)).items).toEqual([first.json()]);
    const payload = { limit: 9, enabled: true };
    const changed = await server.inject({ method: 'PATCH', url: `${url}/${second.id}`, payload });
    expect(changed.json()).toMatchObject({ id: second.id, match: 'k', ...payload });
    const removed = await server.inject({ method: 'DELETE', url: `${url}/${second.id}` });
    expect(removed.statusCode).toBe(204);
    expect((await list()).items).toEqual([first.json()]);
    const deeds = await server.database.query<{ action: string; target: string }>(
      'select action, target from audit_log where project_id = $1 order by id',
      [server.a.id],
    );
    expect(deeds.map(({ action }) => action)).toEqual([
      'limit.created',
      'limit.created',
      'limit.changed',
      'limit.deleted',
    ]);
  });

  it('hold at once, and no longer when they are switched off', async () => {
    const { id } = (await add(perKey)).json();
    expect([await admit(), await admit(), await admit()]).toEqual([true, true, false]);
    expect(await admit(server.b.id)).toBe(true);
    const off = { method: 'PATCH', url: `${url}/${id}`, payload: { enabled: false } } as const;
    await server.inject(off);
    expect(await admit()).toBe(true);
  });

  it('are seen by other processes when they look', async () => {
    const looking = keepLimitsFresh({ ...server.deps, directory: elsewhere, refreshMs: 5 });
    await looking.refresh();
    expect(elsewhere.applies(server.a.id)).toBe(false);
    await add(perKey);
    while (!elsewhere.applies(server.a.id)) await new Promise((resolve) => setTimeout(resolve, 5));
    await looking.close();
  });

  it('tell who is nearest to them', async () => {
    const { id } = (await add(perKey)).json();
    await admit();
    const status = (await server.inject({ url: `${url}/status` })).json();
    expect(status).toMatchObject({ store: 'local', at: expect.any(String) });
    expect(status.items).toEqual([
      expect.objectContaining({ limitId: id, subject: 'key-1', limit: 2, scope: 'key' }),
    ]);
  });

  it('count the /64 network of an IPv6 address', async () => {
    const added = (await add({ ...perKey, scope: 'ip', match: '2001:DB8::17' })).json();
    expect(added.match).toBe('2001:db8:0:0::/64');
    expect((await add({ ...perKey, scope: 'ip', match: '2001:db8:0:0::/64' })).statusCode).toBe(
      409,
    );
  });
});

describe('limits: error', () => {
  it.each<[string, object]>([
    ['of nothing', { ...perKey, limit: 0 }],
    ['of a fraction', { ...perKey, limit: 1.5 }],
    ['by an unknown scope', { ...perKey, scope: 'country' }],
    ['of an unknown metric', { ...perKey, metric: 'requests_per_hour' }],
    ['for one project of all', { ...perKey, scope: 'project', match: 'x' }],
    ['for no address', { ...perKey, scope: 'ip', match: 'localhost' }],
    ['with unknown fields', { ...perKey, burst: 3 }],
  ])('refuses a limit %s', async (_, limit) => {
    expect((await add(limit)).statusCode).toBe(400);
  });

  it('refuses a second one for the same subjects and metric', async () => {
    await add(perKey);
    expect((await add({ ...perKey, limit: 77 })).statusCode).toBe(409);
    expect((await add({ ...perKey, metric: 'tokens_per_minute' })).statusCode).toBe(201);
  });

  it('changes and removes only what is there', async () => {
    const nothing = { url: `${url}/${randomUUID()}` };
    const change = { ...nothing, method: 'PATCH', payload: { limit: 1 } } as const;
    expect((await server.inject(change)).statusCode).toBe(404);
    expect((await server.inject({ ...nothing, method: 'DELETE' })).statusCode).toBe(404);
    expect((await server.inject({ ...change, payload: {} })).statusCode).toBe(400);
  });
});

describe('limits: security', () => {
  it('keeps projects apart', async () => {
    const { id } = (await add(perKey)).json();
    await admit();
    const key = server.b.key;
    expect((await list('', key)).items).toEqual([]);
    expect((await server.inject({ url: `${url}/status`, key })).json().items).toEqual([]);
    const theirs = { url: `${url}/${id}`, key };
    const change = { ...theirs, method: 'PATCH', payload: { limit: 1 } } as const;
    expect((await server.inject(change)).statusCode).toBe(404);
    expect((await server.inject({ ...theirs, method: 'DELETE' })).statusCode).toBe(404);
    expect((await list()).items).toHaveLength(1);
  });

  it('lets only administrators change them', async () => {
    const reader = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    expect((await add(perKey, reader)).statusCode).toBe(403);
    const other = { url: `${url}/${randomUUID()}`, key: reader };
    const change = { ...other, method: 'PATCH', payload: { limit: 1 } } as const;
    expect((await server.inject(change)).statusCode).toBe(403);
    expect((await server.inject({ ...other, method: 'DELETE' })).statusCode).toBe(403);
    expect((await server.inject({ url, key: reader })).statusCode).toBe(200);
  });

  it('asks who is calling', async () => {
    expect((await server.inject({ url, key: null })).statusCode).toBe(401);
    expect((await server.inject({ url: `${url}/status`, key: null })).statusCode).toBe(401);
  });

  it('takes text as text', async () => {
    const match = `'; drop table rate_limits; --`;
    expect((await add({ ...perKey, scope: 'user', match })).json()).toMatchObject({ match });
  });
});
