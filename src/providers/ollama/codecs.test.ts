import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import type { ChatAnswer, ChatRequest } from '../neutral.ts';
import { chatCodec, generateCodec } from './codecs.ts';

/** What Ollama cannot say, or says in other words: see `not-carried.ts`. */
const SPOKEN = {
  names: false,
  cacheMarks: false,
  manyParts: false,
  imageUrls: false,
  imageData: false,
  audio: false,
  files: false,
  reasoning: 'plain',
  refusals: false,
  strictTools: false,
  toolChoice: false,
  parallelToolCalls: false,
  toolErrors: false,
  callSignatures: false,
  choices: false,
  schemaNames: false,
  reasoningBudget: false,
  reasoningVisible: false,
  logprobs: false,
  userId: false,
  metadata: false,
  serviceTier: false,
} as const;
const ANSWERED = {
  manyChoices: false,
  reasoning: 'plain',
  refusals: false,
  callSignatures: false,
  stopSequences: false,
  cachedUsage: false,
  cacheWriteUsage: false,
  reasoningUsage: false,
  audioUsage: false,
  serviceTier: false,
} as const;

const ASKED: ChatRequest = chatCodec.readRequest(
  { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  '/api/chat',
);
const OPTIONS = { includeUsage: true, createdAt: 1_795_000_000 };

function wire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}

/** Ollama's tools have words and parameters always. */
function withDefaults(request: ChatRequest): ChatRequest {
  const tools = request.tools.map((tool) => ({ ...tool, description: tool.description ?? '' }));
  return { ...request, tools };
}

describe('given requests', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatRequests(SPOKEN), (request) => {
        const { body, path } = chatCodec.writeRequest(request);
        expect(chatCodec.readRequest(wire(body), path)).toEqual(withDefaults(request));
      }),
    );
  });

  it('streams unless told otherwise', () => {
    expect(ASKED.stream).toBe(true);
    const whole = { model: 'm', messages: [{ role: 'user', content: 'x' }], stream: false };
    expect(chatCodec.readRequest(whole, '').stream).toBe(false);
  });

  it('carries images with the words around them', () => {
    const source = { kind: 'data', mediaType: 'image/jpeg', base64: '/9j/4AAQ' } as const;
    const request: ChatRequest = {
      ...ASKED,
      messages: [
        {
          role: 'user',
          name: null,
          parts: [
            { kind: 'text', text: 'what is', cache: false },
            { kind: 'image', source, detail: 'low' },
            { kind: 'text', text: 'this?', cache: false },
          ],
        },
      ],
    };
    const { body } = chatCodec.writeRequest(request);
    expect(body['messages']).toEqual([
      { role: 'user', content: 'what is\nthis?', images: ['/9j/4AAQ'] },
    ]);
    expect(chatCodec.readRequest(wire(body), '').messages[0]?.parts).toMatchObject([
      { kind: 'text', text: 'what is\nthis?' },
      { kind: 'image', source },
    ]);
  });

  it('gives calls without ids the results that belong to them', () => {
    const called = (name: string): object => ({ function: { name, arguments: { a: 1 } } });
    const { messages } = chatCodec.readRequest(
      {
        model: 'm',
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: '', tool_calls: [called('f'), called('g'), called('f')] },
          { role: 'tool', content: 'of g', tool_name: 'g' },
          { role: 'tool', content: 'of f', tool_name: 'f' },
          { role: 'tool', content: 'of f too' },
        ],
      },
      '',
    );
    const results = messages.slice(2).map(({ parts }) => parts[0]);
    expect(results).toMatchObject([
      { callId: 'call_1_1' },
      { callId: 'call_1_0' },
      { callId: 'call_1_2' },
    ]);
  });

  it.each<[string, object]>([
    ['options.repeat_penalty', { options: { repeat_penalty: 1.1 } }],
    ['options.min_p', { options: { min_p: 0.1 } }],
    ['messages[0].brand_new', { messages: [{ role: 'user', content: '', brand_new: 1 }] }],
    ['template', { template: 'x' }],
    ['brand_new', { brand_new: 1 }],
  ])('refuses %s by name', (field, more) => {
    const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more };
    expect(() => chatCodec.readRequest(body, '')).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('lets the settings of a machine pass', () => {
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      keep_alive: '5m',
      options: { num_ctx: 4096, num_gpu: 1, num_predict: -1, temperature: 0 },
    };
    expect(chatCodec.readRequest(body, '')).toMatchObject({
      temperature: 0,
      maxOutputTokens: null,
    });
  });

  it.each<[string, Partial<ChatRequest>]>([
    ['tool_choice', { toolChoice: { kind: 'required' } }],
    ['n', { choices: 2 }],
    ['logprobs', { logprobs: 1 }],
  ])('refuses to write %s', (field, more) => {
    expect(() => chatCodec.writeRequest({ ...ASKED, ...more })).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('leaves tools out that must not be called', () => {
    const tool = { name: 'f', description: null, parameters: null, strict: null };
    const request = { ...ASKED, tools: [tool], toolChoice: { kind: 'none' } } as const;
    expect(chatCodec.writeRequest(request).body).not.toHaveProperty('tools');
  });

  it('generates from one prompt', () => {
    const body = { model: 'm', prompt: 'why?', system: 'be brief', stream: false };
    const request = generateCodec.readRequest(body, '/api/generate');
    expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(generateCodec.writeRequest(request)).toEqual({
      path: '/api/generate',
      body: { ...body },
      headers: {},
    });
    const twice = { ...request, messages: [...request.messages, ...request.messages] };
    expect(() => generateCodec.writeRequest(twice)).toThrow(
      expect.objectContaining({ code: 'unsupported_field' }),
    );
    expect(() => generateCodec.readRequest({ ...body, suffix: 'x' }, '')).toThrow('suffix');
  });
});

