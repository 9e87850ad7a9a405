import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { RagReply } from '../contract/rag.ts';
import type { SpanRow } from '../interactions/record.ts';
import { removeInteraction } from '../interactions/remove.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { ragRoutes } from './rag-routes.ts';
import { rollUp, takeBack } from './roll-up.ts';

const NOW_MS = Date.parse('2026-11-20T10:15:00.000Z');
const MINUTE_MS = 60_000;
let test: TestApp;

beforeAll(async () => {
  test = await testApp({
    clock: { now: () => NOW_MS, monotonic: () => performance.now() },
    routes: (app, deps) =>
      ragRoutes(app, { ...deps, hidePrivate: (text) => text.replace(/\S+@\S+/, '[email]') }),
  });
});
afterAll(() => test.close());

function spanRow(given: Partial<SpanRow>, minutesAgo = 30): SpanRow {
  return {
    id: test.deps.newId(),
    projectId: test.a.id,
    createdAt: new Date(NOW_MS - minutesAgo * MINUTE_MS),
    ...{ traceId: null, spanId: null, parentSpanId: null, interactionId: null },
    kind: 'retrieval',
    name: 'rag.retrieve',
    durationMs: 40,
    status: 'success',
    attributes: {},
    ...given,
  };
}

const store = (spans: readonly SpanRow[]): Promise<void> =>
  record(test.database, batchOf({ spans }), [storeRecords, rollUp]);
const ask = (query: string, key: string | null = test.a.key) =>
  test.inject({ url: `/api/v1/analytics/rag?${query}`, key });
const rag = async (query = ''): Promise<RagReply> => RagReply.parse((await ask(query)).json());

