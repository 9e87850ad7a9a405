import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import type { ChatRequest } from '../neutral.ts';
import { parseEvents } from '../sse.ts';
import { chatCodec } from './chat-codec.ts';

/** What chat completions cannot say, or say in other words: see `not-carried.ts`. */
const SPOKEN = {
  cacheMarks: false,
  reasoning: 'none',
  toolErrors: false,
  toolResultNames: false,
  topK: false,
  reasoningBudget: false,
  reasoningVisible: false,
  logprobs: false,
  metadata: false,
} as const;
const ANSWERED = { stopSequences: false } as const;

const ASKED: ChatRequest = chatCodec.readRequest(
  { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  '/v1/chat/completions',
);

function wire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

describe('given requests', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatRequests(SPOKEN), (request) => {
        const { body, path } = chatCodec.writeRequest(request);
        expect(chatCodec.readRequest(wire(body), path)).toEqual(request);
      }),
    );
  });

  it.each<[string, object]>([
    ['audio', { audio: { voice: 'alloy' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
    ['web_search_options', { web_search_options: { a: 1 } }],
    ['web_search_options', { web_search_options: {} }],
    ['verbosity', { verbosity: 'low' }],
    ['brand_new', { brand_new: true }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools' } }],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: '' }] }],
    ['messages[0].audio', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }],
    ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'video' }] }] }],
    [
      'messages[0].content[0].file.file_id',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
    ],
    ['response_format.type', { response_format: { type: 'grammar' } }],
  ])('refuses %s by name', (field, more) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more };
    expect(() => chatCodec.readRequest(body, '')).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('lets fields pass that say nothing about the answer', () => {
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      store: true,
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
      safety_identifier: 'u',
      stream_options: { include_usage: true },
      logit_bias: {},
      functions: null,
    };
    expect(chatCodec.readRequest(body, '')).toMatchObject({ userId: 'u', metadata: { a: 'b' } });
  });

  it('tells in words that a tool failed', () => {
    const result = (text: string): ChatRequest['messages'][number] => ({
      role: 'tool',
      name: null,
      parts: [
        {
          kind: 'tool_result',
          callId: 'c',
          name: null,
          parts: [{ kind: 'text', text, cache: false }],
          isError: true,
        },
      ],
    });
    const request = { ...ASKED, messages: [result('no such city'), result('Error: gone')] };
    expect(chatCodec.writeRequest(request).body['messages']).toMatchObject([
      { content: 'Error: no such city' },
      { content: 'Error: gone' },
    ]);
  });

  it('refuses pictures from tools, which chat completions do not take', () => {
    const source = { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } as const;
    const request: ChatRequest = {
      ...ASKED,
      messages: [
        {
          role: 'tool',
          name: null,
          parts: [
            {
              kind: 'tool_result',
              callId: 'c',
              name: null,
              parts: [{ kind: 'image', source, detail: null }],
              isError: false,
            },
          ],
        },
      ],
    };
    expect(() => chatCodec.writeRequest(request)).toThrow('messages.tool.image');
  });

  it('turns a budget of thoughts into an effort', () => {
    const effort = (budgetTokens: number): unknown =>
      chatCodec.writeRequest({
        ...ASKED,
        reasoning: { effort: null, budgetTokens, visible: true },
      }).body['reasoning_effort'];
    expect([0, 1024, 8000, 32_000].map(effort)).toEqual(['none', 'low', 'medium', 'high']);
  });

  it.each([
    ['top_k', { topK: 5 }],
    ['logprobs', { logprobs: 0 }],
  ] as const)('refuses to write %s', (field, more) => {
    expect(() => chatCodec.writeRequest({ ...ASKED, ...more })).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });
});

