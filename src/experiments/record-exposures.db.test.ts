import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { NewExperiment } from '../contract/experiments.ts';
import { type InteractionRow, PLAIN_HANDLING, type ScoreRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import type { StoreDatabase } from '../store/sql-database.ts';
import { completeDesign } from './design.ts';
import { readSums } from './read-sums.ts';
import { recordExposures, takeBackExposures } from './record-exposures.ts';

let database: StoreDatabase;
let projectId: string;
const METRICS = ['feedback', 'score:overall', 'cost', 'latency', 'error_rate'];

beforeAll(async () => {
  database = await testDatabase();
  projectId = await project();
});

async function project(): Promise<string> {
  const id = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [id, id]);
  return id;
}

async function running(of: string = projectId): Promise<string> {
  const id = randomUUID();
  const design = completeDesign(
    NewExperiment.parse({
      name: 'x',
      target: { kind: 'model', name: id },
      arms: [{ name: 'a' }, { name: 'b' }],
      control: 'a',
      primaryMetric: 'feedback',
      metrics: ['score:overall', 'cost', 'latency', 'error_rate'],
    }),
  );
  await database.query(
    `insert into experiments (id, project_id, name, hypothesis, status, target_kind, target_name, design, salt,
       created_at, created_by, started_at)
     values ($1, $2, 'x', '', 'running', 'model', $3, $4::text::jsonb, 'salt', now(), 'test', now())`,
    [id, of, id, JSON.stringify(design)],
  );
  return id;
}

function exposed(
  experimentId: string,
  [arm, unit]: readonly [string, string],
  given: Partial<InteractionRow> = {},
): InteractionRow {
  return interactionRow({
    projectId,
    ...given,
    handling: { ...PLAIN_HANDLING, ...given.handling, exposure: { experimentId, arm, unit } },
  });
}

const steps = [storeRecords, recordExposures];
const keep = (interactions: InteractionRow[], scores: ScoreRow[] = []): Promise<void> =>
  record(database, batchOf({ interactions, scores }), steps);

async function sums(id: string): Promise<Record<string, unknown>> {
  const found = await readSums(database, { projectId, id, metrics: METRICS });
  return Object.fromEntries(
    [...found.arms].map(([arm, { units, calls, metrics }]) => [
      arm,
      { units, calls, ...Object.fromEntries(metrics) },
    ]),
  );
}

describe('given calls of an experiment', () => {
  it('sums them by unit, so that a busy user counts once', async () => {
    const id = await running();
    await keep([
      exposed(id, ['a', 'busy'], { costMicroUsd: 100, latencyMs: 10 }),
      exposed(id, ['a', 'busy'], { costMicroUsd: 300, latencyMs: 30 }),
      exposed(id, ['a', 'quiet'], { costMicroUsd: 10, latencyMs: 50 }),
    ]);
    await keep([exposed(id, ['a', 'busy'], { costMicroUsd: 200, latencyMs: 20 })]);
    expect(await sums(id)).toEqual({
      a: {
        units: 2,
        calls: 4,
        cost: { n: 2, sum: 210, sumOfSquares: 200 ** 2 + 10 ** 2 },
        latency: { n: 2, sum: 70, sumOfSquares: 20 ** 2 + 50 ** 2 },
        first_token: { n: 0, sum: 0, sumOfSquares: 0 },
        error_rate: { n: 2, sum: 0, sumOfSquares: 0 },
      },
    });
  });

  it('does not count what the caller left, nor how fast failures came, nor unknown cost', async () => {
    const id = await running();
    const failed = { status: 'error', costMicroUsd: null, latencyMs: 1 } as const;
    await keep([
      exposed(id, ['b', 'u'], { ...failed, errorType: 'upstream_error' }),
      exposed(id, ['b', 'u'], { ...failed, errorType: 'client_closed' }),
      exposed(id, ['b', 'u'], { costMicroUsd: null, latencyMs: 40 }),
    ]);
    expect(await sums(id)).toMatchObject({
      b: { calls: 3, cost: { n: 0 }, latency: { n: 1, sum: 40 }, error_rate: { n: 1, sum: 0.5 } },
    });
  });

  it('ignores experiments nobody knows, drafts, and those of other projects', async () => {
    const foreign = await running(await project());
    const draft = await running();
    await database.query(`update experiments set status = 'draft' where id = $1`, [draft]);
    for (const id of [randomUUID(), foreign, draft]) {
      await keep([exposed(id, ['a', 'u'])]);
      expect(
        await database.query('select 1 from experiment_units where experiment_id = $1', [id]),
      ).toEqual([]);
    }
  });
});

