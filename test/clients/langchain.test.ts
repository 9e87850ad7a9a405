import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEXT } from '../support/mock-upstream/dialect.ts';
import { type ClientSetup, startClientSetup } from './setup.ts';

let setup: ClientSetup;
beforeAll(async () => {
  setup = await startClientSetup();
});
afterAll(async () => {
  await setup.close();
});
beforeEach(() => setup.reset());

describe('given @langchain/openai', () => {
  const chat = (model: string, rest: object = {}) =>
    new ChatOpenAI({
      model,
      apiKey: setup.apiKey,
      maxRetries: 0,
      configuration: { baseURL: setup.baseURL },
      ...rest,
    });

  it('invokes, over chat completions and over responses', async () => {
    expect((await chat('gpt-mock').invoke('hi')).text).toBe(TEXT);
    expect((await chat('gpt-mock', { useResponsesApi: true }).invoke('hi')).text).toBe(TEXT);
    const records = await setup.gateway.records(2);
    expect(records.map(({ operation }) => operation)).toEqual(['chat', 'responses']);
  });

  it('streams, with usage that it asks for', async () => {
    let text = '';
    const totals: (number | undefined)[] = [];
    for await (const chunk of await chat('gpt-mock').stream('hi')) {
      text += chunk.text;
      const { usage_metadata: usage } = chunk as unknown as {
        usage_metadata?: { total_tokens: number };
      };
      totals.push(usage?.total_tokens);
    }
    expect(text).toBe(TEXT);
    expect(totals).toContain(16);
  });

  it('binds tools', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } };
    const bound = chat('gpt-mock').bindTools([
      { type: 'function', function: { name: 'get_weather', parameters: schema } },
    ]);
    expect((await bound.invoke('hi')).tool_calls?.[0]).toMatchObject({
      name: 'get_weather',
      args: { city: 'Paris' },
    });
  });

  it('embeds', async () => {
    const embeddings = new OpenAIEmbeddings({
      model: 'e',
      apiKey: setup.apiKey,
      configuration: { baseURL: setup.baseURL },
    });
    expect(await embeddings.embedQuery('a')).toEqual([0.25, -0.5, 0.75, 1]);
  });

  it('fails when the provider does and when a stream is cut', async () => {
    await expect(chat('mock/refuse').invoke('hi')).rejects.toThrow(/mock 400/);
    const read = async () => {
      for await (const _ of await chat('mock/cut-3').stream('hi'));
    };
    await expect(read()).rejects.toThrow();
    const types = (await setup.gateway.records(2)).map(({ errorType }) => errorType);
    expect(types).toEqual(['invalid_request', 'upstream_truncated']);
  });

  it('stops the provider when it aborts', async () => {
    const abort = new AbortController();
    const read = async () => {
      const stream = await chat('mock/paced-50').stream('hi', { signal: abort.signal });
      for await (const chunk of stream) if (chunk.text !== '') abort.abort();
    };
    await read().catch(() => undefined);
    expect((await setup.gateway.records())[0]?.errorType).toBe('client_closed');
  });
});