describe('given answers', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatAnswers(ANSWERED), (answer) => {
        const body = wire(chatCodec.writeAnswer(answer, ASKED));
        expect(chatCodec.readAnswer(body)).toEqual(answer);
      }),
    );
  });

  it('refuses what is no answer, in the words of the provider', () => {
    expect(() => chatCodec.readAnswer({ error: { message: 'overloaded' } })).toThrow(
      expect.objectContaining({
        code: 'upstream_truncated',
        message: 'The provider sent no answer: overloaded',
      }),
    );
  });

  it('reads the thoughts of DeepSeek, OpenRouter and Mistral', () => {
    const read = (message: object): unknown =>
      chatCodec.readAnswer({ choices: [{ index: 0, message, finish_reason: 'stop' }] }).choices[0]
        ?.parts[0];
    const plain = { kind: 'reasoning', text: 'hm', signature: null, redacted: false };
    expect(read({ content: 'x', reasoning_content: 'hm' })).toEqual(plain);
    expect(read({ content: 'x', reasoning: 'hm' })).toEqual(plain);
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
    expect(read({ content: [thinking, { type: 'text', text: 'x' }] })).toEqual(plain);
    const details = [{ type: 'reasoning.text', text: 'hm', signature: 's' }];
    expect(read({ content: 'x', reasoning: 'hm', reasoning_details: details })).toEqual({
      ...plain,
      signature: 's',
    });
  });
});

function streamed(steps: ReturnType<typeof deltasOf>, includeUsage = true): string {
  const writer = chatCodec.streamWriter(ASKED, { includeUsage, createdAt: 1 });
  return steps.map((step) => writer.write(step)).join('') + writer.end();
}

function readStream(text: string): ReturnType<typeof deltasOf> {
  const reader = chatCodec.streamReader();
  return [...parseEvents(text).flatMap((event) => [...reader.push(event)]), ...reader.end()];
}

describe('given streams', () => {
  it('adds up to the whole answer', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(chatAnswers({ ...ANSWERED, createdAt: false }), size, (answer, pieceLength) => {
        const text = streamed(deltasOf(answer, pieceLength));
        expect(assembled(readStream(text))).toEqual(answer);
        expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
      }),
    );
  });

  it('shows usage only to a caller that asked for it', () => {
    fc.assert(
      fc.property(chatAnswers({ manyChoices: false }), (answer) => {
        expect(streamed(deltasOf(answer), false)).not.toContain('usage');
      }),
      { numRuns: 20 },
    );
  });

  it('keeps calls apart that a server all counts as 0', () => {
    const call = (id: string, name: string): object => ({
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index: 0, id, function: { name, arguments: '{"a":1}' } }] },
        },
      ],
    });
    const reader = chatCodec.streamReader();
    const steps = [call('x', 'f'), call('y', 'g')].flatMap((data) => [
      ...reader.push({ event: null, data }),
    ]);
    expect(assembled(steps).choices[0]?.parts).toMatchObject([
      { id: 'x', name: 'f', arguments: '{"a":1}' },
      { id: 'y', name: 'g', arguments: '{"a":1}' },
    ]);
  });

  it('tells an error in the stream', () => {
    const reader = chatCodec.streamReader();
    const data = { error: { message: 'overloaded', code: 503 } };
    expect(reader.push({ event: null, data })).toMatchObject([
      { kind: 'error', error: { status: 503, message: 'overloaded' } },
    ]);
  });
});

describe('given wild JSON', () => {
  const wild = fc.oneof(
    fc.object({ key: fc.constantFrom('model', 'messages', 'role', 'content', 'type', 'tools') }),
    fc.record({
      model: fc.constant('m'),
      messages: fc.array(fc.object({ key: fc.constantFrom('role', 'content', 'tool_calls') })),
    }),
  );

  it('throws nothing but refusals', () => {
    const chunkKeys = fc.constantFrom(
      'choices',
      'delta',
      'tool_calls',
      'function',
      'usage',
      'index',
    );
    fc.assert(
      fc.property(wild, fc.object({ key: chunkKeys, maxDepth: 5 }), (request, chunk) => {
        for (const read of [
          (): unknown => chatCodec.readRequest(request, ''),
          (): unknown => chatCodec.readAnswer(chunk),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        }
        const reader = chatCodec.streamReader();
        reader.push({ event: null, data: chunk });
        reader.push({ event: null, data: request });
        reader.end();
      }),
      { numRuns: 500 },
    );
  });
});
