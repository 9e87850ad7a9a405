import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  generateText,
  type LanguageModel,
  NoObjectGeneratedError,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { z } from 'zod';
import {
  DESCRIPTION,
  type HeardCall,
  type MatrixClient,
  type Place,
  PNG,
  PROMPT,
  SYSTEM,
} from './matrix-client.ts';

/** The AI SDK over one of its providers. */
function aiSdk(
  dialect: string,
  modelAt: (place: Place) => LanguageModel,
  name: string,
): MatrixClient {
  const called = async (place: Place, stream: boolean): Promise<HeardCall> => {
    let heard: unknown;
    const get_weather = tool({
      description: DESCRIPTION,
      inputSchema: z.object({ city: z.string() }),
      execute: (input) => {
        heard = input;
        return Promise.resolve('sunny');
      },
    });
    const ask = {
      model: modelAt(place),
      prompt: PROMPT,
      tools: { get_weather },
      stopWhen: stepCountIs(3),
      maxRetries: 0,
    };
    const text = stream ? await streamText(ask).text : (await generateText(ask)).text;
    return { name: 'get_weather', arguments: heard, text };
  };
  return {
    name,
    dialect,
    async whole(place) {
      const ask = { model: modelAt(place), instructions: SYSTEM, prompt: PROMPT, maxRetries: 0 };
      const { text, usage } = await generateText(ask);
      return { text, input: usage.inputTokens, output: usage.outputTokens };
    },
    async streamed(place) {
      const result = streamText({
        model: modelAt(place),
        prompt: PROMPT,
        maxRetries: 0,
        onError: () => undefined,
      });
      let text = '';
      for await (const part of result.fullStream) {
        if (part.type === 'error') throw part.error;
        if (part.type === 'text-delta') text += part.text;
      }
      const { inputTokens: input, outputTokens: output } = await result.usage;
      return { text, input, output };
    },
    calls: (place) => called(place, false),
    streamsCalls: (place) => called(place, true),
    async looks(place) {
      const content = [
        { type: 'text' as const, text: 'Where is this?' },
        { type: 'file' as const, data: PNG, mediaType: 'image/png' },
      ];
      // The mock keeps to no schema, so what it said is in the error.
      const refused = await generateText({
        model: modelAt(place),
        messages: [{ role: 'user', content }],
        output: Output.object({ schema: z.object({ city: z.string() }) }),
        // A tool is the client's other way, for models it does not know.
        providerOptions: { anthropic: { structuredOutputMode: 'outputFormat' } },
        maxRetries: 0,
      }).then(
        () => null,
        (error: unknown) => error,
      );
      if (!NoObjectGeneratedError.isInstance(refused)) throw refused;
      return refused.text ?? '';
    },
  };
}

/** The AI SDK with each provider package that speaks one of our dialects. */
export const AI_SDK_CLIENTS: readonly MatrixClient[] = [
  aiSdk(
    'openai',
    ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).chat(model),
    'ai with openai',
  ),
  aiSdk(
    'openai',
    ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).responses(model),
    'ai with openai responses',
  ),
  aiSdk(
    'anthropic',
    ({ url, apiKey, model }) => createAnthropic({ baseURL: `${url}/v1`, apiKey })(model),
    'ai with anthropic',
  ),
  aiSdk(
    'gemini',
    ({ url, apiKey, model }) =>
      // A name with a slash is taken for a whole path unless it says what it names.
      createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })(`models/${model}`),
    'ai with google',
  ),
];
