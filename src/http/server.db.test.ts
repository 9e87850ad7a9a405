import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { isUuid } from '../core/ids.ts';
import { createLog } from '../core/log.ts';

const lines: string[] = [];
let webRoot: string;
let server: TestApp;

function probeRoutes(app: App): void {
  app.post(
    '/api/v1/probe',
    {
      config: { scope: 'read' },
      schema: {
        body: z.strictObject({ count: z.number().int() }),
        querystring: z.object({ q: z.string().optional() }),
      },
    },
    async (request) => ({ count: request.body.count, project: request.auth.projectSlug }),
  );
  app.get('/api/v1/probe/:id', { config: { scope: 'read' } }, async () => ({ ok: true }));
  app.get('/api/v1/known', { config: { scope: 'read' } }, async () => {
    throw new AppError('conflict', 'Taken already.', { details: { by: 'someone' } });
  });
  app.get('/api/v1/bug', { config: { scope: 'read' } }, async () => {
    throw new Error('secret detail of a bug');
  });
  app.get('/v1/bug', { config: { scope: 'gateway', dialect: 'openai' } }, async () => {
    throw new Error('secret detail of a bug');
  });
  app.post(
    '/v1/probe',
    { config: { scope: 'gateway', dialect: 'openai' }, bodyLimit: 100 },
    async () => ({ ok: true }),
  );
  app.get('/v1/hijacked', { config: { scope: 'gateway' } }, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(206, { 'content-type': 'text/plain' });
    reply.raw.end('raw');
  });
}

beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'lqo-web-'));
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(webRoot, 'assets/index-abc123.js'), 'export {};');
  writeFileSync(join(webRoot, 'favicon.svg'), '<svg/>');
  server = await testApp({
    routes: probeRoutes,
    webRoot,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    checks: [
      { name: 'database', check: async () => null },
      { name: 'spool', check: async () => (broken ? 'the disk is full' : null) },
    ],
  });
});
let broken = false;

afterAll(async () => {
  await server.close();
  rmSync(webRoot, { recursive: true });
});

describe('the server, given a good request', () => {
  it('answers and gives it an id', async () => {
    const reply = await server.inject({
      method: 'POST',
      url: '/api/v1/probe',
      payload: { count: 3 },
    });
    expect(reply.json()).toEqual({ count: 3, project: 'default' });
    expect(isUuid(String(reply.headers['x-request-id']))).toBe(true);
  });

  it('keeps a sane request id of the caller and replaces a strange one', async () => {
    const ask = async (id: string) =>
      (await server.inject({ url: '/health', headers: { 'x-request-id': id } })).headers[
        'x-request-id'
      ];
    expect(await ask('trace-1234.abc')).toBe('trace-1234.abc');
    expect(await ask('a b"}{')).not.toBe('a b"}{');
    expect(await ask('x'.repeat(500))).not.toBe('x'.repeat(500));
  });

  it('says that it is alive', async () => {
    const reply = await server.inject({ url: '/health', key: null });
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({
      status: 'ok',
      service: 'llm-quality-observer',
      version: '0.0.0-test',
    });
  });

  it('says whether its dependencies work and what is wrong', async () => {
    expect((await server.inject({ url: '/ready', key: null })).statusCode).toBe(200);
    broken = true;
    const reply = await server.inject({ url: '/ready', key: null });
    broken = false;
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toEqual({
      status: 'not_ready',
      checks: [
        { name: 'database', problem: null },
        { name: 'spool', problem: 'the disk is full' },
      ],
    });
  });

  it('describes itself in OpenAPI 3.1', async () => {
    const document = (await server.inject({ url: '/openapi.json', key: null })).json();
    expect(document.openapi).toMatch(/^3\.1/);
    expect(document.paths['/api/v1/probe'].post.requestBody).toBeDefined();
    expect(document.paths['/api/v1/probe'].post.description).toContain('`read`');
    expect(document.paths['/health'].get.security).toEqual([]);
  });

  it('serves readable documentation from its own files', async () => {
    const page = await server.inject({ url: '/docs/', key: null });
    expect(page.statusCode).toBe(200);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).not.toMatch(/^https?:/);
      const url = new URL(source, 'http://x/docs/').pathname;
      expect([url, (await server.inject({ url, key: null })).statusCode]).toEqual([url, 200]);
    }
    expect(page.body).not.toMatch(/<script>(?!<)/);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('counts requests by template, also errors and replies taken over by a route', async () => {
    const { metrics } = server.deps;
    metrics.registry.resetMetrics();
    await server.inject({ url: '/api/v1/probe/17' });
    await server.inject({ url: '/api/v1/bug' });
    await server.inject({ url: '/v1/hijacked' });
    await server.inject({ url: '/no/such/path' });
    await new Promise(setImmediate);
    const text = await metrics.registry.metrics();
    const count = (method: string, endpoint: string, status: number): string =>
      `llm_gateway_http_requests_total{method="${method}",endpoint="${endpoint}",status="${status}"} 1`;
    expect(text).toContain(count('GET', '/api/v1/probe/:id', 200));
    expect(text).toContain(count('GET', '/api/v1/bug', 500));
    expect(text).toContain(count('GET', '/v1/hijacked', 206));
    expect(text).toContain(count('GET', 'unmatched', 404));
    expect(text).toContain('llm_gateway_active_requests 0');
  });
});

