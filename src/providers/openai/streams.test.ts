import { describe, expect, it } from 'vitest';
import type { ChatCodec } from '../dialect.ts';
import { assembled } from '../fixtures/arbitrary-answer.ts';
import type { ChatAnswer } from '../neutral.ts';
import { parseEvents } from '../sse.ts';
import { chatCodec } from './chat-codec.ts';
import { AZURE_CHAT, DEEPSEEK_CHAT, OPENAI_CALLS, OPENAI_RESPONSE } from './fixtures/streams.ts';
import { responsesCodec } from './responses-codec.ts';

function read(codec: ChatCodec, stream: string): ChatAnswer {
  const reader = codec.streamReader();
  const steps = parseEvents(stream).flatMap((event) => [...reader.push(event)]);
  return assembled([...steps, ...reader.end()]);
}

describe('given streams of providers', () => {
  it('reads Azure', () => {
    expect(read(chatCodec, AZURE_CHAT)).toMatchObject({
      id: 'chatcmpl-Az1',
      model: 'gpt-4o-2024-11-20',
      choices: [{ parts: [{ kind: 'text', text: 'Seoul' }], finishReason: 'stop' }],
      usage: { input: 14, output: 2, cachedInput: 0 },
    });
  });

  it('reads the thoughts of DeepSeek', () => {
    expect(read(chatCodec, DEEPSEEK_CHAT)).toMatchObject({
      choices: [
        {
          parts: [
            { kind: 'reasoning', text: 'The capital is Seoul.', signature: null },
            { kind: 'text', text: 'Seoul.' },
          ],
          finishReason: 'stop',
        },
      ],
      usage: { input: 20, cachedInput: 16, output: 12, reasoning: 8 },
    });
  });

  it('reads calls that come together', () => {
    expect(read(chatCodec, OPENAI_CALLS)).toMatchObject({
      serviceTier: 'default',
      choices: [
        {
          parts: [
            { kind: 'tool_call', id: 'call_A', name: 'get_weather', arguments: '{"city":"Seoul"}' },
            { kind: 'tool_call', id: 'call_B', name: 'get_time', arguments: '{}' },
          ],
          finishReason: 'tool_calls',
        },
      ],
      usage: { input: 80, cachedInput: 64, output: 31, reasoning: 0 },
    });
  });

  it('reads a response with its encrypted thoughts, streamed as whole', () => {
    const streamed = read(responsesCodec, OPENAI_RESPONSE);
    expect(streamed.choices[0]?.parts).toEqual([
      {
        kind: 'reasoning',
        text: '**Looking**\n\n**Calling**',
        signature: 'openai-responses:rs_07:gAAAAB==',
        redacted: false,
      },
      {
        kind: 'tool_call',
        id: 'call_07',
        name: 'get_weather',
        arguments: '{"city":"Seoul"}',
        signature: null,
      },
    ]);
    const last = parseEvents(OPENAI_RESPONSE).at(-1)?.data as { response: Record<string, unknown> };
    const whole = responsesCodec.readAnswer(last.response);
    expect({ ...whole, createdAt: null }).toEqual(streamed);
  });

  it('reads what came before a cut', () => {
    const cut = OPENAI_CALLS.slice(0, OPENAI_CALLS.indexOf('get_time'));
    const answer = read(chatCodec, cut.slice(0, cut.lastIndexOf('\n\n') + 2));
    expect(answer.choices[0]).toMatchObject({
      parts: [{ kind: 'tool_call', id: 'call_A', arguments: '{"city":"Seoul"}' }],
      finishReason: null,
    });
  });
});
