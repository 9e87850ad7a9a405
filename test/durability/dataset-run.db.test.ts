import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunDetail, RunResultPage } from '../../src/contract/dataset-runs.ts';
import { Dataset } from '../../src/contract/datasets.ts';
import { InteractionPage } from '../../src/contract/interactions.ts';
import { testStore } from '../support/database.ts';
import { type RunningProgram, startProgram } from '../support/program.ts';

const KEY = 'lqo_provisioned_for_a_run';
const ITEMS = 60;
const CONCURRENCY = 4;

let environment: Record<string, string>;
let program: RunningProgram;
beforeAll(async () => {
  environment = { LQO_API_KEY: KEY };
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') environment['DATABASE_URL'] = target.url;
  }
  program = await startProgram({ env: environment });
});
afterAll(async () => {
  await program.kill();
  program.remove();
});

async function call<T>(schema: z.ZodType<T>, path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${KEY}`);
  const reply = await fetch(program.url + path, { ...init, headers });
  const body: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(body)}`);
  return schema.parse(body);
}

function post<T>(schema: z.ZodType<T>, path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return call(schema, path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Looks again until it satisfies; the limit is the test's own time-out. */
async function until(id: string, satisfied: (run: RunDetail) => boolean): Promise<RunDetail> {
  for (;;) {
    const run = await call(RunDetail, `/api/v1/runs/${id}`);
    if (satisfied(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a run whose program is killed in the middle', () => {
  it('is ended by the next start, and no answer is paid twice', async () => {
    const { id: dataset } = await post(Dataset, '/api/v1/datasets', { name: 'sums' });
    const lines = Array.from({ length: ITEMS }, (_, at) =>
      JSON.stringify({ id: `sum ${at}`, input: `What is ${at} x 7?`, reference: String(at * 7) }),
    );
    await call(z.unknown(), `/api/v1/datasets/${dataset}/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const evaluators = ['contains'];
    const wish = { dataset, model: 'demo/good', evaluators, concurrency: CONCURRENCY };
    const run = await post(z.object({ id: z.string() }), '/api/v1/runs', wish);
    await until(run.id, ({ progress }) => progress.done >= ITEMS / 3);
    await program.kill();
    program = await startProgram({ env: environment, dataDir: program.dataDir });
    const done = await until(run.id, ({ status }) => status !== 'running');
    expect(done).toMatchObject({
      status: 'done',
      progress: { total: ITEMS, done: ITEMS, failed: 0, waiting: 0, active: 0 },
      uncosted: 0,
    });
    const results = await call(RunResultPage, `/api/v1/runs/${run.id}/results?limit=200`);
    expect(new Set(results.items.map(({ interactionId }) => interactionId)).size).toBe(ITEMS);
    const page = '/api/v1/interactions?origin=run&status=success&limit=200';
    const recorded = (await call(InteractionPage, page)).items.length;
    // Of calls that were under way nobody has an answer; every answer there is belongs to an item, once.
    expect(recorded).toBe(ITEMS);
  });
});
