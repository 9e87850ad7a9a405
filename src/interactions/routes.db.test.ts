import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { rollUp, takeBack } from '../analytics/roll-up.ts';
import { createIdGenerator } from '../core/ids.ts';
import { redactWithPlaces } from '../evaluators/pii/redact.ts';
import type { BodyRow, InteractionRow, ScoreRow } from './record.ts';
import { interactionRoutes } from './routes.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE_MS = 60_000;
const clock = { now: () => NOW_MS, monotonic: () => 0 };

let test: TestApp;
const deeds: object[] = [];

beforeAll(async () => {
  test = await testApp({
    clock,
    routes: (app, deps) => {
      interactionRoutes(app, {
        ...deps,
        takeBack,
        redact: (text) => text,
        hide: redactWithPlaces,
        recordDeed: (_tx, deed) => {
          deeds.push(deed);
          return Promise.resolve();
        },
      });
    },
  });
  await ensurePartitions(test.database);
});
afterAll(() => test.close());

/** A project of a test's own, and a way to fill and ask it. */
async function project() {
  const id = randomUUID();
  await test.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  const key = await test.key(id);
  let minutes = 0;
  return {
    id,
    key,
    /** Stores an interaction, each one a minute older than the one before. */
    async add(
      given: Partial<InteractionRow> = {},
      more: { body?: Partial<BodyRow>; scores?: Partial<ScoreRow>[] } = {},
    ): Promise<InteractionRow> {
      minutes += 1;
      const createdAt = given.createdAt ?? new Date(NOW_MS - minutes * MINUTE_MS);
      const row = interactionRow({ projectId: id, ...given, createdAt });
      const batch = batchOf({
        interactions: [row],
        bodies: [bodyRow(row, more.body)],
        scores: (more.scores ?? []).map((score) => scoreRow(row, score)),
      });
      await record(test.database, batch, [insertRaw, rollUp]);
      return row;
    },
    async list(query: string) {
      const reply = await test.inject({ url: `/api/v1/interactions?${query}`, key });
      expect(reply.statusCode, reply.body).toBe(200);
      return reply.json();
    },
    async ids(query: string): Promise<string[]> {
      const { items } = await this.list(query);
      return items.map((item: { id: string }) => item.id);
    },
  };
}

