import { describe, expect, it } from 'vitest';
import type { ChatMessage, ChatRequest, ContentPart } from '../neutral.ts';
import { writeChatRequest } from './write-request.ts';

const text = (said: string, cache = false): ContentPart => ({ kind: 'text', text: said, cache });
const message = (role: ChatMessage['role'], ...parts: ContentPart[]): ChatMessage => ({
  role,
  name: null,
  parts,
});
const result = (callId: string, said: string): ChatMessage =>
  message('tool', { kind: 'tool_result', callId, name: null, parts: [text(said)], isError: false });

const PLAIN: ChatRequest = {
  model: 'claude-sonnet-4-5',
  stream: false,
  messages: [message('user', text('hi'))],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  maxOutputTokens: null,
  temperature: null,
  topP: null,
  topK: null,
  frequencyPenalty: null,
  presencePenalty: null,
  seed: null,
  stop: [],
  choices: null,
  answerFormat: null,
  reasoning: null,
  logprobs: null,
  userId: null,
  metadata: {},
  serviceTier: null,
};

const written = (more: Partial<ChatRequest>): Record<string, unknown> =>
  writeChatRequest({ ...PLAIN, ...more }).body;
const refusal = (more: Partial<ChatRequest>): unknown => {
  try {
    return written(more);
  } catch (error) {
    return error;
  }
};

const TOOL = { name: 'weather', description: null, parameters: null, strict: null };

