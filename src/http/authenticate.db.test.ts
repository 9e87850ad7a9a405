import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testClock } from '../../test/support/clock.ts';
import { makeApiKey } from '../access/key-format.ts';
import { SESSION_IDLE_MS, SESSION_MAX_MS } from '../access/sessions.ts';
import type { App } from '../core/http.ts';
import { assertSafeToListen } from './authenticate.ts';

const DAY_MS = 86_400_000;
const clock = testClock();
let server: TestApp;

function probeRoutes(app: App): void {
  for (const scope of ['read', 'admin', 'gateway', 'ingest', 'metrics'] as const) {
    app.route({
      method: ['GET', 'POST'],
      url: `/api/v1/probe/${scope}`,
      config: { scope },
      handler: async ({ auth }) => ({ ...auth, scopes: [...auth.scopes] }),
    });
  }
  app.get('/v1/probe', { config: { scope: 'gateway', dialect: 'openai' } }, async () => ({}));
  app.get('/v1/messages', { config: { scope: 'gateway', dialect: 'anthropic' } }, async () => ({}));
  app.get('/v1beta/probe', { config: { scope: 'gateway', dialect: 'gemini' } }, async () => ({}));
  app.get('/api/chat', { config: { scope: 'gateway', dialect: 'ollama' } }, async () => ({}));
  app.get('/open', { config: { public: true } }, async ({ auth }) => ({ kind: auth.kind }));
}

beforeAll(async () => {
  server = await testApp({ routes: probeRoutes, clock });
});
afterAll(() => server.close());

describe('given a good key', () => {
  it.each([
    ['authorization', (key: string) => `Bearer ${key}`],
    ['x-api-key', (key: string) => key],
    ['api-key', (key: string) => key],
    ['x-goog-api-key', (key: string) => key],
  ])('in %s, the caller is its project', async (name, write) => {
    const reply = await server.inject({
      url: '/api/v1/probe/read',
      key: null,
      headers: { [name]: write(server.b.key) },
    });
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({
      kind: 'key',
      projectId: server.b.id,
      projectSlug: 'other',
    });
    expect(reply.json().actor).toBe(`key:${server.b.key.slice(0, 10)}`);
  });

  it('its own project may be named, another one does not exist for it', async () => {
    expect((await server.inject({ url: '/api/v1/probe/read?project=default' })).statusCode).toBe(
      200,
    );
    for (const request of [
      { url: '/api/v1/probe/read?project=other' },
      { url: '/api/v1/probe/read?project=missing' },
      { url: '/api/v1/probe/gateway', headers: { 'x-lqo-project': 'other' } },
    ]) {
      expect((await server.inject(request)).statusCode).toBe(404);
    }
  });

  it('a query string of the gateway belongs to the provider', async () => {
    expect((await server.inject({ url: '/api/v1/probe/gateway?project=other' })).statusCode).toBe(
      200,
    );
  });

  it('is used: the time is written in one go, later', async () => {
    const key = await server.key(server.a.id, ['read']);
    const used = () =>
      server.database.query<{ last_used_at: Date | null }>(
        'select last_used_at from api_keys where prefix = $1',
        [key.slice(0, 10)],
      );
    await server.inject({ url: '/api/v1/probe/read', key });
    expect((await used())[0]?.last_used_at).toBeNull();
    await server.deps.access.flushUsed();
    expect((await used())[0]?.last_used_at?.getTime()).toBe(clock.now());
  });
});