/** Ollama numbers nothing and names answers by their time. */
function unnamed(answer: ChatAnswer): ChatAnswer {
  return { ...answer, id: expect.any(String) };
}

describe.each([
  ['chat', chatCodec],
  ['generate', generateCodec],
] as const)('given answers of %s', (shape, codec) => {
  const features = { ...ANSWERED, toolCalls: shape === 'chat' };

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(chatAnswers(features), (answer) => {
        expect(codec.readAnswer(wire(codec.writeAnswer(answer, ASKED)))).toEqual(unnamed(answer));
      }),
    );
  });

  it('streams what adds up to the whole', () => {
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(chatAnswers({ ...features, createdAt: false }), size, (answer, pieceLength) => {
        const writer = codec.streamWriter(ASKED, OPTIONS);
        const steps = deltasOf(answer, pieceLength);
        const text = steps.map((step) => writer.write(step)).join('') + writer.end();
        const lines = text.split('\n').filter((line) => line !== '');
        const reader = codec.streamReader();
        const read = lines.flatMap((line) => [
          ...reader.push({ event: null, data: JSON.parse(line) as unknown }),
        ]);
        expect(assembled([...read, ...reader.end()])).toEqual(unnamed(answer));
        expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ done: true });
      }),
    );
  });

  it('refuses what is no answer', () => {
    expect(() => codec.readAnswer({ error: 'model not found' })).toThrow(
      expect.objectContaining({
        code: 'upstream_truncated',
        message: 'The provider sent no answer: model not found',
      }),
    );
  });
});

describe('given wild JSON', () => {
  const keys = fc.constantFrom(
    'model',
    'messages',
    'role',
    'content',
    'images',
    'tool_calls',
    'function',
    'message',
    'done',
    'error',
    'options',
    'format',
    'think',
  );
  const wild = fc.object({ key: keys, maxDepth: 5 });

  it('throws nothing but refusals', () => {
    fc.assert(
      fc.property(wild, wild, (one, other) => {
        const bodies = [one, { ...one, model: 'm' }, { model: 'm', messages: [one, other] }];
        for (const codec of [chatCodec, generateCodec]) {
          for (const body of bodies) {
            expectRefusal(() => codec.readRequest(body, ''));
            expectRefusal(() => codec.readAnswer({ ...body, done: true }));
          }
          const reader = codec.streamReader();
          for (const data of [one, other]) reader.push({ event: null, data });
          reader.end();
        }
      }),
      { numRuns: 500 },
    );
  });
});

function expectRefusal(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
  }
}
