import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DialectId } from '../../src/providers/dialect.ts';
import { readExchange } from '../../src/providers/read-exchange.ts';
import { startTestGateway, TEST_KEY, type TestGateway } from '../support/gateway-server.ts';
import { type MockUpstream, startMockUpstream } from '../support/mock-upstream/mock-upstream.ts';
import { plannedRouter, targetAt } from '../support/planned-router.ts';

/** How each client embeds one text. */
const CLIENTS: Readonly<Record<string, (url: string) => Promise<readonly number[] | undefined>>> = {
  async openai(url) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });
    const { data } = await client.embeddings.create({ model: 'e', input: ['Paris'] });
    return data[0]?.embedding;
  },
  async '@google/genai'(url) {
    const client = new GoogleGenAI({ apiKey: TEST_KEY, httpOptions: { baseUrl: url } });
    const { embeddings } = await client.models.embedContent({ model: 'e', contents: ['Paris'] });
    return embeddings?.[0]?.values;
  },
  async ollama(url) {
    const client = new Ollama({ host: url, headers: { authorization: `Bearer ${TEST_KEY}` } });
    return (await client.embed({ model: 'e', input: 'Paris' })).embeddings[0];
  },
};

const PROVIDERS: readonly DialectId[] = ['openai', 'gemini', 'ollama'];

describe.each(PROVIDERS)('given a provider that speaks %s', (dialect) => {
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
    gateway.spool.records.length = 0;
  });

  it.each(Object.keys(CLIENTS))('embeds for the client %s', async (name) => {
    const vector = await CLIENTS[name]?.(gateway.url);
    expect(vector?.slice(0, 2)).toEqual([0.25, -0.5]);
    const [record] = await gateway.records();
    expect(record).toMatchObject({ operation: 'embeddings', status: 'success' });
    if (record === undefined) return;
    const responseDialect = record.handling?.responseDialect ?? null;
    expect(readExchange({ ...record, responseDialect })).toMatchObject({
      promptText: 'Paris',
      responseText: null,
      usage: { input: 3 },
    });
  });
});

describe('given a provider without embeddings', () => {
  it('says so', async () => {
    const gateway = await startTestGateway({}, undefined, {
      router: plannedRouter([targetAt('http://127.0.0.1:9', { dialect: 'anthropic' })]),
    });
    await expect(CLIENTS['openai']?.(gateway.url)).rejects.toMatchObject({ status: 501 });
    await gateway.close();
  });
});