describe('given no good key', () => {
  const refused = async (headers: Record<string, string>, url = '/api/v1/probe/read') => {
    const reply = await server.inject({ url, key: null, headers });
    expect(reply.statusCode).toBe(401);
    expect(reply.headers['www-authenticate']).toContain('Bearer');
    return reply.json().error;
  };

  it('says how to send one', async () => {
    const error = await refused({});
    expect(error.code).toBe('unauthorized');
    expect(error.message).toContain('Authorization: Bearer lqo_');
    expect(error.requestId).toBeTruthy();
  });

  it('says what is wrong with the one that came', async () => {
    expect((await refused({ 'x-api-key': makeApiKey() })).message).toContain(
      'unknown or was revoked',
    );
    expect((await refused({ 'x-api-key': server.a.key.slice(0, -1) })).message).toContain(
      'checksum',
    );
    expect((await refused({ authorization: 'Bearer sk-123' })).message).toContain('unknown');
    expect((await refused({ authorization: `Bearer ${'x'.repeat(5000)}` })).message).toContain(
      'unknown',
    );
    expect((await refused({ authorization: 'Basic YTpi' })).message).toContain('No credentials');
  });

  it('does not take a key from the URL', async () => {
    await refused({}, `/api/v1/probe/read?key=${server.a.key}&api_key=${server.a.key}`);
  });

  it('does not fall back to a session when a wrong key was sent', async () => {
    const user = await server.signIn();
    const reply = await server.browse(user, {
      url: '/api/v1/probe/read',
      headers: { 'x-api-key': makeApiKey() },
    });
    expect(reply.statusCode).toBe(401);
  });

  it('speaks the dialect of the route', async () => {
    const error = await refused({}, '/v1/probe');
    expect(error).toEqual({
      message: expect.stringContaining('API key'),
      type: 'authentication_error',
      code: 'unauthorized',
      param: null,
    });
  });

  it.each([
    ['/v1/messages', { type: 'error', error: { type: 'authentication_error' } }],
    ['/v1beta/probe', { error: { code: 401, status: 'UNAUTHENTICATED' } }],
    ['/api/chat', { error: expect.stringContaining('API key'), code: 'unauthorized' }],
  ])('speaks the words of the clients of %s', async (url, body) => {
    const reply = await server.inject({ url, key: null });
    expect(reply.statusCode).toBe(401);
    expect(reply.headers['content-type']).toContain('application/json');
    expect(reply.json()).toMatchObject(body);
  });

  it('refuses an expired key from its last millisecond on', async () => {
    const key = await server.key(server.a.id, ['read'], new Date(clock.now() + 1000));
    const status = async () => (await server.inject({ url: '/api/v1/probe/read', key })).statusCode;
    expect(await status()).toBe(200);
    clock.pass(999);
    expect(await status()).toBe(200);
    clock.pass(1);
    expect(await status()).toBe(401);
  });

  it('knows nobody on public routes, and lets everybody in', async () => {
    expect((await server.inject({ url: '/open', key: null })).json()).toEqual({
      kind: 'anonymous',
    });
    expect((await server.inject({ url: '/open', key: 'nonsense' })).statusCode).toBe(200);
  });
});

describe('given a key without the scope', () => {
  it('is refused everywhere but where its scopes reach', async () => {
    for (const own of ['read', 'admin', 'gateway', 'ingest', 'metrics'] as const) {
      const key = await server.key(server.a.id, [own]);
      for (const needed of ['read', 'admin', 'gateway', 'ingest', 'metrics'] as const) {
        const reply = await server.inject({ url: `/api/v1/probe/${needed}`, key });
        expect([own, needed, reply.statusCode]).toEqual([own, needed, own === needed ? 200 : 403]);
        if (own !== needed) expect(reply.json().error.message).toContain(`"${needed}"`);
      }
    }
  });
});

describe('given a browser session', () => {
  it('looks at the default project, or the one it names', async () => {
    const user = await server.signIn('viewer');
    const project = async (request: { url: string; headers?: Record<string, string> }) =>
      (await server.browse(user, request)).json().projectSlug;
    expect(await project({ url: '/api/v1/probe/read' })).toBe('default');
    expect(await project({ url: '/api/v1/probe/read?project=other' })).toBe('other');
    expect(
      await project({ url: '/api/v1/probe/read', headers: { 'x-lqo-project': 'other' } }),
    ).toBe('other');
    const missing = await server.browse(user, { url: '/api/v1/probe/read?project=missing' });
    expect([missing.statusCode, missing.json().error.code]).toEqual([404, 'not_found']);
  });

  it('may do what the role may', async () => {
    const allowed = { admin: 5, developer: 4, viewer: 1 } as const;
    for (const role of ['admin', 'developer', 'viewer'] as const) {
      const user = await server.signIn(role);
      let passed = 0;
      for (const scope of ['read', 'admin', 'gateway', 'ingest', 'metrics']) {
        const reply = await server.browse(user, { url: `/api/v1/probe/${scope}` });
        expect([200, 403]).toContain(reply.statusCode);
        if (reply.statusCode === 200) passed += 1;
      }
      expect([role, passed]).toEqual([role, allowed[role]]);
    }
  });

  it('needs its own CSRF token for changes, and none for looking', async () => {
    const user = await server.signIn();
    const other = await server.signIn();
    const post = async (token: string | null) => {
      const reply = await server.browse(
        { ...user, csrfToken: token ?? '' },
        { method: 'POST', url: '/api/v1/probe/read' },
      );
      return reply.statusCode === 403 ? reply.json().error.code : reply.statusCode;
    };
    expect(await post(user.csrfToken)).toBe(200);
    for (const token of ['', 'wrong', other.csrfToken, user.csrfToken.slice(0, -1)]) {
      expect(await post(token)).toBe('csrf_failed');
    }
    const look = await server.browse({ ...user, csrfToken: '' }, { url: '/api/v1/probe/read' });
    expect(look.statusCode).toBe(200);
  });

  it('ends when nobody uses it, and in any case one day', async () => {
    const idle = await server.signIn();
    const busy = await server.signIn();
    const status = async (user: typeof idle) =>
      (await server.browse(user, { url: '/api/v1/probe/read' })).statusCode;
    const days = SESSION_MAX_MS / DAY_MS;
    for (let day = 1; day < days; day++) {
      clock.pass(DAY_MS);
      expect([day, await status(busy)]).toEqual([day, 200]);
    }
    expect(days * DAY_MS).toBeGreaterThan(SESSION_IDLE_MS);
    expect(await status(idle)).toBe(401);
    clock.pass(DAY_MS);
    expect(await status(busy)).toBe(401);
  });

  it('ends when its user is disabled', async () => {
    const user = await server.signIn();
    await server.database.query('update users set disabled_at = now() where id = $1', [
      user.userId,
    ]);
    expect((await server.browse(user, { url: '/api/v1/probe/read' })).statusCode).toBe(401);
  });

  it('is not opened by a forged cookie', async () => {
    const user = await server.signIn();
    for (const cookie of ['', 'x', `${user.cookie}x`, user.csrfToken]) {
      const reply = await server.browse({ ...user, cookie }, { url: '/api/v1/probe/read' });
      expect(reply.statusCode).toBe(401);
    }
  });
});

