import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  COST_MICRO_USD,
  type RunStage,
  recordCall,
  runStage,
} from '../../test/support/dataset-runs.ts';
import { madeDataset } from '../../test/support/datasets.ts';
import { DatasetRun, RunDetail, type RunResult } from '../contract/dataset-runs.ts';
import { AskError, type AskRequest } from '../evaluation/ask.ts';
import { createEvaluatorCatalogue, type RunEvaluator } from './run-evaluator.ts';
import type { Runner } from './runner.ts';

const lucky: RunEvaluator = {
  id: 'judge:lucky',
  title: 'Lucky',
  description: 'Fails on purpose.',
  kind: 'judge',
  version: '1',
  evaluate: ({ subject }) => {
    if (subject.answer.includes('unlucky')) throw new Error('no luck');
    return [];
  },
};

let stage: RunStage;
let runner: Runner;
beforeAll(async () => {
  stage = await runStage(createEvaluatorCatalogue([async () => [lucky]]));
  runner = stage.startRunner();
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

async function results(id: string, query = ''): Promise<RunResult[]> {
  const reply = await stage.test.inject({ url: `/api/v1/runs/${id}/results?limit=200${query}` });
  return reply.json().items;
}

const step = (id: string, name: string, payload: object = {}) =>
  stage.test.inject({ method: 'POST', url: `/api/v1/runs/${id}/${name}`, payload });

describe('a run', () => {
  it('asks every item once, scores it, and knows what it cost', async () => {
    const id = await dataset([
      ...rows(5),
      { id: 'other', input: 'x', reference: 'something else' },
    ]);
    const run = await begin({
      dataset: id,
      model: 'demo/good',
      evaluators: ['exact_match', 'rule-basic'],
    });
    expect(run).toMatchObject({ status: 'running', progress: { total: 6 }, name: 'demo/good' });
    const done = await until(run.id, over);
    expect(done).toMatchObject({
      status: 'done',
      notice: null,
      progress: { total: 6, waiting: 0, active: 0, done: 6, failed: 0 },
      costMicroUsd: 6 * COST_MICRO_USD,
      uncosted: 0,
      quality: { value: 5 / 6, n: 6 },
      latencyMs: { n: 6, p50: 12 },
    });
    const exact = done.metrics.find(({ name }) => name === 'exact_match');
    expect(exact).toMatchObject({ isRate: true, estimate: { value: 5 / 6, n: 6 } });
    expect(exact?.estimate.low).toBeCloseTo(0.4365, 3);
    expect(stage.calls).toHaveLength(6);
    expect(stage.calls[0]).toMatchObject({ purpose: 'run', metadata: { run: run.id } });
    const all = await results(run.id);
    expect(all.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'other']);
    expect(all[0]).toMatchObject({ status: 'done', answer: 'answer to question 0', quality: 1 });
    expect(all[0]?.scores.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['exact_match', 'overall']),
    );
    expect(await results(run.id, '&show=low')).toMatchObject([{ key: 'other', quality: 0 }]);
  });

  it('asks with a prompt of the registry, its variables filled and its settings taken', async () => {
    await stage.test.database.query(
      `insert into prompts (project_id, name, description, latest_version, created_at, updated_at)
       values ($1, 'helper', '', 1, now(), now())`,
      [stage.test.a.id],
    );
    await stage.test.database.query(
      `insert into prompt_versions (project_id, name, version, messages, parameters, note, created_at, created_by)
       values ($1, 'helper', 1, $2::text::jsonb, '{"temperature":0.2,"seed":1}', '', now(), 'test')`,
      [stage.test.a.id, JSON.stringify([{ role: 'system', template: 'You know {{topic}}.' }])],
    );
    const id = await dataset([{ input: 'Why?', variables: { topic: 'trains' } }]);
    const wish = { dataset: id, model: 'm', prompt: 'helper@1', parameters: { seed: 7 } };
    const run = await begin(wish);
    await until(run.id, over);
    expect(stage.calls[0]).toMatchObject({
      prompt: 'helper@1',
      parameters: { temperature: 0.2, seed: 7 },
      messages: [
        { role: 'system', content: 'You know trains.' },
        { role: 'user', content: 'Why?' },
      ],
    });
    const lacking = await dataset([{ id: 'first', input: 'Why?' }]);
    const reply = await stage.test.inject({
      method: 'POST',
      url: '/api/v1/runs',
      payload: { ...wish, dataset: lacking },
    });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error.message).toContain('topic');
  });

  it('keeps to its version when the dataset grows', async () => {
    const id = await dataset(rows(2));
    const url = `/api/v1/datasets/${id}/items`;
    await stage.test.inject({ method: 'POST', url, payload: { items: [{ input: 'new' }] } });
    const run = await begin({ dataset: id, version: 1, model: 'm' });
    expect((await until(run.id, over)).progress.total).toBe(2);
    const latest = await begin({ dataset: id, model: 'm' });
    expect((await until(latest.id, over)).progress.total).toBe(3);
  });
});

