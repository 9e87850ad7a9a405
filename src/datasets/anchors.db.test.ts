import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { datasetApp, datasetDeps, madeDataset } from '../../test/support/datasets.ts';
import { demoAsk } from '../../test/support/judges.ts';
import type { JudgeAnchor } from '../contract/anchors.ts';
import { createLog } from '../core/log.ts';
import { type Ask, AskError, type AskRequest } from '../evaluation/ask.ts';
import { Pace } from '../judges/pace.ts';
import { createPricer } from '../pricing/price.ts';
import { anchorRoutes } from './anchor-routes.ts';
import { type AnchorDeps, anchorJobs, judgeAnchorSets } from './judge-anchors.ts';

const clock = testClock('2026-11-20T10:00:00.000Z');
const signal = new AbortController().signal;
const DAY_MS = 86_400_000;

let test: TestApp;
beforeAll(async () => {
  test = await datasetApp({ clock, routes: (app, deps) => anchorRoutes(app, datasetDeps(deps)) });
});
afterAll(() => test.close());

const items = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    input: `What is ${at} plus one?`,
    reference:
      at % 2 === 0 ? `It is ${at + 1}: ${at} plus one is ${at + 1}.` : 'Bananas are yellow.',
  }));

async function call(
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  given: { payload?: object; key?: string } = {},
) {
  const reply = await test.inject({ method, url: `/api/v1/judges/anchors${path}`, ...given });
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() };
}

async function listed(rubric: string): Promise<JudgeAnchor | undefined> {
  const all: JudgeAnchor[] = (await call('GET', '')).body.items;
  return all.find((one) => one.rubric === rubric);
}

const deps = (ask: Ask, model = 'demo/judge'): AnchorDeps => ({
  database: test.database,
  clock,
  newId: test.deps.newId,
  log: createLog('silent'),
  pace: new Pace({ now: () => clock.now(), monotonic: () => performance.now() }),
  quirks: new Map(),
  defaults: { model, judgeType: 'rule' },
  price: async () => createPricer({ prices: [] }),
  ask,
});

/** Another set does not get in the way. */
async function only(rubric: string, count = 6): Promise<void> {
  await test.database.query('delete from judge_anchors');
  await test.database.query('delete from judge_anchor_verdicts');
  const datasetId = await madeDataset(test, `Anchors ${randomUUID()}`, items(count));
  const { status, body } = await call('PUT', `/${rubric}`, { payload: { datasetId } });
  expect(status, JSON.stringify(body)).toBe(200);
}

describe('anchor sets', () => {
  it('are a version of a dataset, set, replaced and removed for a rubric', async () => {
    await only('relevance', 5);
    expect(await listed('relevance')).toMatchObject({
      datasetVersion: 1,
      items: 5,
      judgedAt: null,
      problem: null,
      days: [],
    });
    const other = await madeDataset(test, 'Other anchors', [
      { messages: [{ role: 'user', content: 'Hi' }], reference: 'Hello there.' },
      { input: 'A question without any answer' },
    ]);
    await call('PUT', '/relevance', { payload: { datasetId: other, version: 1 } });
    expect(await listed('relevance')).toMatchObject({ datasetName: 'Other anchors', items: 1 });
    expect((await call('DELETE', '/relevance')).status).toBe(204);
    expect(await listed('relevance')).toBeUndefined();
    const deeds = await test.database.query<{ action: string }>(
      `select action from audit_log where project_id = $1 and action like 'judges.%' order by id desc limit 2`,
      [test.a.id],
    );
    expect(deeds.map(({ action }) => action)).toEqual([
      'judges.anchor_removed',
      'judges.anchor_set',
    ]);
  });

  it('are refused without a rubric, a dataset or answers', async () => {
    const questions = await madeDataset(test, 'Questions alone', [{ input: 'Why?' }]);
    const full = await madeDataset(test, 'Answers', items(2));
    const put = (rubric: string, payload: object) => call('PUT', `/${rubric}`, { payload });
    expect((await put('relevance', { datasetId: questions })).status).toBe(400);
    expect((await put('no-such-rubric', { datasetId: full })).status).toBe(404);
    expect((await put('relevance', { datasetId: randomUUID() })).status).toBe(404);
    expect((await put('relevance', { datasetId: full, version: 7 })).status).toBe(404);
    expect((await put('relevance', {})).status).toBe(400);
    expect((await call('DELETE', '/coherence')).status).toBe(404);
  });

  it('are no business of other projects and of keys without the scope', async () => {
    await only('relevance');
    const key = test.b.key;
    expect((await call('GET', '', { key })).body.items).toEqual([]);
    expect((await call('DELETE', '/relevance', { key })).status).toBe(404);
    const ours = await listed('relevance');
    const payload = { datasetId: ours?.datasetId };
    expect((await call('PUT', '/relevance', { key, payload })).status).toBe(404);
    const reader = await test.key(test.a.id, ['read']);
    expect((await call('GET', '', { key: reader })).status).toBe(200);
    expect((await call('PUT', '/relevance', { key: reader, payload })).status).toBe(403);
    expect((await call('DELETE', '/relevance', { key: reader })).status).toBe(403);
  });
});

