import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExperimentServer, experimentServer } from '../../test/support/experiment-server.ts';
import { ArmDirectory, keepArmsFresh, readArmSnapshot } from './arm-directory.ts';

let world: ExperimentServer;
beforeAll(async () => {
  world = await experimentServer();
});
afterAll(() => world.server.close());

describe('experiments: happy', () => {
  it('are drafted with everything filled in, changed, copied, listed and removed', async () => {
    const created = await world.call('POST', '', world.design());
    expect(created).toMatchObject({
      status: 201,
      body: {
        status: 'draft',
        unit: 'user',
        direction: 'lower',
        alpha: 0.05,
        minimumUnits: 100,
        plannedUnits: 1000,
        stopPolicy: 'notify',
        guards: [{ metric: 'error_rate', worseBy: 0.05, unit: 'absolute', direction: 'lower' }],
        decidedArm: null,
        serving: false,
        startedAt: null,
      },
    });
    const { id } = created.body;
    const changed = await world.call('PATCH', `/${id}`, {
      name: 'New',
      primaryMetric: 'score:overall',
      alpha: 0.01,
    });
    expect(changed.body).toMatchObject({ name: 'New', direction: 'higher', alpha: 0.01 });
    const copied = await world.call('POST', `/${id}/copy`);
    expect(copied.body).toMatchObject({ name: 'New', status: 'draft', alpha: 0.01 });
    expect(copied.body.id).not.toBe(id);
    const page = (await world.call('GET', '?limit=1&status=draft')).body;
    expect(page.items[0].id).toBe(copied.body.id);
    const next = (await world.call('GET', `?limit=1&status=draft&cursor=${page.nextCursor}`)).body;
    expect(next.items[0].id).toBe(id);
    expect((await world.call('DELETE', `/${id}`)).status).toBe(204);
    expect((await world.call('GET', `/${id}`)).status).toBe(404);
  });

  it('live: start, pause, resume, stop, each on record', async () => {
    const id = await world.draft();
    for (const [step, status] of [
      ['start', 'running'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['stop', 'stopped'],
    ]) {
      world.clock.pass(1000);
      expect(
        (await world.call('POST', `/${id}/${step}`, { note: `why ${step}` })).body.status,
      ).toBe(status);
    }
    expect((await world.decisions(id)).map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
      'stop: why stop',
      'resume: why resume',
      'pause: why pause',
      'start: why start',
    ]);
    expect(world.deeds).toContain(`key experiment.stop ${id}`);
    expect((await world.call('PATCH', `/${id}`, { name: 'renamed' })).body.name).toBe('renamed');
  });

  it('reach the gateway within a refresh, and leave it again', async () => {
    const directory = new ArmDirectory();
    const fresh = keepArmsFresh({
      directory,
      database: world.server.database,
      log: world.server.deps.log,
    });
    const id = await world.draft();
    const on = async () => {
      await fresh.refresh();
      const { target } = (await world.call('GET', `/${id}`)).body;
      return directory.experimentOn(world.server.a.id, 'model', target.name);
    };
    expect(await on()).toBeNull();
    await world.call('POST', `/${id}/start`, {});
    expect(await on()).toMatchObject({ id, servedArm: null, unit: 'user' });
    await world.call('POST', `/${id}/decide`, { arm: 'b', serve: true });
    expect(await on()).toMatchObject({ id, servedArm: 'b' });
    await world.call('POST', `/${id}/stop`, {});
    expect(await on()).toBeNull();
    expect((await world.call('GET', `/${id}`)).body).toMatchObject({
      status: 'decided',
      decidedArm: 'b',
    });
    const snapshot = await readArmSnapshot(world.server.database);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    await fresh.close();
  });

  it('plan their size', async () => {
    expect((await world.call('GET', '/plan?difference=0.25&standardDeviation=1')).body).toEqual({
      fixedUnitsPerArm: 252,
      sequentialUnitsPerArm: expect.any(Number),
    });
  });
});

