import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MemorySpool,
  startTestGateway,
  TEST_KEY,
  type TestGateway,
} from '../../test/support/gateway-server.ts';
import { TEXT } from '../../test/support/mock-upstream/dialect.ts';
import {
  type MockUpstream,
  startMockUpstream,
} from '../../test/support/mock-upstream/mock-upstream.ts';
import { type PlannedRouter, plannedRouter, targetAt } from '../../test/support/planned-router.ts';

let upstream: MockUpstream;

beforeAll(async () => {
  upstream = await startMockUpstream();
});

afterAll(async () => {
  await upstream.close();
});

interface Called {
  readonly response: Response;
  readonly text: string;
  readonly record: Awaited<ReturnType<TestGateway['records']>>[number];
  readonly router: PlannedRouter;
}

interface Setup {
  readonly environment?: Record<string, string>;
  readonly delayMs?: number;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** One call over targets that are asked for these models, one after the other. */
async function call(
  models: readonly string[],
  body: object = {},
  setup: Setup = {},
): Promise<Called> {
  upstream.requests.length = 0;
  const targets = models.map((model) =>
    targetAt(upstream.baseUrl, { model, provider: { name: model } }),
  );
  const { delayMs = 0, environment = {}, path = '/v1/chat/completions', headers } = setup;
  const router = plannedRouter(targets, { delayMs });
  const gateway = await startTestGateway(environment, new MemorySpool(), { router });
  try {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TEST_KEY}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ model: 'public', messages: [], input: 'x', ...body }),
    });
    const text = await response.text().catch(() => 'broken');
    const [record] = await gateway.records();
    if (record === undefined) throw new Error('nothing was recorded');
    expect(gateway.spool.records).toHaveLength(1);
    expect(router.open()).toBe(0);
    expect(router.results.length).toBeGreaterThanOrEqual(record.attempts.length);
    return { response, text, record, router };
  } finally {
    await gateway.close();
  }
}

const BEFORE_CONTENT = [
  'mock/fail',
  'mock/status-503',
  'mock/rate-limit',
  'mock/bad-key',
  'mock/reset',
  'mock/empty',
  'mock/error-first',
  'mock/open-end-1',
  'mock/half-event',
  'mock/reset-after-1',
  'mock/redirect',
] as const;

describe('given a target that fails before any content', () => {
  it.each(BEFORE_CONTENT)('answers from the next one as if %s had never been', async (fault) => {
    const { response, text, record, router } = await call([fault, 'gpt-mock'], { stream: true });
    expect(response.status).toBe(200);
    expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(text).not.toContain('error');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(response.headers.get('x-lqo-attempts')).toBe('2');
    expect(response.headers.get('x-lqo-provider')).toBe('gpt-mock');
    expect(response.headers.get('x-lqo-model')).toBe('gpt-mock');
    expect(response.headers.get('retry-after')).toBeNull();
    expect(record).toMatchObject({
      status: 'success',
      provider: 'gpt-mock',
      model: 'public',
      handling: { route: 'planned' },
    });
    expect(record.attempts.map((attempt) => attempt.errorType === null)).toEqual([false, true]);
    expect(router.results[0]?.errorType).toBe(record.attempts[0]?.errorType);
  });

  it.each([
    'mock/fail',
    'mock/short',
    'mock/empty',
    'mock/half-json',
    'mock/error-inside',
    'mock/page',
  ])('does so for whole answers (%s)', async (fault) => {
    const { response, text, record } = await call([fault, 'gpt-mock']);
    expect(response.status).toBe(200);
    expect(JSON.parse(text).choices[0].message.content).toBe(TEXT);
    expect(record.attempts).toHaveLength(2);
  });

  it('does so when the answer does not begin in time', async () => {
    const environment = { UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '200' };
    const { text, record } = await call(['mock/silent', 'gpt-mock'], {}, { environment });
    expect(text).toContain(TEXT);
    expect(record.attempts[0]?.errorType).toBe('timeout_first_byte');
    await upstream.requests[0]?.aborted;
  });

  it('does so when the answer stops between head and content', async () => {
    const environment = { UPSTREAM_IDLE_TIMEOUT_MS: '200' };
    for (const fault of ['mock/head-only', 'mock/stall-1']) {
      const { text, record } = await call([fault, 'gpt-mock'], { stream: true }, { environment });
      expect(text).toContain('[DONE]');
      expect(record.attempts[0]?.errorType).toMatch(/timeout/);
    }
  });

  it('waits as long as the plan wants, and does not count that as its own time', async () => {
    const { record } = await call(['mock/fail', 'gpt-mock'], {}, { delayMs: 150 });
    expect(record.latencyMs).toBeGreaterThan(145);
    expect(record.overheadMs).toBeLessThan(100);
  });

  it('tells the plan how long the provider wants to be left alone', async () => {
    const { router } = await call(['mock/retry-after-2', 'mock/retry-after-ms-50', 'gpt-mock']);
    expect(router.results.map(({ retryAfterMs }) => retryAfterMs)).toEqual([2000, 50, null]);
    expect(router.results[0]).toMatchObject({ errorType: 'rate_limited', httpStatus: 429 });
  });
});

