import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { WindowReply } from '../contract/windows.ts';
import type { InteractionRow, SpanRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { createMetricsFiles, type MetricsFiles } from './metrics-files.ts';
import { rollUp } from './roll-up.ts';
import { windowRoutes } from './window-routes.ts';

const NOW_MS = Date.parse('2026-11-20T10:15:30.000Z');
let nowMs = NOW_MS;
const clock = { now: (): number => nowMs, monotonic: (): number => performance.now() };
let test: TestApp;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lqo-windows-'));
  test = await testApp({ clock, routes: windowRoutes });
});
afterAll(async () => {
  await test.close();
  rmSync(directory, { recursive: true, force: true });
});

const call = (secondsAgo: number, given: Partial<InteractionRow> = {}): InteractionRow =>
  interactionRow({
    projectId: test.a.id,
    createdAt: new Date(NOW_MS - secondsAgo * 1000),
    ...given,
  });
const span = (kind: SpanRow['kind'], attributes: object): SpanRow => ({
  id: test.deps.newId(),
  projectId: test.a.id,
  createdAt: new Date(NOW_MS - 120_000),
  ...{ traceId: null, spanId: null, parentSpanId: null, interactionId: null },
  ...{ kind, name: kind, durationMs: 10, status: 'success' },
  attributes: { ...attributes },
});
const ask = (query: string, key: string | null = test.a.key) =>
  test.inject({ url: `/api/v1/metrics/windows?${query}`, key });
const windowed = async (query: string): Promise<WindowReply> =>
  WindowReply.parse((await ask(query)).json());

describe('GET /api/v1/metrics/windows', () => {
  it('is null where nothing is known', async () => {
    expect(await windowed('')).toMatchObject({
      window: '5m',
      project: 'default',
      llm: { n: 0, success_rate: null, failure_rate: null, p95_latency_ms: null, error_types: {} },
      rag: { n: 0, hit_rate: null, rerank_rate: null },
      cache: { embed_n: 0, embed_hit_rate: null },
    });
  });

  it('tells calls, retrieval and cache of each window with n', async () => {
    const interactions = [
      call(10, { latencyMs: 100 }),
      call(200, { latencyMs: 300 }),
      call(220, { status: 'error', errorType: 'timeout_total', latencyMs: null }),
      call(1800, { status: 'error', errorType: 'rate_limited', latencyMs: 50 }),
      call(30, { origin: 'judge' }),
      call(30, { operation: 'embeddings' }),
    ];
    const spans = [
      span('retrieval', { hits: 2, rerank_enabled: true }),
      span('retrieval', { hits: 0, rerank_enabled: false }),
      span('retrieval', {}),
      span('cache', { hit: true }),
    ];
    await record(test.database, batchOf({ interactions, spans }), [storeRecords, rollUp]);
    expect(await windowed('window=1m')).toMatchObject({
      ts: '2026-11-20T10:15:30.000Z',
      llm: { n: 1, success_rate: 1, latency_n: 1, mean_latency_ms: 100, p95_latency_ms: null },
      rag: { n: 0, hit_rate: null },
    });
    expect(await windowed('window=5m')).toMatchObject({
      llm: { n: 3, failure_rate: 1 / 3, median_latency_ms: 200, timeouts: 1 },
      rag: { n: 3, hit_n: 2, hit_rate: 0.5, rerank_n: 2, rerank_rate: 0.5 },
      cache: { embed_n: 1, embed_hit_rate: 1 },
    });
    const hour = await windowed('window=1h');
    expect(hour.llm).toMatchObject({
      n: 4,
      success_rate: 0.5,
      error_types: { rate_limited: 1, timeout_total: 1 },
    });
    expect(hour.llm.success_rate_interval?.[0]).toBeGreaterThan(0.1);
  });

  it('refuses other windows, keys without the scope, and tells another project nothing', async () => {
    expect((await ask('window=2m')).statusCode).toBe(400);
    expect((await ask('', await test.key(test.a.id, ['ingest']))).statusCode).toBe(403);
    expect((await ask('', null)).statusCode).toBe(401);
    expect((await ask('window=1h', test.b.key)).json()).toMatchObject({
      project: 'other',
      llm: { n: 0 },
    });
  });
});

describe('files of windows', () => {
  const open = (): MetricsFiles =>
    createMetricsFiles({ database: test.database, clock, log: test.deps.log, directory });
  const names = (part: string): string[] =>
    readdirSync(directory)
      .filter((name) => name.includes(part) && name.endsWith('.json'))
      .toSorted();

  it('begins with the windows that just ended, for each project', async () => {
    writeFileSync(join(directory, 'default.5m.20261120T100000Z.json.part'), '{');
    const files = open();
    await files.look();
    await files.look();
    await files.stop();
    expect(
      readdirSync(directory)
        .filter((name) => !name.startsWith('.'))
        .toSorted(),
    ).toEqual([
      'default.1h.20261120T100000Z.json',
      'default.1m.20261120T101500Z.json',
      'default.5m.20261120T101500Z.json',
      'other.1h.20261120T100000Z.json',
      'other.1m.20261120T101500Z.json',
      'other.5m.20261120T101500Z.json',
    ]);
    const text = readFileSync(join(directory, 'default.5m.20261120T101500Z.json'), 'utf8');
    expect(WindowReply.parse(JSON.parse(text))).toMatchObject({
      ts: '2026-11-20T10:15:00.000Z',
      window: '5m',
      llm: { n: 2 },
    });
  });

  it('goes on after a restart, and waits until what is late has come', async () => {
    nowMs = Date.parse('2026-11-20T10:25:05.000Z');
    const files = open();
    await files.look();
    expect(names('default.5m')).toHaveLength(2);
    nowMs = Date.parse('2026-11-20T10:25:10.000Z');
    await files.look();
    await files.stop();
    expect(names('default.5m')).toEqual([
      'default.5m.20261120T101500Z.json',
      'default.5m.20261120T102000Z.json',
      'default.5m.20261120T102500Z.json',
    ]);
    expect(names('default.1m')).toHaveLength(11);
  });

  it('keeps a bounded number, also after a long pause', async () => {
    nowMs = Date.parse('2026-11-20T16:00:30.000Z');
    const files = open();
    for (let look = 0; look < 4; look += 1) await files.look();
    await files.stop();
    expect(names('default.1m')).toHaveLength(120);
    expect(names('default.1m').at(-1)).toBe('default.1m.20261120T160000Z.json');
    expect(names('default.1h')).toHaveLength(7);
  });

  it('is written by one process at a time', async () => {
    nowMs += 120_000;
    const [first, second] = [open(), open()];
    await first.look();
    const before = names('default.1m').at(-1);
    nowMs += 120_000;
    await second.look();
    expect(names('default.1m').at(-1)).toBe(before);
    await first.stop();
    await second.look();
    await second.stop();
    expect(names('default.1m').at(-1)).not.toBe(before);
  });
});
