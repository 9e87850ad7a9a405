import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { type EvaluationApp, evaluationApp } from '../../test/support/evaluation.ts';

const database = await testDatabase();
let app: EvaluationApp;

beforeAll(async () => {
  app = await evaluationApp(database);
});
afterAll(() => app.server.close());
beforeEach(() => app.clear());

describe('POST /evaluate-once', () => {
  it('happy: scores what waits and answers in the documented shape', async () => {
    await app.store(app.server.a.id, 'Hi there, how are you?');
    await app.store(app.server.a.id, 'Error: connection refused');
    const reply = await app.post('/evaluate-once?limit=10&judge_type=rule');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({
      evaluated: 2,
      failed: 0,
      judge_type: 'rule',
      judge_model: 'rule-basic-v2',
      message: 'Evaluated 2 interactions.',
      evaluated_count: 2,
      average_score_overall: 3,
      average_score_instruction_following: null,
      average_score_truthfulness: null,
    });
  });

  it('happy: goes past a record that is gone', async () => {
    const row = await app.store(app.server.a.id, 'Hi there');
    await app.store(app.server.a.id, 'Hi there');
    await database.query('delete from interactions where id = $1', [row.id]);
    const body = (await app.post('/evaluate-once')).json();
    expect(body).toMatchObject({ evaluated: 1, failed: 1 });
    expect(body.message).toContain('1 could not be evaluated');
  });

  it('happy: asks the judge, and tells what it could not do', async () => {
    const reply = await app.post('/evaluate-once?judge_type=llm&limit=5');
    expect(reply.json()).toEqual({
      evaluated: 4,
      failed: 1,
      judge_type: 'llm',
      judge_model: 'demo/judge',
      message:
        'Evaluated 4 interactions, 1 could not be judged (see /api/v1/judges/failures), 2 wait for the budget of judges.',
      evaluated_count: 4,
      average_score_overall: 3.5,
      average_score_instruction_following: 4,
      average_score_truthfulness: null,
    });
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'judge_type=magic'])(
    'error: refuses %s',
    async (query) => {
      expect((await app.post(`/evaluate-once?${query}`)).statusCode).toBe(400);
    },
  );

  it('security: evaluates nothing of another project', async () => {
    await app.store(app.server.b.id, 'Hi there');
    expect((await app.post('/evaluate-once')).json()).toMatchObject({ evaluated: 0 });
  });
});

describe('the scheduler of LLM-Quality-Observer', () => {
  it('happy: tells its state, with averages on 1 to 5', async () => {
    expect((await app.get('/scheduler/status')).json()).toMatchObject({
      enabled: true,
      interval_minutes: 1.5,
      batch_size: 10,
      judge_type: 'rule',
      total_runs: 0,
      last_run_stats: null,
    });
    await app.store(app.server.a.id, 'Error: connection refused');
    await app.post('/evaluate-once');
    expect((await app.get('/scheduler/status')).json()).toMatchObject({
      total_runs: 1,
      last_run_stats: { evaluated_count: 1, average_score: 1, low_quality_count: 1 },
    });
  });

  it('happy: begins a run without waiting for it', async () => {
    await app.store(app.server.a.id, 'Hi there');
    const reply = await app.post('/scheduler/trigger');
    expect(reply.json()).toEqual({ message: 'Scheduler triggered', job_id: 'batch_evaluation' });
    expect(await app.lastRun()).toMatchObject({ evaluated: 1 });
  });

  it('security: tells nothing of another project', async () => {
    await app.store(app.server.b.id, 'Hi there');
    await app.post('/evaluate-once', undefined, app.server.b.key);
    expect((await app.get('/scheduler/status')).json()).toMatchObject({
      total_runs: 0,
      last_run_stats: null,
    });
  });
});

