import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunStage, runStage } from '../../test/support/dataset-runs.ts';
import { madeDataset } from '../../test/support/datasets.ts';
import { DatasetRun, RunDetail } from '../contract/dataset-runs.ts';
import { createEvaluatorCatalogue, type RunEvaluator } from './run-evaluator.ts';

const lucky: RunEvaluator = {
  id: 'judge:lucky',
  title: 'Lucky',
  description: 'Says nothing.',
  kind: 'judge',
  version: '1',
  evaluate: () => [],
};

let stage: RunStage;
beforeAll(async () => {
  stage = await runStage(createEvaluatorCatalogue([async () => [lucky]]));
  stage.startRunner();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.calls.length = 0;
  stage.answer = ({ messages }): string => `answer to ${messages.at(-1)?.content}`;
});

const rows = (count: number): { id: string; input: string; reference: string }[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `k${at}`,
    input: `question ${at}`,
    reference: `answer to question ${at}`,
  }));

let datasets = 0;
const dataset = (items: readonly Record<string, unknown>[]): Promise<string> =>
  madeDataset(stage.test, `runs ${datasets++}`, items);

async function begin(payload: Record<string, unknown>): Promise<DatasetRun> {
  const reply = await stage.test.inject({ method: 'POST', url: '/api/v1/runs', payload });
  if (reply.statusCode !== 201) throw new Error(reply.body);
  return DatasetRun.parse(reply.json());
}

async function read(id: string): Promise<RunDetail> {
  return RunDetail.parse((await stage.test.inject({ url: `/api/v1/runs/${id}` })).json());
}

