import OpenAI, { APIConnectionError, APIError, toFile } from 'openai';
import OpenAIV4 from 'openai-v4';
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

// The old major's types differ in details; what is called here is the same in both.
const OldOpenAI = OpenAIV4 as unknown as typeof OpenAI;
const messages = [{ role: 'user' as const, content: 'hi' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];

describe.each([
  ['openai', OpenAI],
  ['openai-v4', OldOpenAI],
])('given the client %s', (_name, Client) => {
  const client = (maxRetries = 0) =>
    new Client({ baseURL: setup.baseURL, apiKey: setup.apiKey, maxRetries });
  const create = (model: string) => client().chat.completions.create({ model, messages });
  const stream = (model: string) =>
    client().chat.completions.create({ model, messages, stream: true });

  it('completes a chat, with unknown fields both ways', async () => {
    const { data, response } = await client()
      .chat.completions.create({
        model: 'gpt-mock',
        messages,
        user: 'u1',
        metadata: { a: 'b' },
        ...{ brand_new: [1] },
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(TEXT);
    expect(data).toHaveProperty('unknown_field', { kept: true });
    expect(setup.upstream.requests[0]?.json['brand_new']).toEqual([1]);
    const [record] = await setup.gateway.records();
    expect(record?.id).toBe(response.headers.get('x-lqo-interaction-id'));
    expect(record?.context).toMatchObject({ userId: 'u1', metadata: { a: 'b' } });
  });

  it('passes multimodal parts and n untouched', async () => {
    const url = `data:image/png;base64,${'A'.repeat(90_000)}`;
    const content = [
      { type: 'text' as const, text: 'what "is" this? }{' },
      { type: 'image_url' as const, image_url: { url, detail: 'low' as const } },
    ];
    const reply = await client().chat.completions.create({
      model: 'gpt-mock',
      messages: [{ role: 'user', content }],
      n: 2,
      logprobs: true,
    });
    expect(reply.choices).toHaveLength(2);
    expect(setup.upstream.requests[0]?.json['messages']).toEqual([{ role: 'user', content }]);
    expect((await setup.gateway.records())[0]?.model).toBe('gpt-mock');
  });

  it('streams a chat without a usage chunk it did not ask for', async () => {
    const parts: string[] = [];
    for await (const chunk of await stream('gpt-mock')) {
      expect(chunk.choices).toHaveLength(1);
      parts.push(chunk.choices[0]?.delta.content ?? '');
    }
    expect(parts.join('')).toBe(TEXT);
    const [record] = await setup.gateway.records();
    expect(record?.response?.text).toContain('"total_tokens":16');
  });

  it('streams the usage chunk to a caller that asks', async () => {
    const usages: (number | undefined)[] = [];
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    for await (const chunk of await client().chat.completions.create({
      model: 'gpt-mock',
      messages,
      ...options,
    })) {
      usages.push(chunk.usage?.total_tokens);
    }
    expect(usages.at(-1)).toBe(16);
  });

  it('calls tools, streaming or not', async () => {
    const whole = await client().chat.completions.create({ model: 'gpt-mock', messages, tools });
    expect(whole.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
    });
    let argumentsText = '';
    for await (const chunk of await client().chat.completions.create({
      model: 'gpt-mock',
      messages,
      tools,
      stream: true,
    })) {
      argumentsText += chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '';
    }
    expect(argumentsText).toBe('{"city":"Paris"}');
  });

  it('uses the Responses API, streaming or not', async () => {
    const whole = await client().responses.create({ model: 'gpt-mock', input: 'hi' });
    expect(whole.output_text).toBe(TEXT);
    const types: string[] = [];
    for await (const event of await client().responses.create({
      model: 'gpt-mock',
      input: 'hi',
      stream: true,
    })) {
      types.push(event.type);
    }
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
    const records = await setup.gateway.records(2);
    expect(records.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'responses success',
      'responses success',
    ]);
  });

  it('embeds, as base64 by default and as floats', async () => {
    const embed = (rest: object) =>
      client().embeddings.create({ model: 'e', input: ['a', 'b'], ...rest });
    const byDefault = await embed({});
    expect(byDefault.data.map(({ embedding }) => embedding)).toEqual(
      Array(2).fill([0.25, -0.5, 0.75, 1]),
    );
    expect(setup.upstream.requests[0]?.json['encoding_format']).toBe('base64');
    const floats = await embed({ encoding_format: 'float', dimensions: 2 });
    expect(floats.data[0]?.embedding).toEqual([0.25, -0.5]);
  });

  it('lists models, completes texts, moderates, speaks and transcribes', async () => {
    const ids: string[] = [];
    for await (const model of client().models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['gpt-mock', 'demo/good']));
    const completion = await client().completions.create({ model: 'gpt-mock', prompt: 'x' });
    expect(completion.choices[0]?.text).toBe(TEXT);
    expect((await client().moderations.create({ input: 'x' })).results).toHaveLength(1);
    const speech = await client().audio.speech.create({ model: 'tts', voice: 'alloy', input: 'x' });
    expect((await speech.arrayBuffer()).byteLength).toBe(6);
    const file = await toFile(Buffer.from('RIFF'), 'a.wav');
    const heard = await client().audio.transcriptions.create({ model: 'whisper-1', file });
    expect(heard.text).toBe('hello');
  });

  it.each([
    ['mock/rate-limit', 429],
    ['mock/bad-key', 401],
    ['mock/refuse', 400],
    ['mock/fail', 500],
  ])('throws the provider’s error for %s', async (model, status) => {
    await expect(create(model)).rejects.toMatchObject({ status, code: 'mock' });
    await expect(stream(model)).rejects.toMatchObject({ status });
  });

  it('retries as the provider’s headers say, and every attempt is recorded', async () => {
    const call = client(2).chat.completions.create({ model: 'mock/fail', messages });
    await expect(call).rejects.toMatchObject({ status: 500 });
    expect(await setup.gateway.records(3)).toHaveLength(3);
  });

  it('throws our error when the provider breaks off, and never ends as if all were well', async () => {
    await expect(create('mock/reset')).rejects.toMatchObject({
      status: 502,
      code: 'upstream_unreachable',
    });
    const read = async (model: string) => {
      let text = '';
      for await (const chunk of await stream(model)) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    await expect(read('mock/cut-3')).rejects.toMatchObject({ code: 'upstream_truncated' });
    const types = (await setup.gateway.records(2)).map(({ errorType }) => errorType);
    expect(types).toEqual(['connection_failed', 'upstream_truncated']);
    // The old major waits forever for a body that is cut short, in front of any provider.
    if (Client === OldOpenAI) return;
    await expect(create('mock/short')).rejects.toThrow();
    expect((await setup.gateway.records(3))[2]?.errorType).toBe('upstream_truncated');
  });

  it('throws our error when a Responses stream is cut', async () => {
    const read = async () => {
      const events = await client().responses.create({
        model: 'mock/cut-6',
        input: 'hi',
        stream: true,
      });
      for await (const _ of events);
    };
    await expect(read()).rejects.toThrow();
  });

  it('stops the provider when it aborts a stream', async () => {
    const events = await stream('mock/paced-50');
    let seen = 0;
    for await (const _ of events) {
      seen += 1;
      if (seen === 2) events.controller.abort();
    }
    const [record] = await setup.gateway.records();
    expect(record?.errorType).toBe('client_closed');
    await setup.upstream.requests[0]?.aborted;
  });
});

describe('given the helpers of the client openai', () => {
  const client = () => new OpenAI({ baseURL: setup.baseURL, apiKey: setup.apiKey, maxRetries: 0 });

  it('streams with the helper and runs tools to the end', async () => {
    const stream = client().chat.completions.stream({ model: 'gpt-mock', messages });
    expect((await stream.finalChatCompletion()).choices[0]?.message.content).toBe(TEXT);
    const runner = client().chat.completions.runTools({
      model: 'gpt-mock',
      messages,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            parameters,
            description: 'weather',
            parse: JSON.parse,
            function: async () => 'sunny',
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe(TEXT);
    expect(await setup.gateway.records(3)).toHaveLength(3);
  });

  it('tells a wrong key of ours apart from the provider’s', async () => {
    const stranger = new OpenAI({ baseURL: setup.baseURL, apiKey: 'lqo_wrong', maxRetries: 0 });
    const call = stranger.chat.completions.create({ model: 'gpt-mock', messages });
    await expect(call).rejects.toSatisfy(
      (error) => error instanceof APIError && error.status === 401,
    );
    await expect(call).rejects.not.toBeInstanceOf(APIConnectionError);
    expect(setup.upstream.requests).toEqual([]);
  });
});