describe('given a scrape of metrics', () => {
  const scrape = (options: { from?: string; headers?: Record<string, string>; url?: string }) =>
    server.inject({
      url: options.url ?? '/api/v1/probe/metrics',
      key: null,
      remoteAddress: options.from ?? '127.0.0.1',
      ...(options.headers ? { headers: options.headers } : {}),
    });

  it('needs no key from loopback', async () => {
    for (const from of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect([from, (await scrape({ from })).statusCode]).toEqual([from, 200]);
    }
  });

  it('needs one from elsewhere, through a proxy, and for anything else', async () => {
    expect((await scrape({ from: '10.0.0.7' })).statusCode).toBe(401);
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-proto']) {
      expect([name, (await scrape({ headers: { [name]: '127.0.0.1' } })).statusCode]).toEqual([
        name,
        401,
      ]);
    }
    expect((await scrape({ url: '/api/v1/probe/read' })).statusCode).toBe(401);
  });
});

describe('given AUTH_MODE=off', () => {
  it('lets everybody do everything, and keys still choose their project', async () => {
    const off = await testApp({
      database: server.database,
      routes: probeRoutes,
      environment: { AUTH_MODE: 'off' },
    });
    const kinds = async (key: string | null, url: string) => {
      const reply = await off.inject({ url, key });
      return [reply.statusCode, reply.json().kind, reply.json().projectSlug];
    };
    expect(await kinds(null, '/api/v1/probe/admin')).toEqual([200, 'off', 'default']);
    expect(await kinds('sk-anything', '/api/v1/probe/gateway')).toEqual([200, 'off', 'default']);
    expect(await kinds(null, '/api/v1/probe/admin?project=other')).toEqual([200, 'off', 'other']);
    expect(await kinds(off.b.key, '/api/v1/probe/read')).toEqual([200, 'key', 'other']);
    const foreign = await off.inject({
      method: 'POST',
      url: '/api/v1/probe/admin',
      key: null,
      headers: { origin: 'http://evil.example' },
    });
    expect(foreign.statusCode).toBe(403);
    await off.app.close();
  });

  it('is refused outside loopback, as is listening there without an administrator', () => {
    const safe = { hasAdministrator: true };
    expect(() => assertSafeToListen({ HOST: '0.0.0.0', AUTH_MODE: 'off' }, safe)).toThrow(
      'AUTH_MODE',
    );
    expect(() =>
      assertSafeToListen({ HOST: '::', AUTH_MODE: 'required' }, { hasAdministrator: false }),
    ).toThrow('LQO_ADMIN_EMAIL');
    expect(() =>
      assertSafeToListen({ HOST: '0.0.0.0', AUTH_MODE: 'required' }, safe),
    ).not.toThrow();
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) {
      expect(() =>
        assertSafeToListen({ HOST, AUTH_MODE: 'off' }, { hasAdministrator: false }),
      ).not.toThrow();
    }
  });
});
