import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testDatabase } from '../../test/support/database.ts';
import {
  answered,
  type EvaluationApp,
  type EvaluationBench,
  evaluationApp,
  evaluationBench,
  type GivenDeps,
} from '../../test/support/evaluation.ts';
import { rollUp } from '../analytics/roll-up.ts';
import type { Backfill } from '../contract/backfills.ts';
import { defineEvaluator, found } from '../evaluators/define-evaluator.ts';
import type { RecordStep } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { takeBackScoresAll } from '../record.ts';
import { localBackfill } from './backfill-local.ts';
import { type BackfillTarget, runBackfills } from './backfill-step.ts';

const database = await testDatabase();
let app: EvaluationApp;
let bench: EvaluationBench;

beforeAll(async () => {
  app = await evaluationApp(database);
});
afterAll(() => app.server.close());
beforeEach(async () => {
  await database.exec('truncate evaluation_backfills, scores, score_rollups, coverage_rollups');
  await database.query('delete from interactions where project_id = $1', [app.server.a.id]);
  bench = await evaluationBench(database);
});

const strict = defineEvaluator({
  id: 'strict',
  version: 'v1',
  title: 'Strict',
  description: 'Likes nothing.',
  kind: 'detector',
  options: z.strictObject({}),
  needs: ['answer'],
  evaluate: ({ answer }) => {
    if (answer === 'poison') throw new Error('cannot swallow this');
    return [found('strict', { value: 0.1, label: 'alert', reason: 'No.', flagged: true })];
  },
});
const stricter = { ...strict, version: 'v2', evaluate: () => [] };

const record: RecordStep = async (tx, batch) => {
  await storeRecords(tx, batch);
  await rollUp(tx, batch);
};

function target(given: GivenDeps = {}): BackfillTarget {
  return localBackfill({
    ...bench.depsOf({ evaluators: [strict], record, ...given }),
    takeBackScores: takeBackScoresAll,
    handles: () => true,
  });
}

async function work(one: BackfillTarget = target(), signal = new AbortController().signal) {
  const { clock, log } = bench.depsOf();
  await runBackfills({ database, clock, log, targets: [one] }, signal);
}

const PATH = '/api/v1/evaluation/backfills';

async function start(body: object = {}): Promise<Backfill> {
  const reply = await app.post(PATH, { evaluators: ['strict'], ...body });
  expect(reply.statusCode).toBe(201);
  return reply.json();
}

async function read(id: string): Promise<Backfill> {
  return (await app.get(`${PATH}/${id}`)).json();
}

async function store(...answers: string[]): Promise<void> {
  for (const answer of answers) await app.store(app.server.a.id, answer);
}

async function rows(): Promise<{ version: string; n: number }[]> {
  return database.query(
    `select evaluator_version as version, count(*) as n from scores
     where project_id = $1 and name = 'strict' group by 1 order by 1`,
    [app.server.a.id],
  );
}

describe('a backfill', () => {
  it('happy: asks the evaluators about everything that fits, and tells how far it is', async () => {
    await store('one', 'two', 'poison');
    const { id, status, progress } = await start();
    expect({ status, progress }).toEqual({ status: 'running', progress: 0 });
    await work();
    expect(await read(id)).toMatchObject({
      status: 'done',
      lookedAt: 3,
      taken: 2,
      failed: 1,
      progress: 1,
      error: null,
    });
    expect(await rows()).toEqual([{ version: 'v1', n: 2 }]);
  });

  it('happy: takes only what the filter finds', async () => {
    await store('one', 'two');
    const { id } = await start({ filters: { q: 'two' } });
    await work();
    expect(await read(id)).toMatchObject({ status: 'done', taken: 1 });
  });

  it('adds nothing the second time', async () => {
    await store('one');
    await start();
    await work();
    await start();
    await work();
    expect(await rows()).toEqual([{ version: 'v1', n: 1 }]);
  });

  it('puts what a new version says in the place of what the old one said, in roll-ups too', async () => {
    await store('one', 'two');
    await start();
    await work();
    const sums = () =>
      database.query(
        `select sum(n)::int as n, sum(flagged)::int as flagged from score_rollups
         where project_id = $1 and grain = 'day' and name = 'strict'`,
        [app.server.a.id],
      );
    expect(await sums()).toEqual([{ n: 2, flagged: 2 }]);
    const lenient = {
      ...strict,
      version: 'v2',
      evaluate: () => [found('strict', { value: 0.9, label: 'ok', reason: 'Fine.' })],
    };
    await start();
    await work(target({ evaluators: [lenient] }));
    expect(await rows()).toEqual([{ version: 'v2', n: 2 }]);
    expect(await sums()).toEqual([{ n: 2, flagged: 0 }]);
    await start();
    await work(target({ evaluators: [stricter] }));
    expect(await rows()).toEqual([]);
    const covered = await database.query(
      `select coalesce(sum(evaluated), 0)::int as evaluated, coalesce(sum(flagged), 0)::int as flagged
       from coverage_rollups where project_id = $1`,
      [app.server.a.id],
    );
    expect(covered).toEqual([{ evaluated: 0, flagged: 0 }]);
  });

  it('leaves what other evaluators said', async () => {
    const [row] = await bench.store(answered('q', 'fine'));
    await bench.run();
    await database.query('update evaluation_queue set project_id = $1', [bench.projectId]);
    const before = await bench.scores('refusal');
    const one = await target().prepare({
      backfillId: row?.id ?? '',
      projectId: bench.projectId,
      evaluators: ['strict'],
      interactions: [
        {
          interactionId: row?.id ?? '',
          interactionCreatedAt: row?.createdAt ?? new Date(),
          projectId: bench.projectId,
        },
      ],
    });
    await database.transaction((tx) => one(tx));
    expect(await bench.scores('refusal')).toEqual(before);
    expect(await bench.scores('strict')).toHaveLength(1);
  });
});

