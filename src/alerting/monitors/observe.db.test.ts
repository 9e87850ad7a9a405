import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../../test/support/records.ts';
import {
  MonitorMetric as Metric,
  type MonitorMetric,
  type MonitorSlice,
} from '../../contract/monitors.ts';
import { binOf } from '../../core/histogram.ts';
import { createIdGenerator } from '../../core/ids.ts';
import {
  type InteractionRow,
  PLAIN_HANDLING,
  type ScoreRow,
  type SpanRow,
} from '../../interactions/record.ts';
import { storeRecords } from '../../interactions/store-records.ts';
import { observe } from './observe.ts';
import type { Point } from './points.ts';

const AT = Date.parse('2026-11-20T10:00:00.000Z');
const MINUTE_MS = 60_000;
const database = await testDatabase();
const newId = createIdGenerator({ now: () => AT, monotonic: () => 0 });
const projectId = newId();

const call = (minute: number, more: Partial<InteractionRow> = {}): InteractionRow =>
  interactionRow({
    projectId,
    id: newId(),
    createdAt: new Date(AT + minute * MINUTE_MS + 500),
    ...more,
  });

const CALLS = {
  plain: call(0, { sessionId: 's1', language: 'en', latencyMs: 100, firstTokenMs: 40 }),
  failed: call(0, { sessionId: 's1', status: 'error', costMicroUsd: null, latencyMs: 200 }),
  other: call(1, {
    model: 'other',
    provider: 'elsewhere',
    userId: 'ann',
    tags: ['beta', 'x'],
    language: 'ko',
    promptName: 'greet',
    promptVersion: '3',
    traceId: 'trace-1',
    latencyMs: 1_000,
    handling: { ...PLAIN_HANDLING, route: 'main', cache: 'hit' },
  }),
  missed: call(2, { handling: { ...PLAIN_HANDLING, cache: 'miss' }, latencyMs: null }),
  judge: call(0, { origin: 'judge', status: 'error' }),
  run: call(0, { origin: 'run', status: 'error' }),
  shadow: call(0, { status: 'error', handling: { ...PLAIN_HANDLING, shadowOf: newId() } }),
  strange: { ...call(0, { status: 'error' }), projectId: newId() },
} as const;

const score = (of: InteractionRow, given: Partial<ScoreRow>): ScoreRow => ({
  ...scoreRow(of, given),
  id: newId(),
});
const later = (of: InteractionRow, minutes: number): Date =>
  new Date(of.createdAt.getTime() + minutes * MINUTE_MS);

const SCORES = [
  score(CALLS.plain, { value: 0.9, createdAt: later(CALLS.plain, 3) }),
  score(CALLS.other, { value: 0.3, flagged: true, evaluator: 'judge-1', source: 'judge' }),
  score(CALLS.other, { value: 1, source: 'human', evaluator: 'review' }),
  score(CALLS.judge, { value: 0 }),
  score(CALLS.shadow, { value: 0 }),
  // Of the past: whoever evaluates stored calls says nothing of now, but of then.
  score(CALLS.missed, { name: 'tone', value: 0.7, createdAt: later(CALLS.missed, 3 * 1_440) }),
  score(call(-3 * 1_440), { value: 0, createdAt: new Date(AT + MINUTE_MS) }),
  score(CALLS.missed, { name: 'toxicity', flagged: true }),
  score(CALLS.plain, feedback(0, 'ann')),
  score(CALLS.plain, { ...feedback(1, 'ann'), createdAt: later(CALLS.plain, 1) }),
  score(CALLS.plain, feedback(0, 'bob')),
];

function feedback(value: number, givenBy: string): Partial<ScoreRow> {
  return {
    name: 'user_feedback',
    source: 'human',
    evaluator: 'feedback',
    value,
    details: { givenBy },
  };
}

const span = (minute: number, more: Partial<SpanRow>): SpanRow => ({
  id: newId(),
  projectId,
  createdAt: new Date(AT + minute * MINUTE_MS + 700),
  traceId: null,
  spanId: null,
  parentSpanId: null,
  interactionId: null,
  kind: 'retrieval',
  name: 'rag.retrieve',
  durationMs: null,
  status: 'success',
  attributes: {},
  ...more,
});

const SPANS = [
  span(0, { attributes: { hits: 3 } }),
  span(0, { attributes: { hits: 0 } }),
  span(1, { traceId: 'trace-1', attributes: { documents: [{ score: 0.9 }, { score: 0.2 }] } }),
  span(1, {
    interactionId: CALLS.plain.id,
    attributes: { results: [{ metadata: { score: 0.4 } }] },
  }),
  span(2, { attributes: { documents: ['text without a score'] } }),
  span(2, { attributes: { query: 'nobody knows' } }),
  span(0, { kind: 'cache', name: 'embed.cache', attributes: { hit: true } }),
  span(1, { kind: 'cache', name: 'embed.cache', attributes: { hit: false } }),
];

beforeAll(async () => {
  const interactions = Object.values(CALLS);
  await record(database, batchOf({ interactions, scores: SCORES, spans: SPANS }), [storeRecords]);
});

const see = (metric: object, slice: MonitorSlice = {}): Promise<Point[]> =>
  observe(
    database,
    { projectId, metric: Metric.parse(metric), slice },
    { from: AT, to: AT + 10 * MINUTE_MS },
  );
/** `minute: n sum` of each point. */
const seen = async (metric: object, slice: MonitorSlice = {}): Promise<string[]> =>
  (await see(metric, slice)).map(
    ({ at, n, sum }) => `${(at - AT) / MINUTE_MS}: ${n} ${Number(sum.toFixed(6))}`,
  );

