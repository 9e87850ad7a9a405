import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { storeCalls } from '../../test/support/many-calls.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { recordDeed } from '../access/audit.ts';
import type { ChangesReply, Marker } from '../contract/changes.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { changeRoutes } from './change-routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const HOUR_MS = 3_600_000;
const iso = (hoursAgo: number) => new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString();

let test: TestApp;
beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => 0 },
    routes: (app, deps) =>
      changeRoutes(app, {
        ...deps,
        recordDeed: (tx, deed) => recordDeed(tx, deps, { ...deed, details: { ...deed.details } }),
      }),
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

async function project(): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  await test.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  return { id, key: await test.key(id) };
}

async function ask<Reply>(url: string, key: string, status = 200): Promise<Reply> {
  const reply = await test.inject({ url, key });
  expect(reply.statusCode, reply.body).toBe(status);
  return reply.json();
}

const changes = (key: string, query: string) =>
  ask<ChangesReply>(`/api/v1/analytics/changes?from=${iso(12)}&to=${iso(0)}&${query}`, key);

/** A call of one of two models; the broken one fails, costs and annoys more in the later half. */
function callOf(at: number, isLater: boolean): Partial<InteractionRow> {
  const isBroken = isLater && at % 2 === 0;
  const fails = ((at * 7_919) % 400) / 400 < (isBroken ? 0.4 : 0.05);
  return {
    model: at % 2 === 0 ? 'broken' : 'fine',
    provider: 'openai',
    userId: `user-${at % 40}`,
    tags: at % 4 === 0 ? ['beta'] : [],
    language: at % 5 < 2 ? 'ko' : 'en',
    promptName: 'answer',
    promptVersion: isLater ? '2' : '1',
    status: fails ? 'error' : 'success',
    latencyMs: (fails ? 50 : 200) + (at % 10),
    costMicroUsd: (isBroken ? 900 : 300) + (at % 7),
  };
}

async function brokenModel(id: string): Promise<void> {
  for (const [from, to] of [
    [24, 12],
    [12, 0],
  ] as const) {
    const isLater = from === 12;
    await storeCalls(test.database, id, {
      count: 400,
      from: NOW_MS - from * HOUR_MS,
      to: NOW_MS - to * HOUR_MS,
      given: (at) => callOf(at, isLater),
      score: (at) => {
        const isBroken = isLater && at % 2 === 0;
        return {
          value: (isBroken ? 0.5 : 0.8) + (at % 10) / 100,
          flagged: isBroken && at % 3 === 0,
        };
      },
    });
  }
}