/** Looks again until it satisfies; the limit is the test's own time-out. */
async function until(id: string, satisfied: (run: RunDetail) => boolean): Promise<RunDetail> {
  for (;;) {
    const run = await read(id);
    if (satisfied(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const over = ({ status }: RunDetail): boolean => status === 'done' || status === 'paused';

describe('the estimate of a run', () => {
  it('counts tokens, prices them, and says what it assumes', async () => {
    const id = await dataset(rows(4));
    const ask = async (model: string, more = {}) =>
      (
        await stage.test.inject({
          method: 'POST',
          url: '/api/v1/runs/estimate',
          payload: { dataset: id, model, ...more },
        })
      ).json();
    const fresh = await ask('never-used', { evaluators: ['exact_match', 'judge:lucky'] });
    // Two words a question with its frame of 7; four words a reference.
    expect(fresh).toMatchObject({
      items: 4,
      inputTokens: 36,
      outputTokens: 16,
      outputFrom: 'references',
      costMicroUsd: 36 * 2 + 16 * 3,
      judges: 4,
    });
    const earlier = await begin({ dataset: id, model: 'm' });
    await until(earlier.id, over);
    expect(await ask('m')).toMatchObject({ outputFrom: 'earlier_runs', outputTokens: 80 });
    expect(await ask('unpriced')).toMatchObject({ costUsd: null });
    expect(await ask('never-used', { parameters: { maxOutputTokens: 2 } })).toMatchObject({
      outputTokens: 8,
    });
  });
});

describe('two runs', () => {
  it('are compared item by item, and judged by gates', async () => {
    const id = await dataset(rows(40));
    const payload = { dataset: id, evaluators: ['exact_match'], concurrency: 8 };
    const good = await begin({ ...payload, model: 'good' });
    await until(good.id, over);
    // Twelve of forty get worse.
    stage.answer = ({ messages }): string => {
      const text = messages.at(-1)?.content ?? '';
      return Number(text.split(' ')[1]) < 12 ? 'wrong' : `answer to ${text}`;
    };
    const worse = await begin({ ...payload, model: 'worse' });
    await until(worse.id, over);
    const url = `/api/v1/runs/${worse.id}`;
    const compared = (
      await stage.test.inject({ url: `${url}/compare?baseline=${good.id}` })
    ).json();
    expect(compared).toMatchObject({ pairs: 40, onlyRun: 0, onlyBaseline: 0 });
    const exact = compared.differences.find(
      ({ metric }: { metric: string }) => metric === 'exact_match',
    );
    expect(exact).toMatchObject({
      n: 40,
      baseline: 1,
      candidate: 0.7,
      better: 0,
      worse: 12,
      same: 28,
      method: 'mcnemar',
      verdict: 'worse',
    });
    expect(exact.difference).toBeCloseTo(-0.3, 10);
    const items = await stage.test.inject({
      url: `${url}/compare/items?baseline=${good.id}&metric=exact_match&show=worse&limit=5`,
    });
    expect(items.json()).toMatchObject({ nextCursor: '5', estimate: 12 });
    expect(items.json().items[0]).toMatchObject({
      key: 'k0',
      question: 'question 0',
      difference: -1,
      candidate: { answer: 'wrong' },
      baseline: { answer: 'answer to question 0' },
    });
    const judged = await stage.test.inject({
      method: 'POST',
      url: `${url}/gates`,
      payload: {
        baseline: good.id,
        gates: [
          'quality>=0.6',
          'lower(quality)>=0.6',
          'no-regression vs baseline',
          'toxicity>=0.5',
        ],
      },
    });
    expect(judged.json()).toMatchObject({
      passed: false,
      results: [
        { gate: 'quality>=0.6', outcome: 'passed', n: 40 },
        { gate: 'lower(quality)>=0.6', outcome: 'failed' },
        { gate: 'no-regression vs baseline', outcome: 'failed', n: 40 },
        { gate: 'toxicity>=0.5', outcome: 'not_enough_data' },
        { gate: 'error_rate<=0.05', outcome: 'passed' },
      ],
    });
    const self = await stage.test.inject({
      method: 'POST',
      url: `${url}/gates`,
      payload: { gates: [`no-regression vs ${worse.id} on exact_match within 0.1`] },
    });
    expect(self.json()).toMatchObject({ passed: true });
    const few = await stage.test.inject({
      method: 'POST',
      url: `${url}/gates`,
      payload: { gates: ['quality>=0.1'], minItems: 41 },
    });
    expect(few.json().results[0]).toMatchObject({ passed: false, outcome: 'not_enough_data' });
    for (const gates of [['quality'], ['no-regression vs baseline'], ['no-regression vs x']]) {
      const reply = await stage.test.inject({
        method: 'POST',
        url: `${url}/gates`,
        payload: { gates },
      });
      expect(reply.statusCode).toBe(400);
    }
  });
});

describe('runs are kept apart', () => {
  it('from other projects and from keys without the scope', async () => {
    const id = await dataset(rows(1));
    const run = await begin({ dataset: id, model: 'm' });
    await until(run.id, over);
    const url = `/api/v1/runs/${run.id}`;
    const { key } = stage.test.b;
    for (const request of [
      { url },
      { url: `${url}/results` },
      { url: `${url}/compare?baseline=${run.id}` },
      { url: `${url}/compare/items?baseline=${run.id}` },
      { method: 'POST', url: `${url}/gates`, payload: { gates: ['quality>=0'] } },
      { method: 'POST', url: `${url}/pause` },
      { method: 'POST', url: `${url}/resume`, payload: {} },
      { method: 'POST', url: `${url}/cancel` },
      { method: 'DELETE', url },
      { method: 'POST', url: '/api/v1/runs', payload: { dataset: id, model: 'm' } },
      { method: 'POST', url: '/api/v1/runs/estimate', payload: { dataset: id, model: 'm' } },
    ] as const) {
      const reply = await stage.test.inject({ ...request, key });
      expect([request.url, reply.statusCode]).toEqual([request.url, 404]);
    }
    expect((await stage.test.inject({ url: '/api/v1/runs', key })).json().items).toEqual([]);
    const reader = await stage.test.key(stage.test.a.id, ['read']);
    const make = {
      method: 'POST',
      url: '/api/v1/runs',
      payload: { dataset: id, model: 'm' },
    } as const;
    expect((await stage.test.inject({ ...make, key: reader })).statusCode).toBe(403);
  });

  it('and refuse what makes no sense', async () => {
    const id = await dataset(rows(1));
    const empty = await dataset([]);
    for (const payload of [
      { dataset: id, model: 'm', evaluators: ['nonsense'] },
      { dataset: id, model: 'm', version: 9 },
      { dataset: id, model: 'm', prompt: 'nobody' },
      { dataset: id, model: 'm', parameters: { topK: 3 } },
      { dataset: empty, model: 'm' },
    ]) {
      const reply = await stage.test.inject({ method: 'POST', url: '/api/v1/runs', payload });
      expect(reply.statusCode).toBeGreaterThanOrEqual(400);
      expect(reply.statusCode).toBeLessThan(500);
    }
  });
});
