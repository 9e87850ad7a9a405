import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { question } from '../../test/support/routing.ts';
import { type Call, type RoutingApp, routingApp } from '../../test/support/routing-app.ts';
import { ConfigError } from '../core/config.ts';
import { openRouting, type Routing } from './routing.ts';

const SECRET = 'sk-very-secret-credential-1234';
let app: RoutingApp;
let server: RoutingApp['server'];
let call: Call;
let made: RoutingApp['made'];
let routing: RoutingApp['routing'];
let dataDir: string;
beforeAll(async () => {
  app = await routingApp();
  ({ server, call, made, routing, dataDir } = app);
});
afterAll(() => app.close());

describe('models and routes', () => {
  it('switch at run time where calls go', async () => {
    const { id } = await made('/providers', { kind: 'openai', name: 'switching' });
    const model = await made('/models', { providerId: id, name: 'up', alias: 'our-model' });
    expect(model).toMatchObject({ providerName: 'switching', alias: 'our-model', title: 'up' });
    const wayOf = (name: string) => {
      const plan = routing.router.plan(question(name, { projectId: server.a.id }));
      return plan.candidates.map(({ provider, model: m }) => `${provider.name} ${m}`);
    };
    expect(wayOf('our-model')).toEqual(['switching up']);
    await call('PATCH', `/models/${model.id}`, { enabled: false });
    expect(() => wayOf('our-model')).toThrow(/switched off/);
    const route = await made('/routes', {
      name: 'our-model',
      targets: [
        { providerId: id, model: 'other' },
        { providerId: 'demo', model: 'demo/good', priority: 1 },
      ],
    });
    expect(wayOf('our-model')).toEqual(['switching other', 'demo demo/good']);
    expect(route).toMatchObject({ title: 'our-model', sticky: 'none', retries: { max: 2 } });
    const changed = await call('PATCH', `/routes/${route.id}`, {
      sticky: 'user',
      retries: { max: 0 },
    });
    expect(changed.body).toMatchObject({ sticky: 'user', retries: { max: 0, backoffMs: 250 } });
    expect((await call('GET', `/routes/${route.id}`)).body).toEqual(changed.body);
    expect((await call('GET', '/routes/health')).body).toMatchObject({
      process: 'test',
      items: expect.arrayContaining([
        expect.objectContaining({
          route: 'our-model',
          targets: [expect.anything(), expect.anything()],
        }),
      ]),
    });
    await call('DELETE', `/models/${model.id}`);
    await call('DELETE', `/routes/${route.id}`);
    expect(wayOf('our-model')).toEqual(['openai our-model']);
  });

  it.each([
    [{ name: 'r', targets: [] }, 400],
    [{ name: 'r', targets: [{ providerId: 'nobody' }] }, 400],
    [{ name: 'r', targets: [{ providerId: 'demo' }, { providerId: 'demo' }] }, 400],
    [{ name: 'demo/good', targets: [{ providerId: 'demo' }] }, 400],
    [{ name: 'with space', targets: [{ providerId: 'demo' }] }, 400],
    [{ name: 'r', targets: [{ providerId: 'demo', weight: -1 }] }, 400],
    [{ name: 'r', targets: [{ providerId: 'demo' }], retries: { on: ['invalid_request'] } }, 400],
  ])('the route %j is refused with %i', async (payload, status) => {
    expect((await call('POST', '/routes', payload)).status).toBe(status);
  });

  it('names are given once', async () => {
    const route = { name: 'once', targets: [{ providerId: 'demo', model: 'demo/good' }] };
    await made('/routes', route);
    expect((await call('POST', '/routes', route)).status).toBe(409);
    const model = { providerId: 'demo', name: 'demo/slow' };
    await made('/models', model);
    expect((await call('POST', '/models', model)).status).toBe(409);
    expect((await call('POST', '/models', { providerId: 'nobody', name: 'm' })).status).toBe(400);
  });
});

describe('a second process', () => {
  const open = (config: { LQO_SECRET_KEY?: string; DATA_DIR?: string } = {}): Promise<Routing> =>
    openRouting({
      ...server.deps,
      config: { ...server.deps.config, DATA_DIR: dataDir, ...config },
      refreshMs: 20,
    });

  it('notices changes by itself, with credentials', async () => {
    const other = await open();
    const { id } = await made('/providers', {
      kind: 'openai',
      name: 'noticed',
      credential: SECRET,
    });
    await expect
      .poll(() => other.directory.of(server.a.id).byName.get('noticed')?.upstream.credentialHeaders)
      .toEqual({ authorization: `Bearer ${SECRET}` });
    await call('DELETE', `/providers/${id}`);
    await expect.poll(() => other.directory.of(server.a.id).byName.has('noticed')).toBe(false);
    await other.close();
  });

  it('hands on snapshots that survive JSON', async () => {
    const other = await open();
    const snapshots: unknown[] = [];
    other.directory.onReplace(() => snapshots.push(other.directory.snapshot));
    await made('/routes', {
      name: 'handed-on',
      targets: [{ providerId: 'demo', model: 'demo/good' }],
    });
    await expect.poll(() => snapshots.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(snapshots.at(-1)))).toEqual(snapshots.at(-1));
    await other.close();
  });

  it('does not start with another secret key', async () => {
    await made('/providers', { kind: 'openai', name: 'sealed', credential: SECRET });
    await expect(open({ LQO_SECRET_KEY: '00'.repeat(32) })).rejects.toThrow(ConfigError);
    const elsewhere = mkdtempSync(join(tmpdir(), 'lqo-routing-'));
    await expect(open({ DATA_DIR: elsewhere })).rejects.toThrow(/secret.key is missing/);
    rmSync(elsewhere, { recursive: true, force: true });
  });
});