describe('what changed between two periods', () => {
  it('is explained by the slice that did it, with n and intervals', async () => {
    const { id, key } = await project();
    await brokenModel(id);
    const reply = await changes(key, 'metric=error_rate');
    expect(reply).toMatchObject({
      metric: 'error_rate',
      unit: 'share',
      sampled: false,
      needed: 20,
    });
    expect(reply.before).toMatchObject({ from: iso(24), to: iso(12), current: { n: 400 } });
    expect(reply.after.current.n).toBe(400);
    const risen = (reply.after.current.value ?? 0) - (reply.before.current.value ?? 0);
    expect(reply.change.value).toBeCloseTo(risen, 9);
    expect(reply.change.low).toBeGreaterThan(0.05);
    expect(reply.change.pValue).toBeLessThan(0.001);
    const [first] = reply.slices;
    expect(first).toMatchObject({ dimension: 'model', value: 'broken', explains: true });
    expect(first?.before.n).toBe(200);
    expect(first?.share).toBeGreaterThan(0.9);
    expect(first?.contribution.low).toBeGreaterThan(0);
    const fine = reply.slices.find(({ value }) => value === 'fine');
    expect(fine).toMatchObject({ explains: false });
    expect(fine?.qValue).not.toBeNull();
  });

  it('is said to be everywhere, by no slice, where all slices changed alike', async () => {
    const { id, key } = await project();
    for (const [from, to, every] of [
      [24, 12, 20],
      [12, 0, 4],
    ] as const) {
      await storeCalls(test.database, id, {
        count: 400,
        from: NOW_MS - from * HOUR_MS,
        to: NOW_MS - to * HOUR_MS,
        given: (at) => ({
          model: `m${at % 3}`,
          status: Math.floor(at / 3) % every === 0 ? 'error' : 'success',
        }),
      });
    }
    const reply = await changes(key, 'metric=error_rate');
    expect(reply.change.low).toBeGreaterThan(0);
    expect(reply.slices.filter(({ explains }) => explains)).toEqual([]);
  });

  it.each([
    ['score_mean', 'score=overall', -1],
    ['score_rate', 'score=overall&passAt=0.7', -1],
    ['flag_rate', '', 1],
    ['flag_rate', 'score=overall', 1],
    ['cost', '', 1],
    ['latency', '', -1],
  ] as const)('is told for %s %s', async (metric, more, sign) => {
    const { id, key } = await project();
    await brokenModel(id);
    const reply = await changes(key, `metric=${metric}&${more}`);
    expect(Math.sign(reply.change.value ?? 0)).toBe(sign);
    expect(reply.change.low).not.toBeNull();
    expect(reply.slices[0]).toMatchObject({ dimension: 'model', value: 'broken', explains: true });
  });

  it('is asked for a part of the traffic alone, and for a time before of one’s own', async () => {
    const { id, key } = await project();
    await brokenModel(id);
    const fine = await changes(key, 'metric=error_rate&model=fine');
    expect(fine.after.current.n).toBe(200);
    expect(fine.slices.filter(({ dimension }) => dimension === 'model')).toEqual([]);
    expect(fine.slices.some(({ dimension }) => dimension === 'user')).toBe(true);
    const tagged = await changes(key, 'metric=error_rate&tag=beta&prompt=answer@2');
    expect([tagged.before.current.n, tagged.after.current.n]).toEqual([0, 100]);
    const korean = await changes(key, 'metric=error_rate&language=ko');
    expect(korean.after.current.n).toBe(160);
    expect(fine.slices.some(({ dimension }) => dimension === 'language')).toBe(true);
    const own = await changes(key, `metric=error_rate&beforeFrom=${iso(18)}&beforeTo=${iso(15)}`);
    expect(own.before).toMatchObject({ from: iso(18), to: iso(15), current: { n: 100 } });
  });

  it('counts answers of one session as less than independent ones', async () => {
    const { id, key } = await project();
    for (const [from, to] of [
      [24, 12],
      [12, 0],
    ] as const) {
      await storeCalls(test.database, id, {
        count: 300,
        from: NOW_MS - from * HOUR_MS,
        to: NOW_MS - to * HOUR_MS,
        given: (at) => {
          const session = Math.floor(at / 6);
          return {
            sessionId: `s-${from}-${session}`,
            status: session % 5 === 0 ? 'error' : 'success',
            model: `m${session % 2}`,
          };
        },
      });
    }
    const reply = await changes(key, 'metric=error_rate');
    expect(reply.designEffect).toBeGreaterThan(5);
    const width = (reply.after.current.high ?? 0) - (reply.after.current.low ?? 0);
    expect(width).toBeGreaterThan(0.2);
  });

  it('leaves judges, runs and shadows out, and is nothing without calls', async () => {
    const { id, key } = await project();
    await storeCalls(test.database, id, {
      count: 30,
      from: NOW_MS - 12 * HOUR_MS,
      to: NOW_MS,
      given: (at) => ({ origin: at % 2 === 0 ? 'judge' : 'run' }),
    });
    const reply = await changes(key, 'metric=error_rate');
    expect(reply.after.current).toEqual({ value: null, n: 0, low: null, high: null });
    expect(reply.change).toMatchObject({ value: null, pValue: null });
    expect(reply.slices).toEqual([]);
  });

  it('says nothing of slices with a handful of calls', async () => {
    const { id, key } = await project();
    await storeCalls(test.database, id, {
      count: 10,
      from: NOW_MS - 24 * HOUR_MS,
      to: NOW_MS,
      given: (at) => ({ model: 'm', status: at > 6 ? 'error' : 'success' }),
    });
    const { change, slices } = await changes(key, 'metric=error_rate');
    expect(change).toMatchObject({ low: null, pValue: null });
    expect(slices.every(({ qValue, explains }) => qValue === null && !explains)).toBe(true);
  });
});