describe('what goes wrong with an item', () => {
  it('is tried again when it may pass, and told when it will not', async () => {
    const tries = new Map<string, number>();
    stage.answer = ({ messages }): string => {
      const text = messages.at(-1)?.content ?? '';
      const count = (tries.get(text) ?? 0) + 1;
      tries.set(text, count);
      if (text === 'question 0' && count < 2) {
        throw new AskError('rate_limited', 'slowly', { retryAfterMs: 1 });
      }
      if (text === 'question 1') throw new AskError('refused', 'No such model.');
      return 'fine';
    };
    const run = await begin({ dataset: await dataset(rows(3)), model: 'm' });
    const done = await until(run.id, over);
    expect(done.progress).toMatchObject({ done: 2, failed: 1 });
    expect(done.errors).toEqual([{ code: 'refused', message: 'No such model.', count: 1 }]);
    expect(tries.get('question 0')).toBe(2);
    expect(tries.get('question 1')).toBe(1);
    expect(await results(run.id, '&show=failed')).toMatchObject([
      { key: 'k1', error: 'No such model.' },
    ]);
    stage.answer = (): string => 'now it works';
    expect((await step(run.id, 'resume', { retryFailed: true })).statusCode).toBe(200);
    expect((await until(run.id, ({ progress }) => progress.done === 3)).progress.failed).toBe(0);
  });

  it('leaves out only the evaluator that failed', async () => {
    stage.answer = (): string => 'unlucky';
    const run = await begin({
      dataset: await dataset(rows(1)),
      model: 'm',
      evaluators: ['contains', 'judge:lucky'],
    });
    await until(run.id, over);
    expect(await results(run.id)).toMatchObject([
      {
        status: 'done',
        errorCode: 'evaluator_failed',
        error: 'judge:lucky: no luck',
        scores: [{ name: 'contains', value: 0 }],
      },
    ]);
  });

  it('pauses the run when a budget is used up or nothing works, and goes on where it was', async () => {
    stage.answer = (): string => {
      throw new AskError('budget_exceeded', 'The budget is used up.');
    };
    const broke = await begin({ dataset: await dataset(rows(4)), model: 'm', concurrency: 1 });
    const paused = await until(broke.id, over);
    expect(paused).toMatchObject({ status: 'paused', notice: 'A budget is used up.' });
    expect(paused.progress).toMatchObject({ waiting: 4, failed: 0 });
    stage.answer = (): string => 'fine';
    await step(broke.id, 'resume');
    expect((await until(broke.id, over)).status).toBe('done');
    stage.answer = (): string => {
      throw new AskError('refused', 'No.');
    };
    const wrong = await begin({ dataset: await dataset(rows(40)), model: 'm', concurrency: 1 });
    const stopped = await until(wrong.id, over);
    expect(stopped.notice).toContain('failed one after the other');
    expect(stopped.progress).toMatchObject({ failed: 10, waiting: 30 });
  });

  it('pauses the run before more is spent than it may', async () => {
    let answered = 0;
    stage.answer = async (): Promise<string> => {
      answered += 1;
      // Costs are read from records every second, so a limit holds within what is asked in one.
      await new Promise((resolve) => setTimeout(resolve, 400));
      return 'fine';
    };
    const run = await begin({
      dataset: await dataset(rows(50)),
      model: 'm',
      concurrency: 1,
      limitUsd: (2 * COST_MICRO_USD) / 1e6,
    });
    const paused = await until(run.id, over);
    expect(paused).toMatchObject({ status: 'paused', notice: 'The limit of this run is spent.' });
    expect(answered).toBeLessThan(10);
  });
});

describe('pause, resume and cancel', () => {
  it('end what is under way and ask nothing twice', async () => {
    const waiting: (() => void)[] = [];
    stage.answer = (): Promise<string> =>
      new Promise((resolve) => waiting.push(() => resolve('late')));
    const run = await begin({ dataset: await dataset(rows(6)), model: 'm', concurrency: 2 });
    await until(run.id, ({ progress }) => progress.active === 2 && waiting.length === 2);
    expect((await step(run.id, 'pause')).json().status).toBe('paused');
    expect((await step(run.id, 'cancel')).json().status).toBe('cancelled');
    expect((await step(run.id, 'resume')).statusCode).toBe(409);
    for (const go of waiting.splice(0)) go();
    const kept = await until(run.id, ({ progress }) => progress.done === 2 || progress.done > 2);
    expect(kept.progress.active).toBe(0);
    expect(new Set(stage.calls.map(({ metadata }) => metadata?.['item'])).size).toBe(
      stage.calls.length,
    );
  });
});

describe('a program that dies', () => {
  it('leaves a run to the next, which finds recorded answers and pays for none twice', async () => {
    const id = await dataset(rows(8));
    const started: AskRequest[] = [];
    let stuck = true;
    stage.answer = async (request): Promise<string> => {
      const text = `answer to ${request.messages.at(-1)?.content}`;
      if (!stuck) return text;
      started.push(request);
      // The gateway answered and recorded the first; nobody heard of it. The second never got that far.
      if (started.length === 1) await recordCall(stage, request, text);
      return await new Promise((_, reject) =>
        request.signal?.addEventListener('abort', () =>
          reject(new AskError('unavailable', 'dead')),
        ),
      );
    };
    const run = await begin({
      dataset: id,
      model: 'm',
      concurrency: 2,
      evaluators: ['exact_match'],
    });
    await until(run.id, () => started.length === 2);
    // The dead program's lease runs out; it never writes again.
    await stage.test.database.query(
      `update dataset_runs set lease_owner = gen_random_uuid(), lease_until = now() - interval '1 second'
       where id = $1`,
      [run.id],
    );
    stuck = false;
    const other = stage.startRunner();
    other.nudge();
    const done = await until(run.id, over);
    expect(done).toMatchObject({ status: 'done', progress: { done: 8, failed: 0 } });
    expect(done.quality).toMatchObject({ value: 1, n: 8 });
    expect(done.costMicroUsd).toBe(8 * COST_MICRO_USD);
    const asked = stage.calls.map(({ metadata }) => metadata?.['item']);
    const first = started[0]?.metadata?.['item'];
    expect(asked.filter((key) => key === first)).toHaveLength(1);
    expect(asked).toHaveLength(9);
    await other.stop();
    await runner.stop();
    runner = stage.startRunner();
  });
});
