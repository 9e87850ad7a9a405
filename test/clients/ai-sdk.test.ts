import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateText, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
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

const weather = tool({
  description: 'weather',
  inputSchema: z.object({ city: z.string() }),
  execute: () => Promise.resolve('sunny'),
});

describe.each(['chat', 'responses'] as const)('given the ai package over %s', (api) => {
  const model = (name: string) =>
    createOpenAI({ baseURL: setup.baseURL, apiKey: setup.apiKey })[api](name);

  it('generates text and counts tokens', async () => {
    const { text, usage } = await generateText({ model: model('gpt-mock'), prompt: 'hi' });
    expect(text).toBe(TEXT);
    expect(usage.totalTokens).toBe(16);
    expect((await setup.gateway.records())[0]?.operation).toBe(api);
  });

  it('streams text and counts tokens', async () => {
    const result = streamText({ model: model('gpt-mock'), prompt: 'hi' });
    let text = '';
    for await (const part of result.textStream) text += part;
    expect(text).toBe(TEXT);
    expect((await result.usage).totalTokens).toBe(16);
  });

  it('runs a tool and goes on', async () => {
    const { text, steps } = await generateText({
      model: model('gpt-mock'),
      prompt: 'hi',
      tools: { get_weather: weather },
      stopWhen: stepCountIs(3),
    });
    expect(text).toBe(TEXT);
    expect(steps).toHaveLength(2);
    expect(await setup.gateway.records(2)).toHaveLength(2);
  });

  it('fails when the provider does', async () => {
    const call = generateText({ model: model('mock/refuse'), prompt: 'hi', maxRetries: 0 });
    await expect(call).rejects.toMatchObject({ statusCode: 400 });
  });

  it('fails when a stream is cut', async () => {
    const errors: unknown[] = [];
    const result = streamText({
      model: model('mock/cut-4'),
      prompt: 'hi',
      maxRetries: 0,
      onError: ({ error }) => {
        errors.push(error);
      },
    });
    const reasons: string[] = [];
    for await (const part of result.fullStream) {
      if (part.type === 'error') errors.push(part.error);
      if (part.type === 'finish') reasons.push(part.finishReason);
    }
    expect(errors.length).toBeGreaterThan(0);
    expect(reasons).not.toContain('stop');
    expect((await setup.gateway.records())[0]?.errorType).toBe('upstream_truncated');
  });

  it('stops the provider when it aborts', async () => {
    const abort = new AbortController();
    const result = streamText({
      model: model('mock/paced-50'),
      prompt: 'hi',
      abortSignal: abort.signal,
    });
    for await (const part of result.fullStream) if (part.type === 'text-delta') abort.abort();
    expect((await setup.gateway.records())[0]?.errorType).toBe('client_closed');
    await setup.upstream.requests[0]?.aborted;
  });
});

describe('given the ai package and embeddings', () => {
  it('embeds as floats', async () => {
    const model = createOpenAI({ baseURL: setup.baseURL, apiKey: setup.apiKey }).embedding('e');
    const { embeddings } = await embedMany({ model, values: ['a', 'b'] });
    expect(embeddings).toEqual(Array(2).fill([0.25, -0.5, 0.75, 1]));
  });
});