describe('given nothing left to try', () => {
  it('answers what the last provider said, with its status, body and retry-after', async () => {
    for (const stream of [true, false]) {
      const { response, text, record } = await call(['mock/fail', 'mock/rate-limit'], { stream });
      expect(response.status).toBe(429);
      expect(text).toContain('mock 429');
      expect(response.headers.get('retry-after')).toBe('7');
      expect(response.headers.get('x-lqo-attempts')).toBe('2');
      expect(response.headers.get('x-lqo-provider')).toBe('mock/rate-limit');
      expect(record).toMatchObject({ errorType: 'rate_limited', httpStatus: 429 });
    }
  });

  it('passes the provider’s own stream that begins with an error', async () => {
    const { response, text, record } = await call(['mock/fail', 'mock/error-first'], {
      stream: true,
    });
    expect(response.status).toBe(200);
    expect(text).toBe('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
    expect(record.errorType).toBe('upstream_error');
  });

  it('does not wait for a try that would begin too late', async () => {
    const environment = { UPSTREAM_TOTAL_TIMEOUT_MS: '300' };
    const { response, record } = await call(
      ['mock/fail', 'gpt-mock'],
      {},
      { environment, delayMs: 5000 },
    );
    expect(response.status).toBe(500);
    expect(record.latencyMs).toBeLessThan(3000);
  });

  it('holds the total time across tries', async () => {
    const environment = { UPSTREAM_TOTAL_TIMEOUT_MS: '400' };
    const { response, record } = await call(
      ['mock/delay-250', 'mock/silent', 'mock/silent'],
      {},
      { environment: { ...environment, UPSTREAM_FIRST_BYTE_TIMEOUT_MS: '200' } },
    );
    expect(response.status).toBe(504);
    expect(record.attempts.at(-1)?.errorType).toMatch(/timeout/);
    expect(record.latencyMs).toBeLessThan(2000);
  });
});

describe('given a target that fails after the first content', () => {
  it.each(['mock/cut-3', 'mock/open-end-3', 'mock/reset-after-3', 'mock/error-event'])(
    'never mixes in another answer (%s)',
    async (fault) => {
      const { text, record } = await call([fault, 'gpt-mock'], { stream: true });
      expect(text).toContain('Hello');
      expect(text).toContain('error');
      expect(text).not.toContain('[DONE]');
      expect(record.attempts).toHaveLength(1);
      expect(record.status).toBe('error');
      expect(upstream.requests).toHaveLength(1);
    },
  );
});

describe('given a model that the target knows by another name', () => {
  it('changes the name and nothing else', async () => {
    const { text, record } = await call(['gpt-mock'], { temperature: 1.5, x: { model: 'keep' } });
    const sent = upstream.requests[0]?.body.toString() ?? '';
    expect(sent).toBe(
      '{"model":"gpt-mock","messages":[],"input":"x","temperature":1.5,"x":{"model":"keep"}}',
    );
    expect(JSON.parse(text).model).toBe('gpt-mock');
    expect(record.request?.text).toContain('"public"');
  });
});

describe('given early hints and trailers', () => {
  it('passes the answer alone', async () => {
    const { response, text } = await call(['mock/hints'], { stream: true });
    expect(response.status).toBe(200);
    expect(text.endsWith('[DONE]\n\n')).toBe(true);
  });

  it('answers 502 to more headers than can be read, or passes what fits', async () => {
    const { response, record } = await call(['mock/header-bomb-200']);
    expect([200, 502]).toContain(response.status);
    expect(record.attempts).toHaveLength(1);
  });
});

describe('given a model whose name leads out of the path', () => {
  it.each(['..', 'a/../../b', '.'])(
    'refuses %s where the name becomes part of the path',
    async (model) => {
      upstream.requests.length = 0;
      const azure = targetAt(upstream.origin, { provider: { kind: 'azure' } });
      const gemini = targetAt(upstream.origin, { dialect: 'gemini' });
      for (const target of [azure, gemini]) {
        const router = plannedRouter([target]);
        const gateway = await startTestGateway({}, new MemorySpool(), { router });
        const response = await fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TEST_KEY}` },
          body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] }),
        });
        await response.text();
        for (const { url } of upstream.requests)
          expect(new URL(url, upstream.origin).pathname).toBe(url);
        await gateway.close();
      }
    },
  );
});

describe('given a caller that wants its stream whole', () => {
  const headers = { 'x-lqo-stream': 'whole' };

  it.each(['mock/cut-3', 'mock/open-end-3', 'mock/error-event', 'mock/stall-3'])(
    'answers from the next target when the first breaks in the middle (%s)',
    async (fault) => {
      const environment = { UPSTREAM_IDLE_TIMEOUT_MS: '300' };
      const setup = { headers, environment };
      const { text, record } = await call([fault, 'gpt-mock'], { stream: true }, setup);
      expect(text.match(/"role":"assistant"/g)).toHaveLength(1);
      expect(text.match(/Hello/g)).toHaveLength(1);
      expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(record.attempts).toHaveLength(2);
      expect(record.firstTokenMs).toBeGreaterThan(0);
    },
  );

  it('answers an error and no stream when nothing is left', async () => {
    const { response, text } = await call(['mock/cut-3'], { stream: true }, { headers });
    expect(response.status).toBe(502);
    expect(JSON.parse(text).error.code).toBe('upstream_truncated');
  });
});

describe('given a prompt that is too long', () => {
  it('says so to the plan, which may know a larger model', async () => {
    const { text, router, record } = await call(['mock/too-long', 'gpt-mock']);
    expect(router.results[0]).toMatchObject({ errorType: 'invalid_request', tooLong: true });
    expect(text).toContain(TEXT);
    expect(record.attempts).toHaveLength(2);
    const refused = await call(['mock/refuse']);
    expect(refused.router.results[0]?.tooLong).toBeUndefined();
  });
});
