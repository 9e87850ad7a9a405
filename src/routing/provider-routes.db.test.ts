import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, type RoutingApp, routingApp } from '../../test/support/routing-app.ts';

const SECRET = 'sk-very-secret-credential-1234';
let app: RoutingApp;
let server: RoutingApp['server'];
let call: Call;
let callAs: RoutingApp['callAs'];
let made: RoutingApp['made'];
let routing: RoutingApp['routing'];
let deeds: RoutingApp['deeds'];
let probed: RoutingApp['probed'];
beforeAll(async () => {
  app = await routingApp();
  ({ server, call, callAs, made, routing, deeds, probed } = app);
});
afterAll(() => app.close());

describe('providers: happy', () => {
  it('are added from a preset, changed, tested and removed, and the credential is never told', async () => {
    const added = await call('POST', '/providers', { kind: 'anthropic', credential: SECRET });
    expect([added.status, added.body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: 'anthropic',
        title: 'Anthropic',
        kind: 'anthropic',
        dialect: 'anthropic',
        baseUrl: 'https://api.anthropic.com',
        authStyle: 'x-api-key',
        hasCredential: true,
        credentialHint: '1234',
        apiVersion: null,
        allowLinkLocal: false,
        isDefault: false,
        enabled: true,
        source: 'stored',
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    const { id } = added.body;
    const known = routing.directory.of(server.a.id).byId.get(id);
    expect(known?.upstream.credentialHeaders).toEqual({ 'x-api-key': SECRET });
    const changed = await call('PATCH', `/providers/${id}`, { title: 'Ours', enabled: false });
    expect(changed.body).toMatchObject({ title: 'Ours', enabled: false, hasCredential: true });
    expect((await call('POST', `/providers/${id}/test`)).body).toMatchObject({ ok: true });
    expect(probed.at(-1)?.credentialHeaders).toEqual({ 'x-api-key': SECRET });
    const listed = await call('GET', '/providers');
    expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([
      'env-openai',
      'demo',
      id,
    ]);
    const one = await call('GET', `/providers/${id}`);
    expect(one.body).toEqual(changed.body);
    expect((await call('DELETE', `/providers/${id}`)).status).toBe(204);
    expect(routing.directory.of(server.a.id).byId.has(id)).toBe(false);
    const told = [added, changed, listed, one].map(({ text }) => text).join();
    expect(told + JSON.stringify(deeds)).not.toContain(SECRET);
    expect(told).not.toContain('sk-env-key-value');
    expect(deeds.slice(-3).map(({ action }) => action)).toEqual([
      'provider.created',
      'provider.changed',
      'provider.deleted',
    ]);
  });

  it('are encrypted at rest', async () => {
    const { id } = await made('/providers', { kind: 'groq', credential: SECRET });
    const [row] = await server.database.query<{ credential: Uint8Array }>(
      'select credential from providers where id = $1',
      [id],
    );
    expect(Buffer.from(row?.credential ?? []).includes(SECRET)).toBe(false);
    const text = await server.database.query('select * from providers');
    expect(JSON.stringify(text)).not.toContain(SECRET);
  });

  it('have one default for each dialect', async () => {
    const first = await made('/providers', { kind: 'vllm', isDefault: true });
    const second = await made('/providers', { kind: 'lm-studio', isDefault: true });
    expect((await call('GET', `/providers/${first.id}`)).body.isDefault).toBe(false);
    await call('PATCH', `/providers/${first.id}`, { isDefault: true });
    expect((await call('GET', `/providers/${second.id}`)).body.isDefault).toBe(false);
    await call('PATCH', `/providers/${first.id}`, { isDefault: false });
  });

  it('are offered by presets', async () => {
    const { body } = await call('GET', '/providers/presets');
    expect(body.items.length).toBeGreaterThanOrEqual(14);
    for (const preset of body.items) {
      const kind = { kind: preset.kind, name: `preset-${preset.kind}` };
      const baseUrl = preset.baseUrl === null ? { baseUrl: preset.baseUrlExample } : {};
      expect(await made('/providers', { ...kind, ...baseUrl })).toMatchObject({
        dialect: preset.dialect,
        authStyle: preset.authStyle,
        apiVersion: preset.apiVersion,
      });
    }
  });

  it('are listed page by page', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `/providers?limit=5${cursor}`);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    const all = await call('GET', '/providers?limit=200');
    expect(seen).toEqual(all.body.items.map((item: { id: string }) => item.id));
  });
});