describe('the server, given the web app', () => {
  const html = { accept: 'text/html,application/xhtml+xml' };

  it('serves its page uncached, its hashed files for good, and its page for deep links', async () => {
    const page = await server.inject({ url: '/', key: null, headers: html });
    expect(page.body).toContain('<title>app</title>');
    expect(page.headers['cache-control']).toBe('no-store');
    const asset = await server.inject({ url: '/assets/index-abc123.js', key: null });
    expect(asset.headers['cache-control']).toContain('immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    const deep = await server.inject({
      url: '/interactions/0199?tab=raw',
      key: null,
      headers: html,
    });
    expect([deep.statusCode, deep.body]).toEqual([200, page.body]);
    expect((await server.inject({ url: '/favicon.svg', key: null })).body).toBe('<svg/>');
  });

  it.each([
    '/api/v1/nothing',
    '/v1/nothing',
    '/assets/missing.js',
    '/assets/..%2f..%2fetc/passwd',
    '/nothing',
  ])('answers 404 and no page to a program asking for %s', async (url) => {
    const reply = await server.inject({ url, headers: url === '/nothing' ? {} : html });
    expect(reply.statusCode).toBe(404);
    expect(reply.json().error.code).toBe('not_found');
  });
});

describe('the server, given a bad request', () => {
  it('names each field that is wrong', async () => {
    const reply = await server.inject({
      method: 'POST',
      url: '/api/v1/probe',
      payload: { count: 'x', extra: 1 },
    });
    expect(reply.statusCode).toBe(400);
    const { error } = reply.json();
    expect(error.code).toBe('invalid_request');
    expect(error.requestId).toBe(reply.headers['x-request-id']);
    expect(error.details).toContainEqual({
      path: 'body.count',
      message: expect.stringContaining('number'),
    });
    expect(JSON.stringify(error.details)).toContain('extra');
  });

  it.each([
    ['{"count":', 'application/json', 400, 'invalid_json'],
    ['', 'application/json', 400, 'invalid_json'],
    ['count=3', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['{"__proto__":{"a":1}}', 'application/json', 400, 'invalid_json'],
  ])('refuses the body %j of type %s', async (...[payload, type, status, code]) => {
    const reply = await server.inject({
      method: 'POST',
      url: '/api/v1/probe',
      payload,
      headers: { 'content-type': type },
    });
    expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
  });

  it('refuses a body above the limit, in the dialect of the route', async () => {
    const reply = await server.inject({
      method: 'POST',
      url: '/v1/probe',
      payload: { text: 'x'.repeat(200) },
    });
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        code: 'payload_too_large',
        param: null,
      },
    });
  });

  it('says which methods a path answers', async () => {
    const reply = await server.inject({ method: 'DELETE', url: '/api/v1/probe' });
    expect([reply.statusCode, reply.headers.allow]).toEqual([405, 'POST']);
    expect(reply.json().error.code).toBe('method_not_allowed');
  });

  it('passes known errors on with their details', async () => {
    const reply = await server.inject({ url: '/api/v1/known' });
    expect(reply.statusCode).toBe(409);
    expect(reply.json().error).toMatchObject({
      code: 'conflict',
      message: 'Taken already.',
      details: { by: 'someone' },
    });
  });

  it('tells nothing about a bug but the request id, and logs its cause', async () => {
    for (const url of ['/api/v1/bug', '/v1/bug']) {
      lines.length = 0;
      const reply = await server.inject({ url });
      const id = String(reply.headers['x-request-id']);
      expect(reply.statusCode).toBe(500);
      expect(reply.body).not.toContain('secret detail');
      expect(reply.body).toContain(id);
      expect(reply.json().error.code).toBe('internal_error');
      const logged = lines.find((line) => line.includes('secret detail'));
      expect(logged).toContain(id);
    }
  });

  it('answers a path that is no URL', async () => {
    const reply = await server.inject({ url: '/api/v1/probe/%E0%A4%A' });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error.code).toBe('invalid_request');
  });

  it('logs neither query strings, bodies, keys nor cookies', async () => {
    lines.length = 0;
    await server.inject({
      method: 'POST',
      url: '/api/v1/probe?q=find-me-query',
      payload: { count: 1 },
      headers: { cookie: 'lqo_session=find-me-cookie' },
    });
    await server.inject({
      method: 'POST',
      url: '/api/v1/probe?q=find-me-query',
      payload: '{"find-me-body',
      headers: { 'content-type': 'application/json' },
    });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('find-me');
    expect(lines.join('')).not.toContain(server.a.key);
  });
});

describe('the server, given routes that do not say who may call them', () => {
  it('does not start', async () => {
    await expect(
      testApp({
        database: server.database,
        routes: (app) => void app.get('/open', async () => 'x'),
      }),
    ).rejects.toThrow('/open states neither');
  });
});
