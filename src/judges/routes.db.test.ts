import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { demoAsk } from '../../test/support/judges.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';
import type { AskRequest } from '../evaluation/ask.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { createPricer } from '../pricing/price.ts';
import { enumerateBackfills } from './backfill.ts';
import { Pace } from './pace.ts';
import { comparePair, previewRubric } from './preview.ts';
import { judgeRoutes } from './routes.ts';

let server: TestApp;
const deeds: string[] = [];
const asked: AskRequest[] = [];
let broken = false;

beforeAll(async () => {
  server = await testApp({
    routes: (app, deps) => {
      const defaults = { model: 'demo/judge', judgeType: 'rule' } as const;
      const price = async () => createPricer({ prices: [] });
      const ask = demoAsk(asked, (text) => (broken ? 'no' : text));
      const preview = {
        ...deps,
        defaults,
        price,
        ask,
        pace: new Pace(deps.clock),
        quirks: new Map(),
      };
      judgeRoutes(app, {
        ...deps,
        defaults,
        price,
        reachesGateway: () => true,
        recordDeed: async (_tx, { action, target }) => {
          deeds.push(`${action} ${target}`);
        },
        preview: (projectId, request) => previewRubric(preview, { projectId }, request),
        compare: (projectId, request) => comparePair(preview, { projectId }, request),
        nudge: () => undefined,
      });
    },
  });
});
afterAll(() => server.close());
beforeEach(() => {
  broken = false;
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const call = async (method: Method, path: string, ...rest: [payload?: object, key?: string]) => {
  const [payload, key] = rest;
  const reply = await server.inject({
    method,
    url: `/api/v1${path}`,
    ...(payload === undefined ? {} : { payload }),
    ...(key === undefined ? {} : { key }),
  });
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
};

async function store(projectId: string, responseText: string): Promise<InteractionRow> {
  const row = interactionRow({ projectId, createdAt: new Date() });
  const bodies = [bodyRow(row, { promptText: 'What is 6 x 7?', responseText })];
  await record(server.database, batchOf({ interactions: [row], bodies }), [storeRecords]);
  return row;
}

const POLITE = {
  title: 'Politeness',
  scale: 'binary',
  criteria: [{ name: 'polite', question: 'Is it polite?', levels: ['rude', 'polite'] }],
};
const PLAN = { enabled: true, sampling: { base: 0.5 } };

describe('rubrics: happy', () => {
  it('come with the program, switched off, with who would judge', async () => {
    const { status, body } = await call('GET', '/rubrics');
    expect(status).toBe(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual([
      'quality',
      'relevance',
      'faithfulness',
      'harmlessness',
      'bias',
    ]);
    expect(body.items[0]).toMatchObject({
      builtIn: true,
      version: 1,
      judgeModel: 'demo/judge',
      plan: { enabled: false },
    });
  });

  it('are made, versioned, planned and removed, each with a deed', async () => {
    const made = await call('POST', '/rubrics', { name: 'polite', content: POLITE });
    expect(made).toMatchObject({ status: 201, body: { version: 1, builtIn: false } });
    const content = { ...POLITE, rules: ['Please and thank you are not needed.'] };
    const second = await call('POST', '/rubrics/polite/versions', { content });
    expect(second).toMatchObject({
      status: 201,
      body: { version: 2, content: { rules: [expect.any(String)] } },
    });
    const versions = await call('GET', '/rubrics/polite/versions?limit=1');
    expect(versions.body).toMatchObject({ items: [{ version: 2 }], nextCursor: '2' });
    const older = await call('GET', `/rubrics/polite/versions?cursor=${versions.body.nextCursor}`);
    expect(older.body).toMatchObject({
      items: [{ version: 1, content: { rules: [] } }],
      nextCursor: null,
    });
    const planned = await call('PUT', '/rubrics/polite/plan', { ...PLAN, model: 'gpt-5-mini' });
    expect(planned.body).toMatchObject({
      judgeModel: 'gpt-5-mini',
      plan: { enabled: true, sampling: { base: 0.5, unclearBetween: [0.35, 0.65] } },
    });
    expect(await call('DELETE', '/rubrics/polite')).toMatchObject({ status: 204 });
    expect(await call('GET', '/rubrics/polite')).toMatchObject({ status: 404 });
    expect(deeds.splice(0)).toEqual([
      'rubric.create polite',
      'rubric.change polite',
      'rubric.plan polite',
      'rubric.delete polite',
    ]);
  });

  it('are tried on chosen interactions, with what it may cost and what it cost', async () => {
    const row = await store(server.a.id, 'The result is 42, you idiot.');
    const request = { content: POLITE, interactionIds: [row.id] };
    const estimate = await call('POST', '/rubrics/preview', { ...request, estimateOnly: true });
    expect(estimate.body).toMatchObject({ costMicroUsd: null, items: [] });
    expect(asked).toEqual([]);
    const { body } = await call('POST', '/rubrics/preview', request);
    expect(body.items[0]).toMatchObject({
      problem: null,
      scores: [{ name: 'polite', value: 0, label: 'fail', flagged: true, native: null }],
      rawReply: expect.stringContaining('"polite":0'),
    });
    expect(body.costMicroUsd).toBeGreaterThan(0);
    expect(body.costMicroUsd).toBeLessThanOrEqual(estimate.body.estimateMicroUsd);
    const scores = await server.database.query('select id from scores where interaction_id = $1', [
      row.id,
    ]);
    expect(scores).toEqual([]);
  });
});

describe('judges: happy', () => {
  it('tell what they may spend, what is left and how they fare', async () => {
    const { body } = await call('GET', '/judges');
    expect(body).toMatchObject({
      problem: null,
      settings: { dailyBudgetMicroUsd: 1_000_000 },
      budget: { limitMicroUsd: 1_000_000, exhaustedSince: null },
    });
    expect(body.items[0]).toMatchObject({
      rubric: 'quality',
      scores: ['overall', 'instruction_following', 'truthfulness'],
      failureRate: { value: null, n: 0, low: null, high: null },
      waiting: 0,
      sameFamily: [],
    });
    const changed = await call('PUT', '/judges/settings', {
      ...{ dailyBudgetMicroUsd: 5_000_000, concurrency: 2, perMinute: 30_000, model: null },
    });
    expect(changed.body.budget.limitMicroUsd).toBe(5_000_000);
    expect(deeds.splice(0)).toEqual(['judges.settings judges']);
  });

  it('compare two answers in both orders', async () => {
    const { body } = await call('POST', '/judges/compare', {
      ...{ prompt: 'What is 6 x 7?', answerA: 'The result is 42.', answerB: 'You idiot.' },
    });
    expect(body).toMatchObject({ winner: 'a', consistent: true, model: 'demo/judge' });
  });

  it('judge what is stored: estimate, begin, pause, resume, cancel', async () => {
    for (let at = 0; at < 3; at += 1) await store(server.a.id, `The result is 42, ${at}.`);
    const filter = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const wanted = { rubric: 'relevance', filter };
    const estimate = await call('POST', '/judges/backfills/estimate', wanted);
    expect(estimate.body.interactions).toBeGreaterThanOrEqual(3);
    expect(estimate.body.costMicroUsd).toBe(
      estimate.body.perInteractionMicroUsd * estimate.body.interactions,
    );
    const begun = await call('POST', '/judges/backfills', wanted);
    expect(begun).toMatchObject({ status: 201, body: { state: 'running', queued: 0 } });
    await enumerateBackfills(server.deps, AbortSignal.timeout(60_000));
    const listed = await call('GET', '/judges/backfills');
    const { queued, waiting } = listed.body.items[0];
    expect(queued).toBe(estimate.body.interactions);
    expect(waiting).toBe(queued);
    await enumerateBackfills(server.deps, AbortSignal.timeout(60_000));
    expect((await call('GET', '/judges/backfills')).body.items[0].queued).toBe(queued);
    const path = `/judges/backfills/${begun.body.id}`;
    expect((await call('PATCH', path, { state: 'paused' })).body.state).toBe('paused');
    expect((await call('PATCH', path, { state: 'running' })).body.state).toBe('running');
    expect((await call('PATCH', path, { state: 'cancelled' })).body).toMatchObject({
      state: 'cancelled',
      waiting: 0,
    });
    expect((await call('PATCH', path, { state: 'running' })).status).toBe(409);
    deeds.splice(0);
  });
});

describe('judges: error', () => {
  it.each([
    ['a name that is taken by the program', { name: 'quality', content: POLITE }, 409],
    ['a reserved name', { name: 'comparison', content: POLITE }, 409],
    ['a bad name', { name: 'No Good', content: POLITE }, 400],
    ['too few levels', { name: 'x', content: { ...POLITE, scale: 'five' } }, 400],
    [
      'an example off the scale',
      {
        name: 'x',
        content: { ...POLITE, examples: [{ prompt: 'a', answer: 'b', verdicts: [4], why: 'c' }] },
      },
      400,
    ],
    ['an unknown field', { name: 'x', content: { ...POLITE, magic: true } }, 400],
  ])('refuses %s', async (_what, payload, status) => {
    expect((await call('POST', '/rubrics', payload)).status).toBe(status);
  });

  it('refuses to change what comes with the program, and to plan what is not there', async () => {
    expect((await call('POST', '/rubrics/quality/versions', { content: POLITE })).status).toBe(409);
    expect((await call('DELETE', '/rubrics/quality')).status).toBe(404);
    expect((await call('PUT', '/rubrics/nobody/plan', PLAN)).status).toBe(404);
    expect((await call('GET', '/rubrics/nobody/versions')).status).toBe(404);
    expect((await call('GET', '/rubrics/quality/versions?cursor=x')).status).toBe(400);
    const wrong = { ...PLAN, sampling: { base: 2 } };
    expect((await call('PUT', '/rubrics/quality/plan', wrong)).status).toBe(400);
  });

  it('tells an unreadable preview with the judge’s words, and a failed comparison', async () => {
    broken = true;
    const row = await store(server.a.id, 'It is 42.');
    const { body } = await call('POST', '/rubrics/preview', {
      content: POLITE,
      interactionIds: [row.id],
    });
    expect(body.items[0]).toMatchObject({ scores: [], rawReply: expect.stringContaining('no') });
    expect(body.items[0].problem).toContain('No verdict could be read');
    const pair = { prompt: 'a', answerA: 'b', answerB: 'c' };
    const compared = await call('POST', '/judges/compare', pair);
    expect(compared).toMatchObject({
      status: 502,
      body: { error: { details: { judge: 'unreadable' } } },
    });
  });

  it('refuses a backfill whose end is before its beginning', async () => {
    const filter = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    expect((await call('POST', '/judges/backfills', { rubric: 'quality', filter })).status).toBe(
      400,
    );
  });
});

describe('judges: security', () => {
  it('shows and judges nothing of another project', async () => {
    await call('POST', '/rubrics', { name: 'mine', content: POLITE });
    const theirs = server.b.key;
    expect((await call('GET', '/rubrics/mine', undefined, theirs)).status).toBe(404);
    expect((await call('GET', '/rubrics', undefined, theirs)).body.items).toHaveLength(5);
    expect((await call('DELETE', '/rubrics/mine', undefined, theirs)).status).toBe(404);
    const row = await store(server.a.id, 'secret');
    const request = { content: POLITE, interactionIds: [row.id] };
    expect((await call('POST', '/rubrics/preview', request, theirs)).status).toBe(404);
    const { body } = await call('GET', '/judges/backfills', undefined, theirs);
    expect(body.items).toEqual([]);
  });

  it('lets nobody without the right scope spend money', async () => {
    const reader = await server.key(server.a.id, ['read', 'ingest', 'gateway']);
    expect((await call('GET', '/judges', undefined, reader)).status).toBe(200);
    for (const [method, path, payload] of [
      ['POST', '/rubrics', { name: 'x', content: POLITE }],
      ['PUT', '/rubrics/quality/plan', PLAN],
      ['POST', '/judges/compare', { prompt: 'a', answerA: 'b', answerB: 'c' }],
      ['POST', '/judges/failures/retry', undefined],
    ] as const) {
      expect((await call(method, path, payload, reader)).status).toBe(403);
    }
  });
});