describe('what a monitor observes', () => {
  it.each<readonly [metric: object, points: readonly string[]]>([
    [{ kind: 'volume' }, ['0: 2 2', '1: 1 1', '2: 1 1']],
    [{ kind: 'error_rate' }, ['0: 2 1', '1: 1 0', '2: 1 0']],
    [{ kind: 'latency' }, ['0: 2 300', '1: 1 1000']],
    [{ kind: 'latency', of: 'first_token' }, ['0: 1 40']],
    [{ kind: 'cost' }, ['0: 1 0.00015', '1: 1 0.00015', '2: 1 0.00015']],
    [{ kind: 'tokens', type: 'input' }, ['0: 2 20', '1: 1 10', '2: 1 10']],
    [{ kind: 'tokens', type: 'total' }, ['0: 2 60', '1: 1 30', '2: 1 30']],
    [{ kind: 'cache_hit_rate', cache: 'answers' }, ['1: 1 1', '2: 1 0']],
    [{ kind: 'cache_hit_rate', cache: 'embeddings' }, ['0: 1 1', '1: 1 0']],
    [{ kind: 'score_mean', score: 'overall' }, ['1: 1 0.3', '3: 1 0.9']],
    [{ kind: 'score_mean', score: 'overall', evaluator: 'judge-1' }, ['1: 1 0.3']],
    [{ kind: 'score_mean', score: 'tone' }, ['2: 1 0.7']],
    [{ kind: 'score_rate', score: 'overall', passAt: 0.9 }, ['1: 1 0', '3: 1 1']],
    [{ kind: 'flag_rate', score: 'overall' }, ['1: 1 1', '3: 1 0']],
    [{ kind: 'flag_rate' }, ['0: 1 0', '1: 1 1', '2: 1 1']],
    [{ kind: 'feedback_rate' }, ['0: 1 0', '1: 1 1']],
    [{ kind: 'rag_hit_rate' }, ['0: 2 1', '1: 2 2', '2: 1 1']],
    [{ kind: 'rag_hit_rate', minScore: 0.5 }, ['0: 1 0', '1: 2 1']],
    [{ kind: 'channel_failures' }, []],
    [{ kind: 'evaluation_lag' }, []],
  ])('is right for %j', async (metric, points) => {
    expect(await seen(metric)).toEqual(points);
  });

  it.each<readonly [slice: MonitorSlice, points: readonly string[]]>([
    [{ model: 'other' }, ['1: 1 1']],
    [{ provider: 'elsewhere' }, ['1: 1 1']],
    [{ route: 'main' }, ['1: 1 1']],
    [{ prompt: 'greet' }, ['1: 1 1']],
    [{ prompt: 'greet@3' }, ['1: 1 1']],
    [{ prompt: 'greet@2' }, []],
    [{ user: 'ann' }, ['1: 1 1']],
    [{ tag: 'beta' }, ['1: 1 1']],
    [{ language: 'ko' }, ['1: 1 1']],
    [{ language: 'en' }, ['0: 1 1']],
    [{ user: 'ann', model: 'gpt-test' }, []],
  ])('is that of the slice %j', async (slice, points) => {
    expect(await seen({ kind: 'volume' }, slice)).toEqual(points);
  });

  it('slices scores by their calls, and retrievals by the call or trace that they name', async () => {
    expect(await seen({ kind: 'score_mean', score: 'overall' }, { language: 'ko' })).toEqual([
      '1: 1 0.3',
    ]);
    expect(await seen({ kind: 'rag_hit_rate' }, { model: 'other' })).toEqual(['1: 1 1']);
    expect(await seen({ kind: 'rag_hit_rate' }, { language: 'en' })).toEqual(['1: 1 1']);
  });

  it('deals sessions into groups, and latencies into the bins of everybody else', async () => {
    const [first] = await see({ kind: 'latency' });
    expect(first?.groups).toEqual([[expect.any(Number), 2, 300]]);
    expect(first?.bins).toEqual({ bins: [binOf(100), binOf(200)], counts: [1, 1] });
    const [group] = first?.groups[0] ?? [];
    expect(group).toBeGreaterThanOrEqual(0);
    expect(group).toBeLessThan(32);
  });

  it('is read by longer steps, and by a part of the sessions', async () => {
    const metric: MonitorMetric = { kind: 'volume' };
    const observed = { projectId, metric, slice: {} };
    const stretch = { from: AT, to: AT + 10 * MINUTE_MS };
    const [whole] = await observe(database, observed, { ...stretch, stepMinutes: 30 });
    expect(whole).toMatchObject({ at: AT, n: 4, sum: 4 });
    const part = await observe(database, observed, { ...stretch, stepMinutes: 30, oneIn: 100_000 });
    expect(part.reduce((sum, { n }) => sum + n, 0)).toBeLessThan(4);
  });

  it('takes messages that could not be delivered by when they were given up', async () => {
    const channelId = newId();
    await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
      projectId,
      'p',
    ]);
    await database.query(
      `insert into channels (id, project_id, name, kind, settings, options, enabled, managed_by, created_at, updated_at)
       values ($1, $2, 'team', 'webhook', '{}', '{}', true, 'api', now(), now())`,
      [channelId, projectId],
    );
    await database.query(
      `insert into outbox (id, project_id, channel_id, sequence_key, dedupe_key, kind, message, created_at,
         next_attempt_at, dead_at) values ($1, $2, $3, 's', 'd', 'firing', '{}', $4, $4, $5)`,
      [newId(), projectId, channelId, new Date(AT), new Date(AT + 4 * MINUTE_MS)],
    );
    expect(await seen({ kind: 'channel_failures' })).toEqual(['4: 1 1']);
  });
});