describe('given a question about changes that makes no sense', () => {
  it.each([
    'metric=error_rate&from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z',
    'metric=error_rate&from=2026-01-01T00:00:00Z&to=2026-11-20T00:00:00Z',
    'metric=volume',
    'metric=error_rate&beforeFrom=2026-11-20T00:00:00Z&beforeTo=2026-11-19T00:00:00Z',
    'from=2026-11-20T00:00:00Z',
  ])('refuses %s', async (query) => {
    const reply = await ask<{ error: { code: string } }>(
      `/api/v1/analytics/changes?${query}`,
      test.a.key,
      400,
    );
    expect(reply.error.code).toBe('invalid_request');
  });
});

describe('markers', () => {
  const list = async (key: string, query = '') =>
    (await ask<{ items: Marker[] }>(`/api/v1/markers?from=${iso(24)}&to=${iso(-1)}&${query}`, key))
      .items;
  const tell = (key: string, payload: object) =>
    test.inject({ method: 'POST', url: '/api/v1/markers', key, payload });

  it('are told by pipelines, listed newest first, and removed', async () => {
    const { id, key } = await project();
    const first = await tell(key, { title: 'Release 1', at: iso(3), url: 'https://ci.test/1' });
    expect(first.statusCode, first.body).toBe(201);
    expect(first.json()).toMatchObject({ kind: 'deploy', title: 'Release 1', at: iso(3) });
    await tell(key, { kind: 'deploy', title: 'Release 2' });
    const items = await list(key, 'kinds=deploy');
    expect(items.map(({ title }) => title)).toEqual(['Release 2', 'Release 1']);
    expect(items[1]).toMatchObject({ url: 'https://ci.test/1', action: 'deploy' });
    const [{ actions } = { actions: null }] = await test.database.query<{ actions: string }>(
      `select string_agg(action, ',') as actions from audit_log where project_id = $1`,
      [id],
    );
    expect(actions).toBe('marker.created,marker.created');
    const url = `/api/v1/markers/${items[0]?.id}`;
    const removed = await test.inject({ method: 'DELETE', url, key });
    expect(removed.statusCode).toBe(204);
    expect(await list(key, 'kinds=deploy')).toHaveLength(1);
  });

  it('are derived from what people changed, alerts and versions of evaluators', async () => {
    const { id, key } = await project();
    const deed = (hoursAgo: number, action: string, { target, ...details }: { target: string }) =>
      recordDeed(
        test.database,
        { ...test.deps, clock: { now: () => NOW_MS - hoursAgo * HOUR_MS, monotonic: () => 0 } },
        { projectId: id, actor: 'user:ada@example.test', action, target, details },
      );
    await deed(5, 'prompt.label_moved', {
      target: 'answer',
      ...{ label: 'production', version: 3 },
    });
    await deed(4, 'route.changed', { target: randomUUID(), ...{ name: 'fast' } });
    await deed(3, 'key.create', { target: 'nothing that charts mark' });
    await test.database.query(
      `insert into alerts (id, project_id, source, name, severity, state, labels, reason, notify, started_at, fired_at,
         updated_at)
       values ($1, $2, 'program', 'Channel mail fails', 'critical', 'firing', '{}', '{}', '{}', $3, $4, $4)`,
      [randomUUID(), id, iso(2.5), iso(2)],
    );
    for (const [hoursAgo, version] of [
      [10, '1'],
      [9, '1'],
      [1, '2'],
    ] as const) {
      await test.database.query(
        `insert into evaluation_runs (id, project_id, trigger, evaluator, evaluator_version, started_at, finished_at,
           evaluated, failed, low_quality)
         values ($1, $2, 'interval', 'rules', $3, $4, $4, 1, 0, 0)`,
        [randomUUID(), id, version, iso(hoursAgo)],
      );
    }
    const items = await list(key);
    expect(items.map(({ kind, action, title }) => [kind, action, title])).toEqual([
      ['evaluator', 'evaluator.version', 'rules'],
      ['alert', 'alert.fired', 'Channel mail fails'],
      ['route', 'route.changed', 'fast'],
      ['prompt', 'prompt.label_moved', 'answer'],
    ]);
    expect(items[0]?.details).toEqual({ version: '2', before: '1' });
    expect(items[3]).toMatchObject({ actor: 'user:ada@example.test', details: { version: 3 } });
    expect((await list(key, 'kinds=route,alert')).map(({ kind }) => kind)).toEqual([
      'alert',
      'route',
    ]);
    const { markers } = await changes(key, 'metric=error_rate');
    expect(markers).toHaveLength(4);
  });

  it('come in pages', async () => {
    const { key } = await project();
    for (const title of ['a', 'b', 'c', 'd', 'e']) await tell(key, { title, at: iso(1) });
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 9; pages++) {
      const page: { items: Marker[]; nextCursor: string | null } = await ask(
        `/api/v1/markers?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
        key,
      );
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    }
    expect(new Set(seen)).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
    expect(seen).toHaveLength(5);
  });

  it('refuse what they cannot be', async () => {
    for (const payload of [
      {},
      { title: '' },
      { title: 'x', kind: 'alert' },
      { title: 'x', url: 'javascript:alert(1)' },
      { title: 'x', at: '2026-11-25T00:00:00Z' },
      { title: 'x', more: 1 },
    ]) {
      expect((await tell(test.a.key, payload)).statusCode, JSON.stringify(payload)).toBe(400);
    }
    await ask('/api/v1/markers?kinds=nonsense', test.a.key, 400);
    await ask('/api/v1/markers?cursor=nonsense', test.a.key, 400);
  });
});

describe('given somebody of another project', () => {
  it('shows and removes nothing', async () => {
    const { id, key } = await project();
    await brokenModel(id);
    const told = await test.inject({
      method: 'POST',
      url: '/api/v1/markers',
      key,
      payload: { title: 'Ours' },
    });
    const url = `/api/v1/markers/${told.json<{ id: string }>().id}`;
    const gone = await test.inject({ method: 'DELETE', url, key: test.b.key });
    expect(gone.statusCode).toBe(404);
    const theirs = await changes(test.b.key, 'metric=error_rate');
    expect(theirs.after.current.n).toBe(0);
    expect(theirs.markers).toEqual([]);
  });

  it('asks for the scope that each route needs', async () => {
    const reader = await test.key(test.a.id, ['read']);
    const writer = await test.key(test.a.id, ['ingest']);
    const status = async (method: 'GET' | 'POST' | 'DELETE', path: string, key: string | null) =>
      (await test.inject({ method, url: `/api/v1/${path}`, key, payload: { title: 'x' } }))
        .statusCode;
    expect(await status('POST', 'markers', reader)).toBe(403);
    expect(await status('POST', 'markers', writer)).toBe(201);
    expect(await status('DELETE', `markers/${randomUUID()}`, writer)).toBe(403);
    expect(await status('POST', 'markers', null)).toBe(401);
    const get = (url: string, key: string | null) => test.inject({ url, key });
    expect((await get('/api/v1/markers', writer)).statusCode).toBe(403);
    expect((await get('/api/v1/analytics/changes?metric=cost', writer)).statusCode).toBe(403);
    expect((await get('/api/v1/analytics/changes?metric=cost', null)).statusCode).toBe(401);
  });
});