describe('providers: error', () => {
  it.each([
    [{ kind: 'azure' }, 400],
    [{ kind: 'unheard-of' }, 400],
    [{ kind: 'openai', name: 'Upper Case' }, 400],
    [{ kind: 'openai', surplus: true }, 400],
    [{ kind: 'openai', credential: 'with space' }, 400],
    [{ kind: 'openai', name: 'x', baseUrl: 'ftp://example.com' }, 400],
    [{ kind: 'openai', name: 'demo' }, 409],
  ])('%j is refused with %i', async (payload, status) => {
    expect((await call('POST', '/providers', payload)).status).toBe(status);
  });

  it('a name is given once in a project', async () => {
    await made('/providers', { kind: 'openai', name: 'twice' });
    expect((await call('POST', '/providers', { kind: 'openai', name: 'twice' })).status).toBe(409);
  });

  it('those of the environment cannot be changed here', async () => {
    expect((await call('PATCH', '/providers/env-openai', { enabled: false })).status).toBe(409);
    expect((await call('DELETE', '/providers/demo')).status).toBe(409);
    expect((await call('GET', '/providers/env-openai')).body.source).toBe('environment');
  });

  it('cannot be removed while a route leads there', async () => {
    const { id } = await made('/providers', { kind: 'openai', name: 'routed' });
    await made('/models', { providerId: id, name: 'm' });
    const route = await made('/routes', { name: 'leads-there', targets: [{ providerId: id }] });
    const refused = await call('DELETE', `/providers/${id}`);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('leads-there')]);
    await call('DELETE', `/routes/${route.id}`);
    expect((await call('DELETE', `/providers/${id}`)).status).toBe(204);
    expect((await call('GET', `/models?providerId=${id}`)).body.items).toEqual([]);
  });
});

describe('providers: security', () => {
  it.each([
    'http://169.254.169.254/v1',
    'http://2852039166/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://metadata.google.internal',
  ])('%s is refused, unless it is meant', async (baseUrl) => {
    const payload = { kind: 'openai-compatible', name: 'meta', baseUrl };
    const refused = await call('POST', '/providers', payload);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden_address']);
    const { id } = await made('/providers', { ...payload, allowLinkLocal: true });
    const closed = await call('PATCH', `/providers/${id}`, { allowLinkLocal: false });
    expect(closed.status).toBe(403);
    await call('DELETE', `/providers/${id}`);
  });

  it('a credential does not follow the URL to another server', async () => {
    const { id } = await made('/providers', { kind: 'openai', name: 'moving', credential: SECRET });
    const moved = { baseUrl: 'https://elsewhere.example.com/v1' };
    expect((await call('PATCH', `/providers/${id}`, moved)).status).toBe(400);
    expect(
      (await call('PATCH', `/providers/${id}`, { baseUrl: 'https://api.openai.com/v2' })).status,
    ).toBe(200);
    const removed = await call('PATCH', `/providers/${id}`, { ...moved, credential: null });
    expect(removed.body).toMatchObject({ ...moved, hasCredential: false, credentialHint: null });
  });

  it('one project sees and changes nothing of another', async () => {
    const provider = await made('/providers', { kind: 'openai', name: 'private' });
    const model = await made('/models', { providerId: provider.id, name: 'm' });
    const route = await made('/routes', {
      name: 'private',
      targets: [{ providerId: provider.id }],
    });
    const paths = [`/providers/${provider.id}`, `/models/${model.id}`, `/routes/${route.id}`];
    for (const path of paths) {
      for (const [method, payload] of [
        ['PATCH', {}],
        ['DELETE', undefined],
      ] as const) {
        expect((await callAs(server.b.key)(method, path, payload)).status).toBe(404);
      }
    }
    const foreign = { name: 'mine', targets: [{ providerId: provider.id }] };
    expect((await callAs(server.b.key)('POST', '/routes', foreign)).status).toBe(400);
    const asked = await callAs(server.b.key)('POST', `/providers/${provider.id}/test`);
    expect(asked.status).toBe(404);
    for (const path of ['/providers', '/models', '/routes', '/routes/health']) {
      expect((await callAs(server.b.key)('GET', path)).text).not.toContain('private');
    }
  });

  it('only administrators change and test', async () => {
    const key = await server.key(server.a.id, ['read', 'gateway', 'ingest']);
    for (const path of [
      '/providers',
      '/models',
      '/routes',
      '/routes/import',
      '/providers/demo/test',
    ]) {
      expect((await callAs(key)('POST', path, {})).status).toBe(403);
    }
    expect((await callAs(key)('GET', '/providers')).status).toBe(200);
  });
});