describe('/api/v1/evaluation', () => {
  it('happy: counts what waits and what was set aside, and runs', async () => {
    await app.store(app.server.a.id, 'Hi there');
    await app.spoil();
    await app.store(app.server.a.id, 'Hi there');
    const before = (await app.get('/api/v1/evaluation/status')).json();
    expect(before).toMatchObject({ pending: 1, setAside: 1, intervalMinutes: 1.5, lastRun: null });
    expect(before.evaluators).toContainEqual({
      id: 'rule-basic',
      title: 'Rules',
      version: 'v2',
      kind: 'rule',
    });
    const run = await app.post('/api/v1/evaluation/runs', { limit: 5 });
    expect(run.json()).toEqual({ evaluated: 1, failed: 0, averageScore: 1 });
    expect((await app.post('/api/v1/evaluation/runs')).json()).toMatchObject({
      evaluated: 0,
      averageScore: null,
    });
  });

  it('happy: lists set-aside records with their reason, page by page, and tries them again', async () => {
    const rows = [
      await app.store(app.server.a.id, 'a'),
      await app.store(app.server.a.id, 'b'),
      await app.store(app.server.a.id, 'c'),
    ];
    await app.spoil();
    const first = (await app.get('/api/v1/evaluation/set-aside?limit=2')).json();
    expect(first.items[0]).toMatchObject({ attempts: 3, reason: 'it was poisoned' });
    const second = (
      await app.get(`/api/v1/evaluation/set-aside?limit=2&cursor=${first.nextCursor}`)
    ).json();
    expect(second.nextCursor).toBeNull();
    const seen = [...first.items, ...second.items].map((item) => item.interactionId);
    expect(new Set(seen)).toEqual(new Set(rows.map(({ id }) => id)));
    const named = { interactionIds: [rows[0]?.id] };
    expect((await app.post('/api/v1/evaluation/set-aside/retry', named)).json()).toEqual({
      retried: 1,
    });
    expect((await app.post('/api/v1/evaluation/set-aside/retry')).json()).toEqual({ retried: 2 });
    expect((await app.post('/evaluate-once')).json()).toMatchObject({ evaluated: 3 });
  });

  it('error: refuses unknown fields, wrong limits and foreign cursors', async () => {
    expect((await app.post('/api/v1/evaluation/runs', { limit: 0 })).statusCode).toBe(400);
    expect((await app.post('/api/v1/evaluation/runs', { lmit: 1 })).statusCode).toBe(400);
    expect((await app.get('/api/v1/evaluation/set-aside?cursor=abc')).statusCode).toBe(400);
    expect(
      (await app.post('/api/v1/evaluation/set-aside/retry', { interactionIds: ['x'] })).statusCode,
    ).toBe(400);
  });

  it('security: keeps the records of another project out of reach', async () => {
    const theirs = await app.store(app.server.b.id, 'a');
    await app.spoil();
    expect((await app.get('/api/v1/evaluation/set-aside')).json().items).toEqual([]);
    const named = { interactionIds: [theirs.id] };
    expect((await app.post('/api/v1/evaluation/set-aside/retry', named)).json()).toEqual({
      retried: 0,
    });
    expect((await app.get('/api/v1/evaluation/status')).json()).toMatchObject({
      pending: 0,
      setAside: 0,
    });
  });
});

describe('GET /api/v1/catalog', () => {
  it('happy: lists evaluators with a JSON Schema of their options', async () => {
    const { evaluators } = (await app.get('/api/v1/catalog')).json();
    const rules = evaluators.find(({ id }: { id: string }) => id === 'rule-basic');
    expect(rules).toMatchObject({ version: 'v2', kind: 'rule', options: { type: 'object' } });
    expect(rules.options.properties.keywords.properties.required.type).toBe('array');
  });
});

describe('every route of evaluation', () => {
  const routes = [
    ['POST', '/evaluate-once', 'ingest'],
    ['GET', '/scheduler/status', 'read'],
    ['POST', '/scheduler/trigger', 'ingest'],
    ['GET', '/api/v1/evaluation/status', 'read'],
    ['POST', '/api/v1/evaluation/runs', 'ingest'],
    ['GET', '/api/v1/evaluation/set-aside', 'read'],
    ['POST', '/api/v1/evaluation/set-aside/retry', 'ingest'],
    ['POST', '/api/v1/scores', 'ingest'],
    ['GET', '/api/v1/scores', 'read'],
    ['POST', '/api/v1/feedback', 'ingest'],
    ['POST', '/agent/feedback', 'ingest'],
    ['GET', '/api/v1/catalog', 'read'],
  ] as const;

  it.each(routes)('security: %s %s wants a key, with scope %s', async (method, url, scope) => {
    expect((await app.server.inject({ method, url, key: null })).statusCode).toBe(401);
    const other = await app.server.key(app.server.a.id, [scope === 'read' ? 'ingest' : 'read']);
    expect((await app.server.inject({ method, url, key: other })).statusCode).toBe(403);
  });
});
