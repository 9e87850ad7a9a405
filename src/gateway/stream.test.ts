import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TEST_KEY, type TestGateway } from '../../test/support/gateway-server.ts';
import { replyTo } from '../../test/support/mock-upstream/dialect.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream();
  gateway = await startTestGateway({ LLM_API_BASE_URL: upstream.baseUrl });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

/** Runs with one limit small and all others out of reach, so that a slow machine meets the same one. */
async function under<Result>(
  limit: Record<string, string>,
  run: () => Promise<Result>,
): Promise<Result> {
  const usual = gateway;
  gateway = await startTestGateway({ LLM_API_BASE_URL: upstream.baseUrl, ...limit });
  try {
    return await run();
  } finally {
    await gateway.close();
    gateway = usual;
  }
}

async function open(path: string, body: object, signal?: AbortSignal) {
  gateway.spool.records.length = 0;
  upstream.requests.length = 0;
  return await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function stream(model: string, rest: object = {}, path = '/v1/chat/completions') {
  const body = { model, stream: true, messages: [], input: 'hi', prompt: 'hi', ...rest };
  const response = await open(path, body);
  const text = await response.text().catch(() => 'broken');
  const [record] = await gateway.records();
  if (record === undefined) throw new Error('nothing was recorded');
  return { response, text, record, seen: upstream.requests[0] };
}

function eventsOf(model: string, usage: boolean, path = '/chat/completions'): string[] {
  const body = { model, stream: true, ...(usage && { stream_options: { include_usage: true } }) };
  const reply = replyTo(path, body);
  return reply.kind === 'events' ? [...reply.events] : [];
}

const isUsage = (event: string) => event.includes('"choices":[]');

describe('given a stream', () => {
  it('asks for usage, hides the usage chunk from the caller and keeps it in the record', async () => {
    const { text, record, seen } = await stream('gpt-mock');
    const all = eventsOf('gpt-mock', true);
    expect(seen?.json['stream_options']).toEqual({ include_usage: true });
    expect(text).toBe(all.filter((event) => !isUsage(event)).join(''));
    expect(record.response?.text).toBe(all.join(''));
    expect(record.request?.text).not.toContain('include_usage');
    expect(record).toMatchObject({ stream: true, status: 'success', httpStatus: 200 });
    expect(record.firstTokenMs).toBeGreaterThan(0);
    expect(record.firstTokenMs).toBeLessThanOrEqual(record.latencyMs);
  });

  it('leaves everything as it is when the caller asked for usage', async () => {
    const { text, seen } = await stream('gpt-mock', {
      stream_options: { include_usage: true, x: 1 },
    });
    expect(text).toBe(eventsOf('gpt-mock', true).join(''));
    expect(seen?.json['stream_options']).toEqual({ include_usage: true, x: 1 });
  });

  it('adds to the options of a caller that did not ask for usage', async () => {
    const { text, seen } = await stream('gpt-mock', {
      stream_options: { include_obfuscation: false },
    });
    expect(seen?.json['stream_options']).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
    expect(text).not.toContain('"choices":[]');
  });

  it('gives the caller whole events whatever pieces the network makes', async () => {
    const { text, record } = await stream('mock/split-1');
    const all = eventsOf('mock/split-1', true);
    expect(text).toBe(all.filter((event) => !isUsage(event)).join(''));
    expect(record.response?.text).toBe(all.join(''));
  });

  it('hides the usage chunk behind Windows line ends too', async () => {
    const { text } = await stream('mock/crlf');
    expect(text).not.toContain('"choices":[]');
    expect(text.endsWith('data: [DONE]\r\n\r\n')).toBe(true);
  });

  it('passes the events of the Responses API', async () => {
    const { text, record } = await stream('gpt-mock', {}, '/v1/responses');
    expect(text).toBe(eventsOf('gpt-mock', false, '/responses').join(''));
    expect(record).toMatchObject({ operation: 'responses', status: 'success' });
    expect(record.firstTokenMs).not.toBeNull();
  });

  it('refuses compression for what it has to read, and reads what comes compressed as bytes', async () => {
    const { seen, record } = await stream('mock/gzip');
    expect(seen?.headers['accept-encoding']).toBe('identity');
    expect(record.response).toMatchObject({ contentEncoding: 'gzip', encoding: 'base64' });
  });

  it('forwards each event when it comes, not at the end', async () => {
    const response = await open('/v1/chat/completions', {
      model: 'mock/paced-30',
      stream: true,
      messages: [],
    });
    let pieces = 0;
    for await (const _ of response.body ?? []) pieces += 1;
    expect(pieces).toBeGreaterThan(4);
  });

  it('ends when the provider does not close after the last event', {
    timeout: 15_000,
  }, async () => {
    const { text, record } = await stream('mock/linger');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(record.status).toBe('success');
    await upstream.requests[0]?.aborted;
  });

  it('accepts a stream that ends without [DONE] after a finish reason', async () => {
    const { text, record } = await stream('mock/no-done', {
      stream_options: { include_usage: true },
    });
    expect(record.status).toBe('success');
    expect(text).not.toContain('error');
  });
});

describe('given a provider that fails in the middle of a stream', () => {
  it.each([
    ['mock/cut-3', 'upstream_truncated', 'upstream_truncated'],
    ['mock/open-end-3', 'upstream_truncated', 'upstream_truncated'],
    ['mock/stall-3', 'timeout_idle', 'upstream_timeout'],
  ])('ends the stream of %s with an error event and no [DONE]', async (model, errorType, code) => {
    const limit = errorType === 'timeout_idle' ? { UPSTREAM_IDLE_TIMEOUT_MS: '250' } : {};
    const { response, text, record } = await under(limit, () => stream(model));
    expect(response.status).toBe(200);
    expect(text).not.toContain('[DONE]');
    const events = text.split('\n\n').filter((event) => event !== '');
    for (const event of events) JSON.parse(event.replace('data: ', ''));
    expect(JSON.parse(events.at(-1)?.slice(6) ?? '').error).toMatchObject({ code });
    expect(record).toMatchObject({ status: 'error', errorType, httpStatus: 200 });
    expect(record.response?.text).toContain('Hello');
  });

  it('writes the error event of the Responses dialect', async () => {
    const { text } = await stream('mock/cut-5', {}, '/v1/responses');
    const last = text.trimEnd().split('\n\n').at(-1) ?? '';
    expect(last.startsWith('event: error\ndata: ')).toBe(true);
    expect(JSON.parse(last.split('data: ')[1] ?? '')).toMatchObject({
      type: 'error',
      code: 'upstream_truncated',
    });
  });

  it.each([
    ['mock/error-event', '/v1/chat/completions'],
    ['mock/error-done', '/v1/chat/completions'],
    ['mock/failed', '/v1/responses'],
  ])('passes the provider’s own error event and records it (%s)', async (model, path) => {
    const { text, record } = await stream(model, {}, path);
    expect(text).toContain('overloaded');
    expect(record).toMatchObject({ errorType: 'upstream_error', errorMessage: 'overloaded' });
  });

  it('passes malformed chunks as they are, and records an answer without content', async () => {
    const { text, record } = await stream('mock/malformed');
    expect(text).toContain('data: {"choices":[{"delta":{"con\n\ndata: [DONE]\n\n');
    expect(record.errorType).toBe('upstream_truncated');
  });
});

describe('given a provider that fails before its first byte', () => {
  it.each([
    ['mock/reset', { status: 502, code: 'upstream_unreachable', errorType: 'connection_failed' }],
    ['mock/silent', { status: 504, code: 'upstream_timeout', errorType: 'timeout_first_byte' }],
  ])('answers an error in the dialect for %s', async (model, { status, code, errorType }) => {
    for (const streaming of [true, false]) {
      const limit = errorType === 'timeout_first_byte' && { UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '500' };
      const { response, text, record } = await under({ ...limit }, () =>
        stream(model, { stream: streaming }),
      );
      expect(response.status).toBe(status);
      expect(JSON.parse(text).error).toMatchObject({ code, type: 'server_error' });
      expect(record).toMatchObject({ errorType, httpStatus: status, response: null });
      expect(record.attempts).toHaveLength(1);
      // Waiting for the provider is not our overhead.
      if (limit) expect(record.overheadMs).toBeLessThan(record.latencyMs / 2 + 50);
    }
  });

  it.each(['mock/half-event', 'mock/open-end-1'])(
    'answers an error and no stream when %s ends before any content',
    async (model) => {
      const { response, text, record } = await stream(model);
      expect(response.status).toBe(502);
      expect(JSON.parse(text).error).toMatchObject({ code: 'upstream_truncated' });
      expect(record).toMatchObject({ errorType: 'upstream_truncated', httpStatus: 200 });
    },
  );

  it('never lets a cut answer look whole', async () => {
    const { response, text, record } = await stream('mock/short', { stream: false });
    expect(response.status).toBe(502);
    expect(JSON.parse(text).error).toMatchObject({ code: 'upstream_truncated' });
    expect(record).toMatchObject({ errorType: 'upstream_truncated' });
    expect(record.response?.text).toContain('Hello');
  });

  it('says so when nothing listens', async () => {
    const deaf = await startTestGateway({ LLM_API_BASE_URL: 'http://127.0.0.1:1/v1' });
    const response = await fetch(`${deaf.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}` },
      body: '{"model":"m"}',
    });
    expect(response.status).toBe(502);
    const [record] = await deaf.records();
    expect(record).toMatchObject({ errorType: 'connection_failed' });
    await deaf.close();
  });

  it('stops a call that takes longer than the total time', async () => {
    const { text, record } = await under({ UPSTREAM_TOTAL_TIMEOUT_MS: '500' }, () =>
      stream('mock/paced-180', {}, '/v1/responses'),
    );
    expect(record.errorType).toBe('timeout_total');
    expect(text).toContain('upstream_timeout');
  });
});

