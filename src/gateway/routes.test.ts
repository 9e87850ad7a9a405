import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_KEY, type TestGateway } from '../../test/support/gateway-server.ts';
import { TEXT } from '../../test/support/mock-upstream/dialect.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';

const PROVIDER_KEY = 'sk-provider-secret';
let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream();
  gateway = await startTestGateway({
    LLM_API_BASE_URL: upstream.baseUrl,
    LLM_API_KEY: PROVIDER_KEY,
    GATEWAY_MAX_BODY_BYTES: String(30 * 1024 * 1024),
    GATEWAY_KEEP_BODY_BYTES: String(1024 * 1024),
  });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer> | object;
}

async function send(path: string, { method = 'POST', headers = {}, body }: Sent = {}) {
  gateway.spool.records.length = 0;
  upstream.requests.length = 0;
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${TEST_KEY}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: raw as string }),
  });
  const text = await response.text().catch((error: Error) => `broken: ${error.message}`);
  const [record] = await gateway.records();
  if (record === undefined) throw new Error('nothing was recorded');
  expect(gateway.spool.records).toHaveLength(1);
  return { response, text, record, seen: upstream.requests[0] };
}

const messages = [{ role: 'user', content: 'Hi' }];
const chat = (rest: object = {}) => ({ model: 'gpt-mock', messages, ...rest });