describe('when a program dies or somebody intervenes', () => {
  it('goes on where it was, in another program, and takes nothing twice', async () => {
    await store(...Array.from({ length: 230 }, (_, at) => `answer ${at}`));
    const { id } = await start();
    let pieces = 0;
    const dying: BackfillTarget = {
      handles: () => true,
      prepare: async (piece) => {
        pieces += 1;
        if (pieces === 2) throw new Error('killed');
        return target().prepare(piece);
      },
    };
    const stop = new AbortController();
    const killed = {
      ...dying,
      prepare: async (piece: Parameters<BackfillTarget['prepare']>[0]) => {
        const write = await dying.prepare(piece);
        stop.abort();
        return write;
      },
    };
    await work(killed, stop.signal);
    expect(await read(id)).toMatchObject({ status: 'running', lookedAt: 100, taken: 100 });
    await work();
    expect(await read(id)).toMatchObject({ status: 'done', lookedAt: 230, taken: 230 });
    expect(await rows()).toEqual([{ version: 'v1', n: 230 }]);
  });

  it('pauses between pieces, goes on when resumed, and ends when cancelled', async () => {
    await store('one');
    const { id } = await start();
    const pausing: BackfillTarget = {
      handles: () => true,
      prepare: async (piece) => {
        await app.post(`${PATH}/${id}/pause`);
        return target().prepare(piece);
      },
    };
    await work(pausing);
    expect(await read(id)).toMatchObject({ status: 'paused', taken: 0 });
    expect(await rows()).toEqual([]);
    await app.post(`${PATH}/${id}/resume`);
    await work();
    expect(await read(id)).toMatchObject({ status: 'done', taken: 1 });
    expect((await app.post(`${PATH}/${id}/cancel`)).statusCode).toBe(409);
    const second = await start();
    const cancelled = (await app.post(`${PATH}/${second.id}/cancel`)).json();
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(cancelled.finishedAt).not.toBeNull();
    await work();
    expect((await read(second.id)).status).toBe('cancelled');
  });

  it('tells why it cannot go on, and can be tried again', async () => {
    await store('one');
    const { id } = await start();
    await work({ handles: () => true, prepare: () => Promise.reject(new Error('no judge')) });
    expect(await read(id)).toMatchObject({ status: 'failed', error: 'no judge' });
    await app.post(`${PATH}/${id}/resume`);
    await work();
    expect(await read(id)).toMatchObject({ status: 'done', error: null });
  });

  it('is worked on by one program at a time', async () => {
    await store('one', 'two');
    const { id } = await start();
    await Promise.all([work(), work(), work()]);
    expect(await read(id)).toMatchObject({ status: 'done', lookedAt: 2, taken: 2 });
  });
});

describe('POST /api/v1/evaluation/backfills', () => {
  it.each<[string, object]>([
    ['an evaluator that nobody has', { evaluators: ['nobody'] }],
    ['none at all', { evaluators: [] }],
    ['a filter that is none', { evaluators: ['strict'], filters: { score: 'x' } }],
    ['a filter of another name', { evaluators: ['strict'], filters: { colour: 'red' } }],
    [
      'a range that ends before it begins',
      { evaluators: ['strict'], from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ],
  ])('error: refuses %s', async (_, body) => {
    expect((await app.post(PATH, body)).statusCode).toBe(400);
  });

  it('security: needs an administrator, and knows nothing of another project', async () => {
    const reader = await app.server.key(app.server.a.id, ['read', 'ingest']);
    expect((await app.post(PATH, { evaluators: ['strict'] }, reader)).statusCode).toBe(403);
    const { id } = await start();
    const { key } = app.server.b;
    expect((await app.get(`${PATH}/${id}`, key)).statusCode).toBe(404);
    expect((await app.post(`${PATH}/${id}/cancel`, undefined, key)).statusCode).toBe(404);
    expect((await app.get(PATH, key)).json().items).toEqual([]);
    expect((await app.get(PATH)).json().items).toHaveLength(1);
  });
});