describe('experiments: error', () => {
  it('refuses designs that cannot work', async () => {
    const shadow = { name: 's', shadow: true };
    const refused: object[] = [
      { arms: [{ name: 'a' }] },
      { arms: [{ name: 'a' }, { name: 'a' }] },
      { control: 'z' },
      { control: 's', arms: [{ name: 'a' }, { ...shadow, budgetMicroUsd: 5 }] },
      { arms: [{ name: 'a' }, shadow] },
      { arms: [{ name: 'a' }, { name: 'b', weight: 0 }] },
      { primaryMetric: 'happiness' },
      { target: { kind: 'prompt', name: 'support' } },
      { arms: [{ name: 'a' }, { name: 'b', prompt: 'nobody@1' }] },
      { arms: [{ name: 'a' }, { name: 'b', prompt: 'support@production' }] },
      { alpha: 0.9 },
      { surprise: 1 },
    ];
    for (const more of refused)
      expect((await world.call('POST', '', world.design(more))).status).toBe(400);
  });

  it('keeps the design once it has started', async () => {
    const id = await world.started();
    expect((await world.call('PATCH', `/${id}`, { alpha: 0.1 })).status).toBe(409);
    expect((await world.call('DELETE', `/${id}`)).status).toBe(409);
    expect((await world.call('POST', `/${id}/start`, {})).status).toBe(409);
    expect((await world.call('POST', `/${id}/resume`, {})).status).toBe(409);
    expect((await world.call('POST', `/${id}/decide`, { arm: 'z' })).status).toBe(400);
  });

  it('runs one experiment on a target at a time', async () => {
    const target = { kind: 'model', name: 'contested' };
    const first = await world.started({ target });
    const second = await world.draft({ target });
    expect((await world.call('POST', `/${second}/start`, {})).status).toBe(409);
    await world.call('POST', `/${first}/decide`, { arm: 'b', serve: true });
    expect((await world.call('POST', `/${second}/start`, {})).status).toBe(409);
    await world.call('POST', `/${first}/stop`, {});
    expect((await world.call('POST', `/${second}/start`, {})).status).toBe(200);
  });

  it('never changes a decision', async () => {
    await world.started();
    const change = world.server.database.query(`update experiment_decisions set reason = 'other'`);
    await expect(change).rejects.toThrow(/never changed/);
  });

  it('keeps prompts that an experiment needs', async () => {
    await world.call('POST', '/api/v1/prompts', { name: 'greeting', text: 'Hi' });
    const arms = [{ name: 'a' }, { name: 'b', prompt: 'greeting@1' }];
    const id = await world.draft({ arms });
    expect((await world.call('DELETE', '/api/v1/prompts/greeting')).status).toBe(409);
    await world.call('DELETE', `/${id}`);
    expect((await world.call('DELETE', '/api/v1/prompts/greeting')).status).toBe(204);
  });

  it('finds nothing where there is nothing', async () => {
    for (const path of ['', '/results', '/decisions']) {
      expect((await world.call('GET', `/${randomUUID()}${path}`)).status).toBe(404);
    }
    expect((await world.call('POST', `/${randomUUID()}/start`, {})).status).toBe(404);
    expect((await world.call('GET', '/not-an-id')).status).toBe(400);
  });
});

describe('experiments: security', () => {
  it('keeps projects apart', async () => {
    const id = await world.started();
    const { key } = world.server.b;
    expect((await world.call('GET', '', undefined, key)).body.items).toEqual([]);
    for (const path of ['', '/results', '/decisions']) {
      expect((await world.call('GET', `/${id}${path}`, undefined, key)).status).toBe(404);
    }
    for (const step of ['pause', 'stop', 'copy']) {
      expect(
        (await world.call('POST', `/${id}/${step}`, step === 'copy' ? undefined : {}, key)).status,
      ).toBe(404);
    }
    expect((await world.call('PATCH', `/${id}`, { name: 'x' }, key)).status).toBe(404);
    expect((await world.call('POST', `/${id}/decide`, { arm: 'a' }, key)).status).toBe(404);
  });

  it('lets only administrators change them', async () => {
    const id = await world.started();
    const reader = await world.server.key(world.server.a.id, ['read', 'gateway', 'ingest']);
    expect((await world.call('GET', `/${id}/results`, undefined, reader)).status).toBe(200);
    expect((await world.call('POST', '', world.design(), reader)).status).toBe(403);
    expect((await world.call('POST', `/${id}/stop`, {}, reader)).status).toBe(403);
    expect((await world.call('POST', `/${id}/decide`, { arm: 'a' }, reader)).status).toBe(403);
  });
});