describe('given scores', () => {
  const feedback = (row: InteractionRow, value: number, more: Partial<ScoreRow> = {}): ScoreRow =>
    scoreRow(row, {
      id: randomUUID(),
      name: 'user_feedback',
      evaluator: 'feedback',
      source: 'human',
      value,
      details: { givenBy: 'kim' },
      ...more,
    });
  const later = (row: InteractionRow, ms: number): Date => new Date(row.createdAt.getTime() + ms);

  it('counts those that come with the call and those that come days later', async () => {
    const id = await running();
    const first = exposed(id, ['a', 'u']);
    const second = exposed(id, ['a', 'u']);
    await keep([first, second], [scoreRow(first, { value: 0.5 })]);
    await keep([], [scoreRow(second, { value: 1 }), feedback(second, 1)]);
    expect(await sums(id)).toMatchObject({
      a: {
        calls: 2,
        'score:overall': { n: 1, sum: 0.75, sumOfSquares: 0.5625 },
        feedback: { n: 1, sum: 1 },
      },
    });
  });

  it('lets a changed mind replace the first, also within one batch, but not that of somebody else', async () => {
    const id = await running();
    const call = exposed(id, ['a', 'u']);
    await keep([call], [feedback(call, 0)]);
    await keep(
      [],
      [
        feedback(call, 1, { createdAt: later(call, 1000) }),
        feedback(call, 0.5, { createdAt: later(call, 2000) }),
      ],
    );
    expect(await sums(id)).toMatchObject({ a: { feedback: { n: 1, sum: 0.5 } } });
    await keep(
      [],
      [feedback(call, 1, { createdAt: later(call, 3000), details: { givenBy: 'lee' } })],
    );
    expect(await sums(id)).toMatchObject({ a: { feedback: { n: 1, sum: 0.75 } } });
  });

  it('leaves out scores that the experiment does not look at, and those of other calls', async () => {
    const id = await running();
    const call = exposed(id, ['a', 'u']);
    const other = interactionRow({ projectId });
    await keep([call, other], [scoreRow(call, { name: 'length' }), scoreRow(other, { value: 0 })]);
    const rows = await database.query(
      'select 1 from experiment_unit_scores where experiment_id = $1',
      [id],
    );
    expect(rows).toEqual([]);
  });

  it('takes everything out again with a deleted interaction', async () => {
    const id = await running();
    const [kept, gone] = [exposed(id, ['a', 'u'], { costMicroUsd: 7 }), exposed(id, ['a', 'u'])];
    const alone = exposed(id, ['b', 'v']);
    const scores = [
      feedback(gone, 0),
      feedback(gone, 1, { createdAt: later(gone, 1000) }),
      feedback(kept, 0.5),
      feedback(alone, 1),
    ];
    await keep([kept, gone, alone], scores);
    const taken = batchOf({
      interactions: [gone, alone],
      scores: scores.filter(({ interactionId }) => interactionId !== kept.id),
    });
    await record(database, taken, [takeBackExposures]);
    expect(await sums(id)).toEqual({
      a: expect.objectContaining({
        calls: 1,
        cost: { n: 1, sum: 7, sumOfSquares: 49 },
        feedback: { n: 1, sum: 0.5, sumOfSquares: 0.25 },
      }),
    });
  });
});

describe('given shadow calls', () => {
  it('books what they cost, and those that nobody can price', async () => {
    const id = await running();
    const handling = { ...PLAIN_HANDLING, shadowOf: randomUUID() };
    await keep([
      exposed(id, ['b', 'u'], { handling, costMicroUsd: 40 }),
      exposed(id, ['b', 'u'], { handling, costMicroUsd: null }),
      exposed(id, ['b', 'u'], {
        handling,
        costMicroUsd: null,
        status: 'error',
        errorType: 'upstream_error',
      }),
      exposed(id, ['b', 'u'], { costMicroUsd: 1000 }),
    ]);
    const { spend } = await readSums(database, { projectId, id, metrics: [] });
    expect(spend).toEqual([{ arm: 'b', calls: 2, unpricedCalls: 1, microUsd: 40 }]);
  });
});

describe('given many loaders at once', () => {
  it('loses nothing and waits for nobody in a circle', async () => {
    const id = await running();
    const units = Array.from({ length: 20 }, (_, unit) => `u${unit}`);
    const batches = Array.from({ length: 6 }, (_, batch) =>
      (batch % 2 === 0 ? units : units.toReversed()).map((unit) => exposed(id, ['a', unit])),
    );
    await Promise.all(batches.map((rows) => keep(rows)));
    expect(await sums(id)).toMatchObject({ a: { units: 20, calls: 120, cost: { sum: 20 * 150 } } });
  });
});
