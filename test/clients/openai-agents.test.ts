import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import OpenAI from 'openai';
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
  name: 'get_weather',
  description: 'weather',
  parameters: z.object({ city: z.string() }),
  execute: () => Promise.resolve('sunny'),
});

describe.each([false, true])('given @openai/agents with useResponses=%s', (useResponses) => {
  const runner = () => {
    const openAIClient = new OpenAI({
      baseURL: setup.baseURL,
      apiKey: setup.apiKey,
      maxRetries: 0,
    });
    // The provider's types come from the client version that the agents package bundles.
    const options = { openAIClient, useResponses } as unknown as ConstructorParameters<
      typeof OpenAIProvider
    >[0];
    return new Runner({ modelProvider: new OpenAIProvider(options), tracingDisabled: true });
  };

  it('runs an agent with a tool to its end', async () => {
    const agent = new Agent({ name: 'a', model: 'gpt-mock', tools: [weather] });
    const result = await runner().run(agent, 'hi');
    expect(result.finalOutput).toBe(TEXT);
    const records = await setup.gateway.records(2);
    expect(records.map(({ operation, status }) => `${operation} ${status}`)).toEqual(
      Array(2).fill(`${useResponses ? 'responses' : 'chat'} success`),
    );
  });

  it('streams', async () => {
    const agent = new Agent({ name: 'a', model: 'gpt-mock' });
    const stream = await runner().run(agent, 'hi', { stream: true });
    for await (const _ of stream);
    await stream.completed;
    expect(stream.finalOutput).toBe(TEXT);
    expect((await setup.gateway.records())[0]).toMatchObject({ stream: true, status: 'success' });
  });

  it('fails when the provider does', async () => {
    const agent = new Agent({ name: 'a', model: 'mock/refuse' });
    await expect(runner().run(agent, 'hi')).rejects.toThrow(/400/);
  });
});