describe('given a request for Anthropic', () => {
  it('names path and version', () => {
    expect(writeChatRequest(PLAIN)).toEqual({
      path: '/v1/messages',
      headers: { 'anthropic-version': '2023-06-01' },
      body: {
        model: 'claude-sonnet-4-5',
        max_tokens: 64_000,
        messages: [{ role: 'user', content: 'hi' }],
      },
    });
  });

  it.each([
    ['claude-3-haiku-20240307', 4096],
    ['claude-2.1', 4096],
    ['claude-3-5-sonnet-latest', 8192],
    ['claude-3-7-sonnet-20250219', 64_000],
    ['claude-opus-4-20250514', 32_000],
    ['claude-opus-4-1', 32_000],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 64_000],
    ['claude-haiku-4-5@20251001', 64_000],
    ['claude-opus-4-6', 128_000],
    ['claude-opus-5-5', 128_000],
    ['claude-next-9', 128_000],
    ['glm-5', 32_000],
  ])('lets %s write up to %i tokens when the caller sets no limit', (model, limit) => {
    expect(written({ model })['max_tokens']).toBe(limit);
    expect(written({ model, maxOutputTokens: 5 })['max_tokens']).toBe(5);
  });

  it('takes leading system messages as the system prompt, with their cache marks', () => {
    const messages = [
      message('system', text('Be brief.')),
      message('system', text('Be kind.', true)),
      message('user', text('hi')),
    ];
    expect(written({ messages })['system']).toEqual([
      { type: 'text', text: 'Be brief.' },
      { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } },
    ]);
    expect(written({ messages: [messages[0], messages[2]] as ChatMessage[] })['system']).toBe(
      'Be brief.',
    );
  });

  it('keeps a later system message in its place where the model takes one there', () => {
    const messages = [message('user', text('hi')), message('system', text('Now in French.'))];
    expect(written({ model: 'claude-opus-5', messages })['messages']).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'system', content: 'Now in French.' },
    ]);
  });

  it('refuses to move a later system message elsewhere', () => {
    const late = [message('user', text('hi')), message('system', text('x'))];
    expect(refusal({ messages: late })).toMatchObject({
      code: 'unsupported_field',
      details: { field: 'messages[1]' },
    });
    const afterAnswer = [...late.slice(0, 1), message('assistant', text('a')), ...late.slice(1)];
    expect(refusal({ model: 'claude-opus-5', messages: afterAnswer })).toMatchObject({
      details: { field: 'messages[2]' },
    });
  });

  it('merges tool results and what the user says then into one turn, in order', () => {
    const call = (id: string): ContentPart => ({
      kind: 'tool_call',
      id,
      name: 'weather',
      arguments: '{"city":"Rome"}',
      signature: 'from another provider',
    });
    const messages = [
      message('user', text('?')),
      message('assistant', text(''), call('a'), { ...call('b'), arguments: '' } as ContentPart),
      result('a', 'sunny'),
      result('b', ''),
      message('user', text('And?')),
      message('user', text('Please.')),
    ];
    expect(written({ messages })['messages']).toEqual([
      { role: 'user', content: '?' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Rome' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'sunny' },
          { type: 'tool_result', tool_use_id: 'b' },
          { type: 'text', text: 'And?' },
          { type: 'text', text: 'Please.' },
        ],
      },
    ]);
  });

  it('leaves out messages that say nothing, and thoughts that nobody signed', () => {
    const thought: ContentPart = {
      kind: 'reasoning',
      text: 'hm',
      signature: null,
      redacted: false,
    };
    const messages = [
      message('user', text('a')),
      message('assistant', text('')),
      message('user', text('b')),
      message('assistant', thought, text('c')),
    ];
    expect(written({ messages })['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'assistant', content: 'c' },
    ]);
  });

  it('sends documents as text where they are text', () => {
    const source = {
      kind: 'data' as const,
      mediaType: 'text/plain',
      base64: Buffer.from('하루').toString('base64'),
    };
    const messages = [message('user', { kind: 'file', source, name: 'day.txt' })];
    expect(written({ messages })['messages']).toEqual([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            source: { type: 'text', media_type: 'text/plain', data: '하루' },
            title: 'day.txt',
          },
        ],
      },
    ]);
  });

  it.each([
    [{ toolChoice: { kind: 'required' } }, { type: 'any' }],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { toolChoice: { kind: 'tool', name: 'weather' }, parallelToolCalls: true },
      { type: 'tool', name: 'weather', disable_parallel_tool_use: false },
    ],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
  ] satisfies [Partial<ChatRequest>, object][])('chooses tools: %j', (more, choice) => {
    const body = written({ ...more, tools: [TOOL] });
    expect(body['tool_choice']).toEqual(choice);
    expect(body['tools']).toEqual([
      { name: 'weather', input_schema: { type: 'object', properties: {} } },
    ]);
  });

  it('asks for a schema by the native field', () => {
    const answerFormat = {
      kind: 'schema' as const,
      name: 'city',
      description: 'A city.',
      schema: { type: 'object' },
      strict: true,
    };
    expect(written({ answerFormat })['output_config']).toEqual({
      format: { type: 'json_schema', schema: { type: 'object', description: 'A city.' } },
    });
    expect(refusal({ answerFormat, model: 'claude-3-7-sonnet-latest' })).toMatchObject({
      details: { field: 'response_format' },
    });
  });

  it('asks for JSON without a schema in the system prompt', () => {
    const messages = [message('system', text('Be brief.', true)), message('user', text('hi'))];
    const body = written({ answerFormat: { kind: 'json' }, messages });
    expect(body['system']).toEqual([
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: expect.stringMatching(/one JSON object/) },
    ]);
    expect(body).not.toHaveProperty('output_config');
  });

  it.each([
    ['claude-opus-5', 'minimal', { effort: 'low', type: 'adaptive' }],
    ['claude-opus-4-6', 'xhigh', { effort: 'xhigh', type: 'adaptive' }],
    ['claude-opus-5', 'none', { type: 'disabled' }],
    ['claude-sonnet-4-5', 'low', { type: 'enabled', budget_tokens: 12_800 }],
    ['claude-sonnet-4-5', 'high', { type: 'enabled', budget_tokens: 32_000 }],
    ['claude-3-haiku-20240307', 'none', {}],
  ] as const)('asks %s for %s effort', (model, effort, asked) => {
    const body = written({ model, reasoning: { effort, budgetTokens: null, visible: null } });
    expect({ ...(body['output_config'] ?? {}), ...(body['thinking'] ?? {}) }).toEqual(asked);
  });

  it('shows and hides thoughts as asked', () => {
    const reasoning = { effort: null, budgetTokens: null, visible: true };
    expect(written({ reasoning, model: 'claude-opus-5' })['thinking']).toEqual({
      type: 'adaptive',
      display: 'summarized',
    });
    expect(written({ reasoning: { ...reasoning, budgetTokens: 2000 } })['thinking']).toEqual({
      type: 'enabled',
      budget_tokens: 2000,
      display: 'summarized',
    });
  });

  it('lets pass what asks for nothing special', () => {
    const body = written({
      frequencyPenalty: 0,
      presencePenalty: 0,
      choices: 1,
      temperature: 1,
      serviceTier: 'default',
      userId: 'u-1',
      metadata: { team: 'shop' },
      stop: ['END'],
      stream: true,
    });
    expect(body).toMatchObject({
      temperature: 1,
      service_tier: 'standard_only',
      metadata: { user_id: 'u-1' },
      stop_sequences: ['END'],
      stream: true,
    });
  });

  const audio: ContentPart = {
    kind: 'audio',
    source: { kind: 'data', mediaType: 'audio/wav', base64: 'AA==' },
  };
  const image = (mediaType: string, detail: string | null): ContentPart => ({
    kind: 'image',
    source: { kind: 'data', mediaType, base64: 'AA==' },
    detail,
  });
  const broken: ContentPart = {
    kind: 'tool_call',
    id: 'a',
    name: 'f',
    arguments: '[1',
    signature: null,
  };
  const pdf: ContentPart = {
    kind: 'file',
    source: { kind: 'data', mediaType: 'text/csv', base64: 'AA==' },
    name: null,
  };

  it.each([
    ['temperature', { temperature: 1.1 }],
    ['temperature', { temperature: -0.1 }],
    ['frequency_penalty', { frequencyPenalty: 0.1 }],
    ['presence_penalty', { presencePenalty: -1 }],
    ['seed', { seed: 0 }],
    ['n', { choices: 2 }],
    ['logprobs', { logprobs: 0 }],
    ['stop', { stop: ['\n'] }],
    ['service_tier', { serviceTier: 'flex' }],
    [
      'reasoning_effort',
      { reasoning: { effort: 'low', budgetTokens: null, visible: null }, maxOutputTokens: 1024 },
    ],
    [
      'reasoning_effort',
      {
        reasoning: { effort: 'low', budgetTokens: null, visible: null },
        model: 'claude-3-haiku-20240307',
      },
    ],
    ['messages[0].content[1]', { messages: [message('user', text('a'), audio)] }],
    ['messages[0].content[0]', { messages: [message('user', image('image/tiff', null))] }],
    ['messages[0].content[0]', { messages: [message('user', image('image/png', 'low'))] }],
    ['messages[0].content[0]', { messages: [message('assistant', image('image/png', null))] }],
    ['messages[0].content[0]', { messages: [message('user', pdf)] }],
    ['messages[0].content', { messages: [message('system', image('image/png', null))] }],
    ['messages[0].name', { messages: [{ ...message('user', text('a')), name: 'Ann' }] }],
    ['messages[0].tool_calls', { messages: [message('assistant', broken)] }],
    [
      'messages[0].content[0]',
      {
        messages: [
          message('tool', {
            kind: 'tool_result',
            callId: 'a',
            name: null,
            parts: [audio],
            isError: false,
          }),
        ],
      },
    ],
  ] satisfies [string, Partial<ChatRequest>][])('refuses %s: %j', (field, more) => {
    expect(refusal(more)).toMatchObject({ code: 'unsupported_field', details: { field } });
  });
});
