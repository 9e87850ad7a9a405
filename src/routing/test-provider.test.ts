import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderTest } from '../contract/routing.ts';
import { systemClock } from '../core/clock.ts';
import { type ProbedProvider, testProvider } from './test-provider.ts';

const SECRET = 'sk-very-secret-credential-1234';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  // A listening TCP server has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

const ask = (given: Partial<ProbedProvider>): Promise<ProviderTest> =>
  testProvider(
    {
      kind: 'openai-compatible',
      dialect: 'openai',
      baseUrl: 'http://127.0.0.1:1/v1',
      credentialHeaders: { authorization: `Bearer ${SECRET}` },
      apiVersion: null,
      allowLinkLocal: false,
      ...given,
    },
    systemClock,
  );

const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, reply) => {
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('the test of a provider: happy', () => {
  it.each([
    ['openai', 'openai', '/v1', '/v1/models', { data: [{ id: 'b' }, { id: 'a' }] }],
    ['azure', 'openai', '', '/openai/models?api-version=v', { data: [{ id: 'a' }, { id: 'b' }] }],
    ['azure', 'openai', '/openai/v1/', '/openai/v1/models', { data: [{ id: 'a' }, { id: 'b' }] }],
    [
      'anthropic',
      'anthropic',
      '/v1',
      '/v1/models?limit=1000',
      { data: [{ id: 'a' }, { id: 'b' }] },
    ],
    ['anthropic', 'anthropic', '', '/v1/models?limit=1000', { data: [{ id: 'a' }, { id: 'b' }] }],
    [
      'google',
      'gemini',
      '',
      '/v1beta/models?pageSize=1000',
      { models: [{ name: 'models/a' }, { name: 'b' }] },
    ],
    ['ollama', 'ollama', '', '/api/tags', { models: [{ name: 'a' }, { name: 'b' }] }],
    ['together', 'openai', '/v1', '/v1/models', [{ id: 'a' }, { id: 'b' }]],
  ] as const)('asks %s where it lists its models', async (...row) => {
    const [kind, dialect, base, path, body] = row;
    const asked: unknown[] = [];
    const url = await serve((request, reply) => {
      asked.push(request.url, request.headers.authorization);
      json(body)(request, reply);
    });
    const found = await ask({ kind, dialect, baseUrl: `${url}${base}`, apiVersion: 'v' });
    expect(asked).toEqual([path, `Bearer ${SECRET}`]);
    expect(found).toEqual({
      ok: true,
      message: 'The provider answers. It names 2 models.',
      httpStatus: 200,
      latencyMs: expect.any(Number),
      models: ['a', 'b'],
    });
  });

  it('asks a model for one token where there is no list', async () => {
    const asked: string[] = [];
    const url = await serve((request, reply) => {
      asked.push(`${request.method} ${request.url}`);
      json({}, request.method === 'POST' ? 200 : 404)(request, reply);
    });
    expect(await ask({ baseUrl: url, model: 'only-one' })).toMatchObject({
      ok: true,
      message: expect.stringContaining('only-one was asked for one token'),
      httpStatus: 200,
      models: null,
    });
    expect(asked).toEqual(['GET /models', 'POST /chat/completions']);
  });

  it('knows the built-in provider without asking', async () => {
    expect(await ask({ kind: 'demo' })).toMatchObject({ ok: true, httpStatus: null });
  });
});

describe('the test of a provider: error', () => {
  it.each([
    [401, /refused the credential/],
    [403, /refused the credential/],
    [404, /no list of models.*missing \/v1/],
    [429, /limits the rate/],
    [400, /refused the question/],
    [500, /problem of its own/],
  ])('tells HTTP %i in plain words and repeats nothing of the answer', async (status, words) => {
    const url = await serve(json({ error: `wrong key ${SECRET}` }, status));
    const found = await ask({ baseUrl: url });
    expect(found).toMatchObject({ ok: false, httpStatus: status, models: null });
    expect(found.message).toMatch(words);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('tells what is no list of models', async () => {
    for (const body of ['<html>', 17, { object: 'list' }, null]) {
      const url = await serve(json(body));
      expect(await ask({ baseUrl: url })).toMatchObject({ ok: false, httpStatus: 200 });
    }
  });

  it('tells that nothing listens, that the name is unknown, and that TLS is missing', async () => {
    expect(await ask({ baseUrl: 'http://127.0.0.1:1/v1' })).toMatchObject({
      ok: false,
      message: 'Nothing listens at 127.0.0.1:1.',
    });
    const unknown = await ask({ baseUrl: 'http://no-such-host.invalid/v1' });
    expect(unknown.message).toMatch(/is not known|could not be resolved/);
    const plain = (await serve(json({}))).replace('http:', 'https:');
    expect((await ask({ baseUrl: plain })).message).toMatch(/does not speak TLS/);
  });
});

describe('the test of a provider: security', () => {
  it('follows no redirect', async () => {
    let reached = false;
    const target = await serve((request, reply) => {
      reached = true;
      json({ data: [] })(request, reply);
    });
    const url = await serve((_request, reply) => {
      reply.writeHead(302, { location: `${target}/v1/models?secret=1` }).end();
    });
    const found = await ask({ baseUrl: url });
    expect([found.ok, reached]).toEqual([false, false]);
    expect(found.message).toContain(`redirects to ${target} (HTTP 302)`);
  });

  it('does not reach link-local addresses', async () => {
    expect(await ask({ baseUrl: 'http://169.254.169.254/latest' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('a link-local address'),
    });
  });

  it('reads no endless answer', async () => {
    const url = await serve((_request, reply) => {
      const more = (): void => {
        while (!reply.destroyed && reply.write('x'.repeat(65_536)));
        if (!reply.destroyed) reply.once('drain', more);
      };
      more();
    });
    expect(await ask({ baseUrl: url })).toMatchObject({ ok: false, httpStatus: 200 });
  });
});