describe('given a good provider', () => {
  it('passes request and answer through byte for byte, and records both', async () => {
    const body = '{ "model":"gpt-mock", "messages":[], "temperature":1.0, "x_new":{"a":[1e2]} }';
    const { response, text, record, seen } = await send('/v1/chat/completions?a=1', { body });
    expect(response.status).toBe(200);
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.url).toBe('/v1/chat/completions?a=1');
    expect(JSON.parse(text)).toMatchObject({ unknown_field: { kept: true } });
    expect(record).toMatchObject({
      id: response.headers.get('x-lqo-interaction-id'),
      operation: 'chat',
      dialect: 'openai',
      provider: '127.0.0.1',
      model: 'gpt-mock',
      stream: false,
      status: 'success',
      errorType: null,
      httpStatus: 200,
      request: { text: body, encoding: 'utf8', truncated: false },
      response: { text, contentType: 'application/json' },
      attempts: [{ httpStatus: 200, errorType: null }],
    });
    expect(record.overheadMs).toBeLessThan(record.latencyMs);
    expect(record.firstTokenMs).toBeNull();
  });

  it('answers with its own headers and the provider’s', async () => {
    const { response } = await send('/v1/chat/completions', { body: chat() });
    const { headers } = response;
    expect(headers.get('x-lqo-provider')).toBe('127.0.0.1');
    expect(headers.get('x-lqo-model')).toBe('gpt-mock');
    expect(headers.get('x-lqo-attempts')).toBe('1');
    expect(Number(headers.get('x-lqo-overhead-ms'))).toBeGreaterThan(0);
    expect(headers.get('x-lqo-cache')).toBeNull();
    expect(headers.get('x-request-id')).toBe('req_mock_1');
    expect(headers.get('x-ratelimit-limit-requests')).toBe('500');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('sends the provider’s key and never the caller’s, nor our headers and cookies', async () => {
    const { seen } = await send('/v1/chat/completions', {
      body: chat(),
      headers: {
        'x-api-key': 'caller',
        'api-key': 'caller',
        'x-goog-api-key': 'caller',
        cookie: 'session=1',
        'x-lqo-user': 'u',
        'x-forwarded-for': '10.0.0.1',
        'openai-organization': 'org-1',
      },
    });
    expect(seen?.headers['authorization']).toBe(`Bearer ${PROVIDER_KEY}`);
    const names = Object.keys(seen?.headers ?? {});
    expect(names.filter((name) => /lqo|api-key|cookie|forwarded/.test(name))).toEqual([]);
    expect(seen?.headers['openai-organization']).toBe('org-1');
    expect(JSON.stringify(seen?.headers)).not.toContain(TEST_KEY);
  });

  it.each([
    ['/v1/responses', { model: 'gpt-mock', input: 'hi' }, 'responses'],
    ['/v1/completions', { model: 'gpt-mock', prompt: 'hi' }, 'completions'],
    ['/v1/embeddings', { model: 'e', input: 'a', encoding_format: 'base64' }, 'embeddings'],
    ['/v1/moderations', { input: 'a' }, 'moderations'],
    ['/v1/images/generations', { model: 'i', prompt: 'a' }, 'passthrough'],
  ])('records %s as its operation', async (path, body, operation) => {
    const { response, record } = await send(path, { body });
    expect(response.status).toBe(200);
    expect(record).toMatchObject({ operation, status: 'success', path });
  });

  it('passes multipart bodies through and keeps them', async () => {
    const form = new FormData();
    form.append('model', 'whisper');
    form.append('file', new Blob([new Uint8Array([0, 255, 1, 254])]), 'a.wav');
    const encoded = new Response(form);
    const contentType = encoded.headers.get('content-type') ?? '';
    const body = new Uint8Array(await encoded.arrayBuffer());
    const { text, record, seen } = await send('/v1/audio/transcriptions', {
      body,
      headers: { 'content-type': contentType },
    });
    expect(JSON.parse(text)).toEqual({ text: 'hello' });
    expect(seen?.body.toString('latin1')).toBe(Buffer.from(body).toString('latin1'));
    expect(seen?.headers['content-type']).toBe(contentType);
    expect(record.request).toMatchObject({ encoding: 'base64', bytes: body.length, contentType });
    expect(Buffer.from(record.request?.text ?? '', 'base64').equals(body)).toBe(true);
  });

  it('passes binary answers and other methods through', async () => {
    const { response, record } = await send('/v1/audio/speech', { body: { model: 'tts' } });
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(record.response).toMatchObject({ encoding: 'base64', bytes: 6 });
    const removed = await send('/v1/files/file-1', { method: 'DELETE' });
    expect(removed.seen).toMatchObject({ method: 'DELETE', url: '/v1/files/file-1' });
    expect(removed.record).toMatchObject({ method: 'DELETE', request: null });
  });

  it.each(['gzip', 'br'])(
    'passes %s bodies untouched and says how they are compressed',
    async (kind) => {
      const { text, record } = await send('/v1/chat/completions', {
        body: chat({ model: `mock/${kind}` }),
        headers: { 'accept-encoding': kind },
      });
      expect(JSON.parse(text).choices[0].message.content).toBe(TEXT);
      expect(record.response).toMatchObject({ encoding: 'base64', contentEncoding: kind });
    },
  );

  it('lists the provider’s models with the demo models', async () => {
    const { text, record } = await send('/v1/models', { method: 'GET' });
    const ids = JSON.parse(text).data.map((model: { id: string }) => model.id);
    expect(ids).toContain('gpt-mock');
    expect(ids).toContain('demo/good');
    expect(record).toMatchObject({ operation: 'models', status: 'success' });
    const one = await send('/v1/models/demo%2Fgood', { method: 'GET' });
    expect(JSON.parse(one.text)).toMatchObject({ id: 'demo/good', object: 'model' });
    expect(upstream.requests).toEqual([]);
  });

  it('lists our own models where the provider has no list', async () => {
    const headers = { 'x-mock-fault': 'status-404' };
    const { text } = await send('/v1/models', { method: 'GET', headers });
    const ids = JSON.parse(text).data.map((model: { id: string }) => model.id);
    expect(ids).toContain('demo/good');
    expect(ids).not.toContain('gpt-mock');
  });

  it('lists our own models where the provider is away', async () => {
    const headers = { 'x-mock-fault': 'reset' };
    const { text, record } = await send('/v1/models', { method: 'GET', headers });
    expect(JSON.parse(text).data.map((model: { id: string }) => model.id)).toContain('demo/good');
    expect(record).toMatchObject({ status: 'error', errorType: expect.any(String) });
  });

  it('keeps a bounded copy of a body of 20 MB and forwards all of it', async () => {
    const big = 'y'.repeat(20 * 1024 * 1024);
    const { text, record, seen } = await send('/v1/chat/completions', {
      body: chat({ model: 'mock/big-20', messages: [{ role: 'user', content: `${big} "}` }] }),
    });
    expect(text.length).toBeGreaterThan(20 * 1024 * 1024);
    expect(seen?.body.length).toBeGreaterThan(20 * 1024 * 1024);
    expect(record.model).toBe('mock/big-20');
    expect(record.request).toMatchObject({ truncated: true, bytes: seen?.body.length });
    expect(record.response).toMatchObject({ truncated: true, bytes: text.length });
    expect(record.response?.text.length).toBe(1024 * 1024);
  });
});

describe('given a caller that says more about its call', () => {
  it('records the context of headers and body', async () => {
    const passages = Buffer.from(JSON.stringify(['Paris is in France.'])).toString('base64url');
    const { record } = await send('/v1/chat/completions', {
      body: chat({ user: 'body-user', metadata: { a: '1', b: '2' }, prompt_cache_key: 'k' }),
      headers: {
        'x-lqo-user': 'header-user',
        'x-lqo-session': 's1',
        'x-lqo-tags': 'a, b,a',
        'x-lqo-metadata': '{"b":"3"}',
        'x-lqo-prompt': 'greeting@7',
        'x-lqo-context': passages,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    expect(record.context).toEqual({
      keyId: '00000000-0000-7000-8000-000000000002',
      userId: 'header-user',
      sessionId: 's1',
      tags: ['a', 'b'],
      metadata: { a: '1', b: '3', prompt_cache_key: 'k' },
      promptName: 'greeting',
      promptVersion: '7',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
      passages: ['Paris is in France.'],
    });
  });

  it.each([
    ['x-lqo-metadata', '{"a":1}'],
    ['x-lqo-metadata', 'no'],
    ['x-lqo-context', 'WyJh'],
    ['x-lqo-tags', Array.from({ length: 21 }, (_, at) => `t${at}`).join()],
    ['x-lqo-prompt', '@1'],
    ['x-lqo-user', 'u'.repeat(257)],
    ['x-lqo-trace', 'a b'],
    ['x-lqo-cache', 'maybe'],
  ])('refuses a bad %s and names it', async (name, value) => {
    const { response, text, record, seen } = await send('/v1/chat/completions', {
      body: chat(),
      headers: { [name]: value },
    });
    expect(response.status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({
      code: 'invalid_header',
      message: expect.stringContaining(name),
    });
    expect(record.errorType).toBe('invalid_request');
    expect(seen).toBeUndefined();
  });
});

describe('given a request that cannot be forwarded', () => {
  it.each(['{"model":', '[]', 'null', ''])(
    'answers 400 to the body %j and records it',
    async (body) => {
      const { response, text, record, seen } = await send('/v1/chat/completions', { body });
      expect(response.status).toBe(body === '' ? 200 : 400);
      if (body === '') return;
      expect(JSON.parse(text).error).toMatchObject({
        code: 'invalid_json',
        type: 'invalid_request_error',
      });
      expect(record).toMatchObject({ status: 'error', errorType: 'invalid_request', attempts: [] });
      expect(record.request?.text).toBe(body);
      expect(seen).toBeUndefined();
    },
  );

  it('answers 413 to a body over the limit', async () => {
    const { response, text, record } = await send('/v1/chat/completions', {
      body: `{"a":"${'x'.repeat(31 * 1024 * 1024)}"}`,
    }).catch(async () => {
      // The answer may overtake the upload, and the client then only sees the broken connection.
      const [kept] = await gateway.records();
      return { response: { status: 413 }, text: '', record: kept };
    });
    expect(response.status).toBe(413);
    if (text !== '') expect(JSON.parse(text).error.code).toBe('payload_too_large');
    expect(record?.errorType).toBe('invalid_request');
  });

  it.each(['/v1/%2e%2e/secret', '/v1/../secret', '/v1/files/x/%2E./y', '/v1/a/..%5cb'])(
    'refuses the path %s, which could leave the provider’s base path',
    async (path) => {
      upstream.requests.length = 0;
      const { port } = new URL(gateway.url);
      const headers = { authorization: `Bearer ${TEST_KEY}` };
      const status = await new Promise((resolve) => {
        request({ port, host: '127.0.0.1', path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(status).toBe(400);
      expect(upstream.requests).toEqual([]);
    },
  );

  it('answers without a key nothing but an error, and forwards nothing', async () => {
    upstream.requests.length = 0;
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(401);
    expect(upstream.requests).toEqual([]);
  });
});

describe('given a provider that answers with an error', () => {
  it.each([
    ['rate-limit', 429, 'rate_limited'],
    ['rate-limit-bare', 429, 'rate_limited'],
    ['bad-key', 401, 'unauthorized'],
    ['refuse', 400, 'invalid_request'],
    ['fail', 500, 'upstream_error'],
  ])('passes %s through unchanged and records its type', async (fault, status, errorType) => {
    const { response, text, record } = await send('/v1/chat/completions', {
      body: chat({ model: `mock/${fault}`, stream: true }),
    });
    expect(response.status).toBe(status);
    expect(text).toBe(
      `{"error": {"message": "mock ${status}", "type": "mock_error", "code": "mock"}}`,
    );
    expect(response.headers.get('retry-after')).toBe(fault === 'rate-limit' ? '7' : null);
    expect(record).toMatchObject({
      status: 'error',
      errorType,
      errorMessage: `mock ${status}`,
      httpStatus: status,
      response: { text },
      attempts: [{ httpStatus: status, errorType }],
    });
  });
});

describe('POST /chat', () => {
  it('answers prompt and reply, and records a chat completion', async () => {
    const { response, text, record, seen } = await send('/chat', {
      body: { prompt: 'Hi', user_id: 'u1', model_version: 'gpt-mock', more: 1 },
    });
    expect(response.status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      id: record.id,
      prompt: 'Hi',
      response: TEXT,
      model_version: 'gpt-mock',
      latency_ms: expect.any(Number),
      status: 'success',
    });
    expect(seen?.json).toEqual({ model: 'gpt-mock', messages: [{ role: 'user', content: 'Hi' }] });
    expect(record).toMatchObject({ operation: 'chat', path: '/chat', context: { userId: 'u1' } });
  });

  it.each([null, '', 'string', undefined])('takes the main model for %j', async (model_version) => {
    const { seen, text } = await send('/chat', { body: { prompt: '', model_version } });
    expect(seen?.json['model']).toBe('gpt-5-mini');
    expect(JSON.parse(text)).toMatchObject({ prompt: '', model_version: 'gpt-5-mini' });
  });

  it.each([
    ['fail', 502, 'upstream_error'],
    ['rate-limit', 429, 'rate_limited'],
    ['reset', 502, 'connection_failed'],
  ])('tells a failure of the provider (%s) and records it', async (fault, status, errorType) => {
    const { response, text, record } = await send('/chat', {
      body: { prompt: 'Hi', model_version: `mock/${fault}` },
    });
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({
      id: record.id,
      status: 'error',
      response: null,
      detail: expect.any(String),
    });
    expect(record).toMatchObject({ status: 'error', errorType });
  });
});
