import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExchangeRecord } from '../../src/ingest/spool-record.ts';
import type { DialectId } from '../../src/providers/dialect.ts';
import type { ParsedExchange } from '../../src/providers/exchange.ts';
import { readExchange } from '../../src/providers/read-exchange.ts';
import { startTestGateway, TEST_KEY, type TestGateway } from '../support/gateway-server.ts';
import { TEXT } from '../support/mock-upstream/dialect.ts';
import { type MockUpstream, startMockUpstream } from '../support/mock-upstream/mock-upstream.ts';
import { plannedRouter, targetAt } from '../support/planned-router.ts';
import { MATRIX_CLIENTS } from './matrix/clients.ts';
import type { Place } from './matrix/matrix-client.ts';

/** Paths by which the mock provider is asked, by the dialect it speaks. */
const PROVIDERS: readonly (readonly [DialectId, RegExp])[] = [
  ['openai', /^\/v1\/(?:chat\/completions|responses)/],
  ['anthropic', /^\/v1\/messages/],
  ['gemini', /^\/v1(?:beta)?\/models\/the-model:/],
  ['ollama', /^\/api\/chat/],
];

describe.each(PROVIDERS)('given a provider that speaks %s', (dialect, path) => {
  let upstream: MockUpstream;
  let gateway: TestGateway;

  beforeAll(async () => {
    upstream = await startMockUpstream();
    const base = dialect === 'openai' ? upstream.baseUrl : upstream.origin;
    gateway = await startTestGateway({}, undefined, {
      router: plannedRouter([targetAt(base, { dialect })]),
    });
  });
  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });
  beforeEach(() => {
    upstream.requests.length = 0;
    gateway.spool.records.length = 0;
  });

  function place(model = 'the-model'): Place {
    return { url: gateway.url, apiKey: TEST_KEY, model };
  }

  it('dates whole answers', async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const { created } = await client.chat.completions.create({ model: 'the-model', messages });
    expect(created).toBeGreaterThan(1_700_000_000);
  });

  describe.each(MATRIX_CLIENTS)('and the client $name', (client) => {
    it('answers, whole', async () => {
      expect(await client.whole(place())).toEqual({ text: TEXT, input: 11, output: 5 });
      expect(upstream.requests[0]?.url).toMatch(path);
      expect(JSON.stringify(upstream.requests[0]?.json)).toContain('Be brief.');
      const [record] = await gateway.records();
      expect(record).toMatchObject({
        dialect: client.dialect,
        status: 'success',
        stream: false,
        handling: { responseDialect: client.dialect === dialect ? null : dialect },
      });
      expect(reading(record)).toMatchObject(READ);
    });

    it('answers, streamed', async () => {
      expect(await client.streamed(place())).toEqual({ text: TEXT, input: 11, output: 5 });
      const [record] = await gateway.records();
      expect(record).toMatchObject({ status: 'success', stream: true });
      expect(record?.firstTokenMs).not.toBeNull();
      expect(reading(record)).toMatchObject(READ);
    });

    it.each(['calls', 'streamsCalls'] as const)('has tools called (%s)', async (way) => {
      expect(await client[way](place())).toEqual({
        name: 'get_weather',
        arguments: { city: 'Paris' },
        text: TEXT,
      });
      expect(upstream.requests).toHaveLength(2);
      expect(JSON.stringify(upstream.requests[1]?.json)).toContain('sunny');
    });

    it('looks at a picture and keeps to a schema', async () => {
      expect(await client.looks(place())).toBe(TEXT);
      const asked = JSON.stringify(upstream.requests[0]?.json);
      expect(asked).toContain('iVBORw0KGgo');
      expect(asked).toMatch(/"city"/);
    });

    it.each([
      ['mock/refuse', 400],
      ['mock/bad-key', 401],
      ['mock/rate-limit', 429],
      ['mock/fail', 500],
    ])('throws the provider’s error for %s', async (model, status) => {
      const error = await client.whole(place(model)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      expect(statusOf(error)).toBe(status);
      expect(String(error)).toContain(`mock ${status}`);
      const [record] = await gateway.records();
      expect(record).toMatchObject({ status: 'error', httpStatus: status });
    });

    it('throws when the stream breaks off', async () => {
      await expect(client.streamed(place('mock/cut-4'))).rejects.toThrow();
      const [record] = await gateway.records();
      expect(record?.errorType).toBe('upstream_truncated');
    });
  });
});

/** What must be read in every record, whatever its two dialects. */
const READ = {
  responseText: TEXT,
  promptText: 'Weather in Paris?',
  finishReason: 'stop',
  usage: { input: 11, output: 5, source: 'reported' },
};

function reading(record: ExchangeRecord | undefined): ParsedExchange | null {
  if (record === undefined) return null;
  return readExchange({ ...record, responseDialect: record.handling?.responseDialect ?? null });
}

/** The HTTP status, wherever a client keeps it. */
function statusOf(error: unknown): unknown {
  const { status, statusCode, status_code } = error as Record<string, unknown>;
  return status ?? statusCode ?? status_code;
}