describe('given a caller that leaves', () => {
  it('stops the provider and records what had come', async () => {
    const abort = new AbortController();
    const response = await open(
      '/v1/chat/completions',
      { model: 'mock/paced-60', stream: true, messages: [] },
      abort.signal,
    );
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    abort.abort();
    const [record] = await gateway.records();
    expect(record).toMatchObject({ status: 'error', errorType: 'client_closed', httpStatus: 200 });
    expect(record?.response?.text).toContain('Hello');
    await upstream.requests[0]?.aborted;
    expect(gateway.inFlight.size).toBe(0);
  });

  it('stops the provider before its first byte', async () => {
    const abort = new AbortController();
    const call = open('/v1/chat/completions', { model: 'mock/silent', messages: [] }, abort.signal);
    await expect.poll(() => upstream.requests.length).toBe(1);
    abort.abort();
    await expect(call).rejects.toThrow();
    const [record] = await gateway.records();
    expect(record).toMatchObject({ errorType: 'client_closed', httpStatus: null });
    await upstream.requests[0]?.aborted;
  });

  it('records a caller that leaves in the middle of its request', async () => {
    gateway.spool.records.length = 0;
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TEST_KEY}\r\ncontent-length: 100\r\n\r\n{"model"`,
    );
    await expect.poll(() => gateway.inFlight.size).toBe(1);
    socket.destroy();
    const [record] = await gateway.records();
    expect(record).toMatchObject({ errorType: 'client_closed', attempts: [] });
  });
});

describe('given a caller that reads slowly', () => {
  it('holds the provider up instead of filling memory, and loses nothing', async () => {
    const before = process.memoryUsage().rss;
    const response = await open('/v1/chat/completions', { model: 'mock/big-24', messages: [] });
    const reader = response.body?.getReader();
    let bytes = (await reader?.read())?.value?.length ?? 0;
    // Longer than the idle time-out: the provider is not to blame for the caller's pace.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(gateway.spool.records).toEqual([]);
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      bytes += part.value?.length ?? 0;
    }
    const [record] = await gateway.records();
    expect(record).toMatchObject({ status: 'success', response: { bytes, truncated: true } });
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
  });
});

describe('given a spool', () => {
  it('ends an answer only when its record is safe', async () => {
    let release: () => void = () => undefined;
    gateway.spool.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const body = { model: 'gpt-mock', messages: [] };
    for (const streaming of [false, true]) {
      let text: string | null = null;
      const reading = open('/v1/chat/completions', { ...body, stream: streaming }).then(
        async (response) => {
          text = await response.text();
        },
      );
      await expect.poll(() => upstream.requests.length).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(text).toBeNull();
      release();
      await reading;
      expect(text).toContain(streaming ? '[DONE]' : 'Hello');
    }
    gateway.spool.before = () => Promise.resolve();
  });

  it('holds the last event of a stream back until then', async () => {
    let release: () => void = () => undefined;
    gateway.spool.before = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const response = await open('/v1/chat/completions', {
      model: 'gpt-mock',
      messages: [],
      stream: true,
    });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('"stop"')) text += Buffer.from((await reader?.read())?.value ?? []);
    expect(text).not.toContain('[DONE]');
    release();
    text += Buffer.from((await reader?.read())?.value ?? []);
    expect(text).toContain('[DONE]');
    gateway.spool.before = () => Promise.resolve();
    await reader?.cancel();
  });

  it('refuses calls before they are forwarded when the spool does not accept', async () => {
    gateway.spool.refusing = true;
    const response = await open('/v1/chat/completions', { model: 'gpt-mock', messages: [] });
    gateway.spool.refusing = false;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'spool_full' } });
    expect(upstream.requests).toEqual([]);
  });

  it('serves on when a record fails for another reason', async () => {
    gateway.spool.failing = new Error('bug');
    const response = await open('/v1/chat/completions', { model: 'gpt-mock', messages: [] });
    const text = await response.text();
    gateway.spool.failing = null;
    expect(text).toContain('Hello');
  });
});