describe('the list of interactions', () => {
  it('shows the last day, newest first, with scores, and says how many there are', async () => {
    const p = await project();
    const first = await p.add({}, { scores: [{ value: 0.75, label: 'short', flagged: true }] });
    const second = await p.add({ costMicroUsd: null, model: null });
    await p.add({ createdAt: new Date(NOW_MS - 25 * 60 * MINUTE_MS) });
    const page = await p.list('');
    expect(page.items.map((item: { id: string }) => item.id)).toEqual([first.id, second.id]);
    expect(page.items[0]).toMatchObject({
      model: 'gpt-test',
      costMicroUsd: 150,
      costUsd: 0.00015,
      usage: { input: 10, output: 20, source: 'reported' },
      scores: [{ name: 'overall', value: 0.75, nativeValue: 4, label: 'short', flagged: true }],
    });
    expect(page.items[1]).toMatchObject({
      model: null,
      costMicroUsd: null,
      costUsd: null,
      scores: [],
    });
    expect(page).toMatchObject({ nextCursor: null, estimate: 2 });
  });

  it('pages through rows of the same millisecond without loss or repetition', async () => {
    const p = await project();
    const at = new Date(NOW_MS - MINUTE_MS);
    const ids = new Set<string>();
    for (let i = 0; i < 7; i++) ids.add((await p.add({ createdAt: at, id: randomUUID() })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null; estimate: number } =
        await p.list(`limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.estimate).toBe(7);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([...ids].sort((a, b) => (a < b ? 1 : -1)));
  });

  it('filters by every field', async () => {
    const p = await project();
    const odd = await p.add(
      {
        provider: 'anthropic',
        model: 'claude',
        operation: 'embeddings',
        status: 'error',
        errorType: 'timeout_total',
        userId: 'ann',
        sessionId: 's1',
        tags: ['beta', 'x'],
        origin: 'import',
        traceId: 't-1',
        latencyMs: 9000,
        costMicroUsd: 2_000_000,
      },
      { scores: [{ name: 'length', value: 0.2, flagged: true }] },
    );
    const plain = await p.add({ model: null }, { scores: [{ name: 'length', value: 0.9 }] });
    for (const filter of [
      'provider=anthropic',
      'model=claude',
      'operation=embeddings',
      'status=error',
      'errorType=timeout_total',
      'user=ann',
      'session=s1',
      'tag=beta',
      'origin=import',
      'traceId=t-1',
      'minLatencyMs=8000',
      'minCostUsd=1.5',
      'flagged=true',
      'score=length<0.5',
      'score=length%3D0.2',
    ]) {
      expect(await p.ids(filter), filter).toEqual([odd.id]);
    }
    for (const filter of [
      'status=success',
      'flagged=false',
      'score=length>%3D0.9',
      'model=unknown',
    ]) {
      expect(await p.ids(filter), filter).toEqual([plain.id]);
    }
    expect(await p.ids('user=ann&status=success')).toEqual([]);
  });

  it('finds text in any language, in previews and bodies, without regard to case', async () => {
    const p = await project();
    const long = 'x'.repeat(500);
    const korean = await p.add({}, { body: { promptText: `${long} 환불 정책이 궁금합니다` } });
    const japanese = await p.add({}, { body: { responseText: `${long} 東京タワーの高さ` } });
    const chinese = await p.add({ promptPreview: '请解释量子纠缠' });
    const german = await p.add({ responsePreview: 'STRASSE nach München, 100% sicher' });
    const cyrillic = await p.add({ promptPreview: 'ПРИВЕТ мир' });
    expect(await p.ids(`q=${encodeURIComponent('불 정책')}`)).toEqual([korean.id]);
    expect(await p.ids(`q=${encodeURIComponent('정책이'.normalize('NFD'))}`)).toEqual([korean.id]);
    expect(await p.ids(`q=${encodeURIComponent('タワー')}`)).toEqual([japanese.id]);
    expect(await p.ids(`q=${encodeURIComponent('量子')}`)).toEqual([chinese.id]);
    expect(await p.ids('q=strasse')).toEqual([german.id]);
    expect(await p.ids(`q=${encodeURIComponent('MÜNCHEN')}`)).toEqual([german.id]);
    expect(await p.ids(`q=${encodeURIComponent('привет')}`)).toEqual([cyrillic.id]);
    expect(await p.ids(`q=${encodeURIComponent('100%')}`)).toEqual([german.id]);
    expect(await p.ids('q=_____________')).toEqual([]);
  });

  it('refuses broken questions', async () => {
    for (const query of [
      'score=overall',
      'score=overall>high',
      'cursor=nonsense',
      'limit=0',
      'limit=201',
      'from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z',
      'from=2020-01-01T00:00:00Z',
      'from=yesterday',
    ]) {
      const reply = await test.inject({ url: `/api/v1/interactions?${query}` });
      expect(reply.statusCode, query).toBe(400);
      expect(reply.json().error.code).toBe('invalid_request');
    }
  });
});

describe('one interaction', () => {
  it('comes with bodies, scores, spans and the state of its evaluation', async () => {
    const p = await project();
    const row = await p.add(
      {
        traceId: 'trace-7',
        attempts: [
          {
            provider: 'openai',
            model: 'gpt-test',
            startedAtMs: NOW_MS,
            durationMs: 12,
            httpStatus: 503,
            errorType: 'upstream_error',
            errorMessage: 'busy',
          },
        ],
      },
      { body: { promptText: '질문', context: ['a passage'] }, scores: [{}] },
    );
    const span = {
      id: randomUUID(),
      projectId: p.id,
      createdAt: row.createdAt,
      traceId: 'trace-7',
      spanId: null,
      parentSpanId: null,
      interactionId: null,
      kind: 'retrieval' as const,
      name: 'search',
      durationMs: 3,
      status: 'success' as const,
      attributes: { hits: 2 },
    };
    await record(test.database, batchOf({ spans: [span] }), [insertRaw]);
    const reply = await test.inject({ url: `/api/v1/interactions/${row.id}`, key: p.key });
    expect(reply.json()).toMatchObject({
      id: row.id,
      request: { body: '{"messages":[]}', encoding: 'utf8', contentType: 'application/json' },
      promptText: '질문',
      context: ['a passage'],
      attempts: [{ startedAt: new Date(NOW_MS).toISOString(), httpStatus: 503 }],
      spans: [{ kind: 'retrieval', name: 'search', attributes: { hits: 2 } }],
      scores: [{ name: 'overall', evaluator: 'rules', details: null }],
      evaluation: { state: 'done', reason: null },
    });
  });

  it('says that it waits for evaluation, or why it was set aside', async () => {
    const p = await project();
    const row = await p.add();
    const state = async () => {
      const reply = await test.inject({ url: `/api/v1/interactions/${row.id}`, key: p.key });
      return reply.json().evaluation;
    };
    expect(await state()).toEqual({ state: 'none', reason: null });
    await test.database.query(
      'insert into evaluation_queue (interaction_id, interaction_created_at, project_id) values ($1, $2, $3)',
      [row.id, row.createdAt, p.id],
    );
    expect(await state()).toEqual({ state: 'pending', reason: null });
    await test.database.query(
      "update evaluation_queue set set_aside_at = now(), last_error = 'odd body' where interaction_id = $1",
      [row.id],
    );
    expect(await state()).toEqual({ state: 'set_aside', reason: 'odd body' });
  });

  it('is found when its id was made elsewhere or at another time than it says', async () => {
    const p = await project();
    const early = createIdGenerator({ ...clock, now: () => NOW_MS - 90 * MINUTE_MS })();
    for (const id of [randomUUID(), early]) {
      await p.add({ id });
      const reply = await test.inject({ url: `/api/v1/interactions/${id}`, key: p.key });
      expect(reply.statusCode).toBe(200);
    }
  });

  it('is not found by a wrong id', async () => {
    for (const id of [randomUUID(), createIdGenerator(clock)()]) {
      const reply = await test.inject({ url: `/api/v1/interactions/${id}` });
      expect(reply.statusCode).toBe(404);
    }
    const reply = await test.inject({ url: '/api/v1/interactions/17' });
    expect(reply.statusCode).toBe(400);
  });
});

describe('deletion', () => {
  it('removes everything of an interaction, keeps roll-ups right and is audited', async () => {
    const p = await project();
    const kept = await p.add({ userId: 'ann' }, { scores: [{}] });
    const row = await p.add(
      { userId: 'bob', status: 'error' },
      { scores: [{}, { name: 'length' }] },
    );
    const reply = await test.inject({
      method: 'DELETE',
      url: `/api/v1/interactions/${row.id}`,
      key: p.key,
    });
    expect(reply.statusCode).toBe(204);
    expect(await p.ids('')).toEqual([kept.id]);
    for (const [table, column] of [
      ['interaction_bodies', 'interaction_id'],
      ['scores', 'interaction_id'],
    ]) {
      expect(
        await test.database.query(`select 1 from ${table} where ${column} = $1`, [row.id]),
      ).toEqual([]);
    }
    const [usage] = await test.database.query(
      "select sum(requests) as n, sum(errors) as errors from usage_rollups where project_id = $1 and grain = 'day' and slice = 'all'",
      [p.id],
    );
    expect(usage).toEqual({ n: 1, errors: 0 });
    expect(
      await test.database.query('select interactions, scores from activity where project_id = $1', [
        p.id,
      ]),
    ).toEqual([{ interactions: 1, scores: 1 }]);
    expect(deeds.at(-1)).toMatchObject({ projectId: p.id, target: row.id });
    const url = `/api/v1/interactions/${row.id}`;
    expect((await test.inject({ method: 'DELETE', url, key: p.key })).statusCode).toBe(404);
  });

  it('needs scope admin', async () => {
    const p = await project();
    const row = await p.add();
    const key = await test.key(p.id, ['read', 'gateway', 'ingest', 'metrics']);
    const url = `/api/v1/interactions/${row.id}`;
    expect((await test.inject({ method: 'DELETE', url, key })).statusCode).toBe(403);
    expect(await p.ids('')).toEqual([row.id]);
  });
});

describe('facets', () => {
  it('count the values of every filter', async () => {
    const p = await project();
    await p.add({ userId: 'ann', tags: ['beta'], sessionId: 's' });
    await p.add({ userId: 'ann', model: null, status: 'error', errorType: 'rate_limited' });
    const reply = await test.inject({ url: '/api/v1/interactions/facets', key: p.key });
    const facets = Object.fromEntries(
      reply
        .json()
        .facets.map((facet: { name: string; values: object[] }) => [facet.name, facet.values]),
    );
    expect(facets).toEqual({
      model: [
        { value: 'gpt-test', count: 1 },
        { value: 'unknown', count: 1 },
      ],
      provider: [{ value: 'openai', count: 2 }],
      operation: [{ value: 'chat', count: 2 }],
      status: [
        { value: 'error', count: 1 },
        { value: 'success', count: 1 },
      ],
      errorType: [{ value: 'rate_limited', count: 1 }],
      user: [{ value: 'ann', count: 2 }],
      session: [{ value: 's', count: 1 }],
      tag: [{ value: 'beta', count: 1 }],
      origin: [{ value: 'gateway', count: 2 }],
    });
  });
});

describe('a key of another project', () => {
  it('sees, finds and deletes nothing', async () => {
    const p = await project();
    const row = await p.add({ userId: 'secret-user' }, { body: { promptText: 'secret' } });
    const other = test.b.key;
    const list = await test.inject({ url: '/api/v1/interactions?q=secret', key: other });
    expect(list.json()).toEqual({ items: [], nextCursor: null, estimate: 0 });
    const facets = await test.inject({ url: '/api/v1/interactions/facets', key: other });
    expect(facets.json()).toEqual({ facets: [] });
    const url = `/api/v1/interactions/${row.id}`;
    expect((await test.inject({ url, key: other })).statusCode).toBe(404);
    expect((await test.inject({ method: 'DELETE', url, key: other })).statusCode).toBe(404);
    expect(await p.ids('')).toEqual([row.id]);
  });

  it('and no key at all are refused', async () => {
    for (const url of [
      '/api/v1/interactions',
      '/api/v1/interactions/facets',
      `/api/v1/interactions/${randomUUID()}`,
    ]) {
      expect((await test.inject({ url, key: null })).statusCode).toBe(401);
      const key = await test.key(test.a.id, ['gateway', 'ingest', 'metrics']);
      expect((await test.inject({ url, key })).statusCode).toBe(403);
    }
  });
});