describe('given an anchor set', () => {
  it('judges every answer once a day, and keeps it out of the scores of traffic', async () => {
    await only('relevance');
    const asked: AskRequest[] = [];
    await judgeAnchorSets(deps(demoAsk(asked)), signal);
    const first = asked.length;
    expect(first).toBeGreaterThanOrEqual(6);
    await judgeAnchorSets(deps(demoAsk(asked)), signal);
    expect(asked).toHaveLength(first);
    clock.pass(DAY_MS);
    await judgeAnchorSets(deps(demoAsk(asked)), signal);
    expect(asked).toHaveLength(2 * first);
    const set = await listed('relevance');
    expect(set?.days).toHaveLength(2);
    expect(set?.days[1]).toMatchObject({ evaluatorVersion: '1@demo/judge', current: { n: 6 } });
    expect(set?.days[0]?.current.value).toBeCloseTo(set?.days[1]?.current.value ?? -1, 9);
    expect(set?.judgedAt).toBe(new Date(clock.now()).toISOString());
    const scores = await test.database.query('select id from scores where project_id = $1', [
      test.a.id,
    ]);
    expect(scores).toEqual([]);
  });

  it('judges again on the same day when the judge changed', async () => {
    await only('relevance');
    const asked: AskRequest[] = [];
    await judgeAnchorSets(deps(demoAsk(asked)), signal);
    const ask: Ask = (request) => demoAsk(asked)({ ...request, model: 'demo/judge' });
    await judgeAnchorSets(deps(ask, 'demo/other-judge'), signal);
    const versions = (await listed('relevance'))?.days.map((day) => day.evaluatorVersion);
    expect(versions).toEqual(['1@demo/judge', '1@demo/other-judge']);
  });

  it('goes on with what is missing after a judge that did not answer, and says why meanwhile', async () => {
    await only('relevance');
    let failing = 0;
    const broken: Ask = async () => {
      failing += 1;
      throw new AskError('refused', 'No such model.');
    };
    await judgeAnchorSets(deps(broken), signal);
    expect(failing).toBeLessThan(6);
    expect(await listed('relevance')).toMatchObject({
      judgedAt: null,
      problem: expect.stringMatching(/model/),
    });
    await judgeAnchorSets(deps(demoAsk([])), signal);
    const set = await listed('relevance');
    expect(set).toMatchObject({ problem: null });
    expect(set?.days[0]?.current.n).toBe(6);
  });

  it('stops where the budget of judges is used up', async () => {
    await only('relevance');
    await test.database.query(
      `insert into judge_settings (project_id, settings, updated_at) values ($1, $2::text::jsonb, now())
       on conflict (project_id) do update set settings = excluded.settings`,
      [
        test.a.id,
        JSON.stringify({
          dailyBudgetMicroUsd: 0,
          concurrency: 4,
          perMinute: 100_000,
          model: 'gpt-4o',
        }),
      ],
    );
    const asked: AskRequest[] = [];
    const priced = {
      ...deps(demoAsk(asked)),
      price: async () => () =>
        ({ costMicroUsd: 1_000, source: 'catalogue', version: '1' }) as never,
    };
    await judgeAnchorSets(priced, signal);
    expect(asked).toEqual([]);
    expect((await listed('relevance'))?.problem).toMatch(/budget/);
    await test.database.query('delete from judge_settings');
  });

  it('drops verdicts of long ago', async () => {
    await only('relevance');
    await judgeAnchorSets(deps(demoAsk([])), signal);
    await test.database.query(`update judge_anchor_verdicts set judged_at = $1 where is_main`, [
      new Date(clock.now() - 401 * DAY_MS),
    ]);
    const drop = anchorJobs(deps(demoAsk([]))).find(({ name }) => name.includes('drop'));
    await drop?.work(signal, {});
    const left = await test.database.query('select 1 from judge_anchor_verdicts where is_main');
    expect(left).toEqual([]);
  });
});