describe('GET /api/v1/analytics/rag', () => {
  it('knows nothing before anything was retrieved: null, never 0', async () => {
    const reply = await rag();
    expect(reply).toMatchObject({
      retrievals: 0,
      hitRate: { value: null, n: 0 },
      rerankRate: { value: null, n: 0 },
      cacheHitRate: { value: null, n: 0 },
      latencyMs: { n: 0, p50: null, p95: null },
      grounding: { mean: { value: null, n: 0 } },
      slowest: [],
      misses: [],
    });
    expect(reply.points.length).toBeGreaterThanOrEqual(24);
  });

  it('tells hits, reranking, caches, distributions, slow ones and queries without hits', async () => {
    await store([
      spanRow({
        attributes: {
          query: 'refund',
          hits: 3,
          rerank_enabled: true,
          documents: [{ score: 0.91 }, { score: 0.4, selected: true }, { score: 0.2 }],
        },
      }),
      spanRow({ attributes: { query: 'shipping', hits: 2, rerank_enabled: false, selected: 1 } }),
      spanRow({ attributes: { query: 'mail ada@corp.example', hits: 0 }, durationMs: 900 }),
      spanRow({ attributes: { query: 'mail ada@corp.example', hits: 0 } }),
      spanRow({ status: 'error', attributes: { query: 'broken' }, durationMs: null }),
      spanRow({
        name: 'Retriever',
        attributes: {
          'input.value': 'warranty',
          'retrieval.documents.0.document.score': 0.5,
          'retrieval.documents.1.document.score': 0.3,
        },
      }),
      spanRow({ kind: 'cache', name: 'embed.cache', attributes: { hit: true } }),
      spanRow({ kind: 'cache', name: 'embed.cache', attributes: { hit: false } }),
      spanRow({ kind: 'tool', name: 'search', attributes: { hits: 4 } }),
    ]);
    const reply = await rag();
    expect(reply).toMatchObject({
      retrievals: 6,
      hitRate: { value: 3 / 5, n: 5 },
      unknownHits: 1,
      scored: 2,
      rerankRate: { value: 0.5, n: 2 },
      cacheHitRate: { value: 0.5, n: 2 },
      errorRate: { value: 1 / 6, n: 6 },
      hits: [
        { value: 0, count: 2 },
        { value: 2, count: 2 },
        { value: 3, count: 1 },
      ],
      selected: [{ value: 1, count: 2 }],
      relevance: [
        { from: 0.5, count: 1 },
        { from: 0.9, count: 1 },
      ],
      misses: [{ query: 'mail [email]', count: 2 }],
    });
    expect(reply.slowest[0]).toMatchObject({ ms: 900, query: 'mail [email]', hits: 0 });
    expect(reply.hitRate.low).toBeGreaterThan(0);
    expect(reply.latencyMs.p50).toBeCloseTo(40, 0);
    expect(reply.points.filter(({ retrievals }) => retrievals > 0)).toHaveLength(1);
  });

  it('counts under a cut-off only what is known: a list without scores is no hit and no miss', async () => {
    // Two without hits, two with known best scores (0.91 and 0.5), one with hits and no score.
    expect(await rag('cutoff=0.5')).toMatchObject({
      cutoff: 0.5,
      hitRate: { value: 2 / 4, n: 4 },
      unknownHits: 2,
    });
    expect(await rag('cutoff=0.51')).toMatchObject({ hitRate: { value: 1 / 4, n: 4 } });
    expect(await rag('cutoff=-1')).toMatchObject({ hitRate: { value: 2 / 4, n: 4 } });
  });

  it('adds later spans to the same hour, and goes by days when asked', async () => {
    await store([spanRow({ attributes: { query: 'again', hits: 1 } }), spanRow({}, 60 * 30)]);
    const week = `from=${new Date(NOW_MS - 7 * 86_400_000).toISOString()}&interval=day`;
    const reply = await rag(week);
    expect(reply.retrievals).toBe(8);
    expect(reply.points.map(({ retrievals }) => retrievals)).toEqual([0, 0, 0, 0, 0, 0, 1, 7]);
  });

  it('puts the grounding of answers beside', async () => {
    const interaction = interactionRow({
      projectId: test.a.id,
      createdAt: new Date(NOW_MS - MINUTE_MS),
    });
    const scores = [
      scoreRow(interaction, {
        name: 'grounding',
        source: 'detector',
        evaluator: 'grounding',
        value: 0.4,
        flagged: true,
      }),
    ];
    await record(test.database, batchOf({ interactions: [interaction], scores }), [
      storeRecords,
      rollUp,
    ]);
    expect((await rag()).grounding).toMatchObject({
      mean: { value: 0.4, n: 1 },
      flagged: { value: 1, n: 1 },
    });
  });

  it('takes the spans of a deleted call out, with its query', async () => {
    const before = await rag();
    const interaction = interactionRow({
      projectId: test.a.id,
      createdAt: new Date(NOW_MS - MINUTE_MS),
    });
    const span = spanRow(
      {
        interactionId: interaction.id,
        durationMs: 5000,
        attributes: { query: 'my name is Ada', hits: 0 },
      },
      1,
    );
    await record(test.database, batchOf({ interactions: [interaction], spans: [span] }), [
      storeRecords,
      rollUp,
    ]);
    expect((await rag()).slowest[0]?.query).toBe('my name is Ada');
    await removeInteraction(
      { database: test.database, takeBack, recordDeed: async () => undefined },
      { projectId: test.a.id, id: interaction.id, actor: 'somebody' },
    );
    const after = await rag();
    expect(after.retrievals).toBe(before.retrievals);
    expect(JSON.stringify(after)).not.toContain('Ada');
  });

  it('takes spans of a project that was deleted while they waited, and forgets them with the project', async () => {
    const gone = test.deps.newId();
    await store([spanRow({ projectId: gone, attributes: { hits: 1 } })]);
    const stored = (): Promise<object[]> =>
      test.database.query('select 1 as one from retrieval_rollups where project_id = $1', [gone]);
    expect(await stored()).toHaveLength(2);
    await test.database.query(`insert into projects (id, slug, name) values ($1, 'late', 'Late')`, [
      gone,
    ]);
    await test.database.query('delete from projects where id = $1', [gone]);
    expect(await stored()).toHaveLength(0);
  });

  it('refuses a cut-off and an interval that are none', async () => {
    expect((await ask('cutoff=high')).statusCode).toBe(400);
    expect((await ask('interval=week')).statusCode).toBe(400);
  });
});

describe('security', () => {
  it('tells another project nothing, and needs the scope to read', async () => {
    expect((await ask('', test.b.key)).json()).toMatchObject({ retrievals: 0, misses: [] });
    const key = await test.key(test.a.id, ['ingest']);
    expect((await ask('', key)).statusCode).toBe(403);
    expect((await ask('', null)).statusCode).toBe(401);
  });
});
