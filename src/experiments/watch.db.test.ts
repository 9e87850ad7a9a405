import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExperimentServer, experimentServer } from '../../test/support/experiment-server.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { normal, seeded } from '../../test/support/seeded-random.ts';
import type { ExperimentResults } from '../contract/experiments.ts';
import { type InteractionRow, PLAIN_HANDLING } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { experimentJobs } from './jobs.ts';
import { recordExposures } from './record-exposures.ts';

let world: ExperimentServer;
beforeAll(async () => {
  world = await experimentServer();
});
afterAll(() => world.server.close());

const look = (): Promise<unknown> =>
  Promise.all(experimentJobs(world.deps).map((job) => job.work(new AbortController().signal, {})));
const results = async (id: string): Promise<ExperimentResults> =>
  (await world.call('GET', `/${id}/results`)).body;

/** Calls of `users` users an arm; `of` says what one is like. */
async function expose(
  id: string,
  users: number,
  of: (arm: string, user: number) => Partial<InteractionRow>,
): Promise<void> {
  const interactions = ['a', 'b'].flatMap((arm) =>
    Array.from({ length: users }, (_, user) =>
      interactionRow({
        projectId: world.server.a.id,
        ...of(arm, user),
        handling: {
          ...PLAIN_HANDLING,
          exposure: { experimentId: id, arm, unit: `${arm}-${user}` },
        },
      }),
    ),
  );
  await record(world.server.database, batchOf({ interactions }), [storeRecords, recordExposures]);
}

const alike = (): ((arm: string, user: number) => Partial<InteractionRow>) => {
  const random = seeded(3);
  return () => ({ latencyMs: 500 + 100 * normal(random) });
};

describe('experiments: results', () => {
  it('say how much is missing before there is enough', async () => {
    const id = await world.started();
    await expose(id, 60, alike());
    const { verdict, arms, guards } = await results(id);
    expect(verdict).toMatchObject({ kind: 'not_enough_data', n: 60, needed: 100 });
    expect(verdict.words).toBe('Not enough data (60 of 100 users in the smallest arm).');
    expect(arms[1]?.comparisons[0]).toMatchObject({
      low: null,
      pValue: null,
      state: 'not_enough_data',
    });
    expect(guards).toMatchObject([{ arm: 'b', state: 'not_enough_data' }]);
  });

  it('find no difference where there is none', async () => {
    const id = await world.started();
    await expose(id, 400, alike());
    const { verdict, arms, guards, sampleRatio } = await results(id);
    expect(verdict.kind).toBe('undecided');
    expect(arms.map(({ units, calls }) => [units, calls])).toEqual([
      [400, 400],
      [400, 400],
    ]);
    const [latency] = arms[1]?.comparisons ?? [];
    expect(latency?.low).toBeLessThan(0);
    expect(latency?.high).toBeGreaterThan(0);
    expect(guards).toMatchObject([{ state: 'ok', worseBy: 0.05 }]);
    expect(sampleRatio).toMatchObject({ state: 'ok' });
  });

  it('find a better arm, keep the look and tell it once', async () => {
    const id = await world.started({ arms: [{ name: 'a' }, { name: 'b' }] });
    const random = seeded(9);
    await expose(id, 300, (arm) => ({
      latencyMs: (arm === 'b' ? 420 : 500) + 100 * normal(random),
    }));
    await look();
    world.clock.pass(3_600_000);
    await look();
    const { verdict, arms, looks } = await results(id);
    expect(verdict).toMatchObject({ kind: 'better', arm: 'b', metric: 'latency' });
    expect(verdict.words).toMatch(/^b is better than a in latency: −\d+(\.\d+)? ms \(−/);
    const [latency] = arms[1]?.comparisons ?? [];
    expect(latency).toMatchObject({ role: 'primary', state: 'better', n: 300 });
    expect(latency?.high).toBeLessThan(0);
    expect(latency?.effectSize).toBeLessThan(-0.5);
    expect(latency?.relative).toBeCloseTo(-0.16, 1);
    expect(looks).toHaveLength(2);
    expect(looks[0]?.arms).toMatchObject([
      { arm: 'a', difference: null },
      { arm: 'b', units: 300, difference: { value: latency?.value } },
    ]);
    expect((await world.decisions(id)).map(({ kind }) => kind)).toEqual(['notice', 'start']);
  });

  it('see units that are not shared out as designed', async () => {
    const id = await world.started({ arms: [{ name: 'a', weight: 3 }, { name: 'b' }] });
    await expose(id, 150, alike());
    const { verdict, sampleRatio } = await results(id);
    expect(verdict.kind).toBe('sample_ratio_mismatch');
    expect(verdict.words).toContain('a has 150 of 300 units (50 % instead of 75 %)');
    expect(sampleRatio.pValue).toBeLessThan(0.001);
  });
});

describe('experiments: guards', () => {
  const failing = (): ((arm: string, user: number) => Partial<InteractionRow>) => (arm, user) => ({
    latencyMs: 500 + user,
    ...(arm === 'b' && user % 2 === 0
      ? { status: 'error' as const, errorType: 'upstream_error' as const }
      : {}),
  });

  it('end an experiment by themselves when they are violated', async () => {
    const id = await world.started({ stopPolicy: 'stop' });
    await expose(id, 200, failing());
    await look();
    expect((await world.call('GET', `/${id}`)).body).toMatchObject({
      status: 'stopped',
      serving: false,
    });
    const [stop, notice] = await world.decisions(id);
    expect(stop).toMatchObject({ kind: 'stop', actor: 'lqo' });
    expect(stop?.reason).toMatch(/guard on error_rate is violated by b/);
    expect(notice).toMatchObject({ kind: 'notice', actor: 'lqo' });
    expect(world.deeds).toContain(`lqo experiment.stop ${id}`);
    expect((await results(id)).verdict).toMatchObject({ kind: 'guard_violated', arm: 'b' });
  });

  it('give everybody control again', async () => {
    const id = await world.started({ stopPolicy: 'roll_back' });
    await expose(id, 200, failing());
    await look();
    await look();
    expect((await world.call('GET', `/${id}`)).body).toMatchObject({
      status: 'decided',
      decidedArm: 'a',
      serving: true,
    });
    expect((await world.decisions(id)).map(({ kind }) => kind)).toEqual([
      'roll_back',
      'notice',
      'start',
    ]);
  });

  it('only tell, where that is the policy, and tell it once', async () => {
    const id = await world.started();
    await expose(id, 200, failing());
    await look();
    await look();
    expect((await world.call('GET', `/${id}`)).body.status).toBe('running');
    expect((await world.decisions(id)).map(({ kind }) => kind)).toEqual(['notice', 'start']);
  });

  it('count in percent of control too', async () => {
    const id = await world.started({ guards: [{ metric: 'cost', worseBy: 20, unit: 'percent' }] });
    const random = seeded(4);
    await expose(id, 300, (arm) => ({
      costMicroUsd: Math.round((arm === 'b' ? 1500 : 1000) * (1 + 0.2 * normal(random))),
    }));
    const { guards } = await results(id);
    expect(guards).toMatchObject([{ metric: 'cost', state: 'violated', unit: 'percent' }]);
    expect(guards[0]?.harm.value).toBeCloseTo(50, -1);
    expect(guards[0]?.harm.low).toBeGreaterThan(20);
  });
});
