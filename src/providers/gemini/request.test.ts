import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { ChatMessage, ChatRequest } from '../neutral.ts';
import { geminiDialect } from './dialect.ts';
import { isListStreamPath, readPath, writePath } from './path.ts';

const codec = geminiDialect.codecs['chat'];
if (codec === undefined) throw new Error('There is no chat codec.');

const PATH = '/v1beta/models/gemini-3-pro:generateContent';
const USER = { role: 'user', parts: [{ text: 'hi' }] };

function request(more: Partial<ChatRequest> = {}): ChatRequest {
  return { ...codecRead({ contents: [USER] }), ...more };
}

function codecRead(body: JsonObject, path = PATH): ChatRequest {
  if (codec === undefined) throw new Error('There is no chat codec.');
  return codec.readRequest(body, path);
}

function contentsOf(messages: readonly ChatMessage[], model = 'gemini-2.5-flash'): unknown {
  return codec?.writeRequest(request({ messages, model })).body['contents'];
}

const ASSISTANT = { role: 'assistant', name: null } as const;

function call(id: string, name = 'f', signature: string | null = null): ChatMessage['parts'][0] {
  return { kind: 'tool_call', id, name, arguments: '{"a":1}', signature };
}

function result(callId: string, text: string, isError = false): ChatMessage {
  const parts = [{ kind: 'text', text, cache: false }] as const;
  const part = { kind: 'tool_result', callId, name: null, parts, isError } as const;
  return { role: 'tool', name: null, parts: [part] };
}

describe('given paths', () => {
  it.each([
    ['/v1beta/models/gemini-3-pro:generateContent', 'gemini-3-pro', 'generateContent'],
    ['/v1/models/demo%2Fgood:streamGenerateContent?alt=sse', 'demo/good', 'streamGenerateContent'],
    ['/v1beta/models/demo/good:countTokens', 'demo/good', 'countTokens'],
    ['/v1beta/models/llama3:8b:generateContent', 'llama3:8b', 'generateContent'],
    ['/v1beta/tunedModels/mine:generateContent', 'tunedModels/mine', 'generateContent'],
    ['/models/%zz:embedContent', '%zz', 'embedContent'],
  ])('reads %s', (path, model, method) => {
    expect(readPath(path)).toMatchObject({ model, method });
  });

  it('reads back what it wrote, and no other paths', () => {
    for (const model of ['a', 'demo/good', 'llama3:8b', 'tunedModels/x', 'a b?c#d']) {
      const path = { version: 'v1beta', model, method: 'generateContent', query: '?alt=sse' };
      expect(readPath(writePath(path))).toEqual(path);
    }
    expect(readPath('/v1/models')).toBeNull();
    expect(readPath('/v1/chat/completions')).toBeNull();
  });

  it('knows a stream that is one list', () => {
    expect(isListStreamPath('/v1beta/models/m:streamGenerateContent')).toBe(true);
    expect(isListStreamPath('/v1beta/models/m:streamGenerateContent?key=k&alt=json')).toBe(true);
    expect(isListStreamPath('/v1beta/models/m:streamGenerateContent?alt=sse')).toBe(false);
    expect(isListStreamPath('/v1beta/models/m:generateContent')).toBe(false);
  });
});

describe('given requests of Gemini clients', () => {
  it('matches results without ids to the calls of their function, in order', () => {
    const { messages } = codecRead({
      contents: [
        USER,
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'f', args: { n: 1 } }, thoughtSignature: 'c2ln' },
            { functionCall: { name: 'g' } },
            { functionCall: { name: 'f', args: { n: 2 } } },
          ],
        },
        {
          role: 'function',
          parts: [
            { functionResponse: { name: 'g', response: {} } },
            { functionResponse: { name: 'f', response: { output: 'one' } } },
            { functionResponse: { name: 'f', response: { error: 'two' } } },
            { text: 'and now?' },
          ],
        },
      ],
    });
    const [first, second, third] =
      messages[1]?.parts.flatMap((part) => (part.kind === 'tool_call' ? [part] : [])) ?? [];
    expect(first).toMatchObject({ arguments: '{"n":1}', signature: 'c2ln' });
    expect(second).toMatchObject({ arguments: '{}', signature: null });
    const results = messages.flatMap(({ role, parts }) => (role === 'tool' ? parts : []));
    expect(results).toMatchObject([
      { callId: second?.id, parts: [], isError: false },
      { callId: first?.id, parts: [{ text: 'one' }], isError: false },
      { callId: third?.id, parts: [{ text: 'two' }], isError: true },
    ]);
    expect(messages.at(-1)).toMatchObject({ role: 'user', parts: [{ text: 'and now?' }] });
    expect(new Set([first?.id, second?.id, third?.id]).size).toBe(3);
  });

  it('makes one turn of the chunks of a streamed answer', () => {
    const chunk = (part: object): object => ({ role: 'model', parts: [part] });
    const { messages } = codecRead({
      contents: [
        USER,
        chunk({ text: 'hm', thought: true }),
        chunk({ text: 'm.', thought: true, thoughtSignature: 'c2ln' }),
        chunk({ text: 'Good ' }),
        chunk({ text: 'day' }),
        chunk({ functionCall: { id: 'a', name: 'f' } }),
        chunk({ text: '' }),
        USER,
      ],
    });
    expect(messages).toHaveLength(3);
    expect(messages[1]).toMatchObject({
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'hmm.', signature: 'c2ln' },
        { kind: 'text', text: 'Good day' },
        { kind: 'tool_call', id: 'a' },
      ],
    });
  });

  it('keeps signatures on words, and leaves them there', () => {
    const parts = [{ text: 'Hi.', thoughtSignature: 'c2ln' }];
    const { messages } = codecRead({ contents: [USER, { role: 'model', parts }] });
    expect(messages[1]?.parts).toMatchObject([
      { kind: 'text', text: 'Hi.' },
      { kind: 'reasoning', text: '', signature: 'c2ln', redacted: false },
    ]);
    expect(contentsOf(messages)).toMatchObject([USER, { role: 'model', parts }]);
  });

  it('reads media, tools and settings', () => {
    const read = codecRead({
      system_instruction: { parts: [{ text: 'brief' }] },
      contents: [
        {
          parts: [
            { inline_data: { mime_type: 'image/png', data: 'AA==' } },
            { fileData: { fileUri: 'https://example.com/a.pdf', mimeType: 'application/pdf' } },
          ],
        },
      ],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              description: 'd',
              parameters: {
                type: 'OBJECT',
                properties: { n: { type: 'INTEGER', nullable: true } },
              },
            },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: { type: 'ARRAY', items: { type: 'STRING' }, maxItems: '3' },
        thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
        stopSequences: ['END'],
        seed: 7,
      },
    });
    expect(read).toMatchObject({
      model: 'gemini-3-pro',
      stream: false,
      messages: [
        { role: 'system', parts: [{ text: 'brief' }] },
        {
          role: 'user',
          parts: [
            { kind: 'image', source: { kind: 'data', mediaType: 'image/png' } },
            { kind: 'file', source: { kind: 'url', mediaType: 'application/pdf' } },
          ],
        },
      ],
      tools: [
        {
          name: 'f',
          parameters: { type: 'object', properties: { n: { type: ['integer', 'null'] } } },
        },
      ],
      toolChoice: { kind: 'tool', name: 'f' },
      answerFormat: {
        kind: 'schema',
        schema: { type: 'array', items: { type: 'string' }, maxItems: 3 },
      },
      reasoning: { effort: 'low', budgetTokens: null, visible: true },
      stop: ['END'],
      seed: 7,
    });
  });

  it.each([
    [0, { effort: 'none', budgetTokens: null, visible: null }],
    [-1, null],
    [2048, { effort: null, budgetTokens: 2048, visible: null }],
  ])('reads a thinking budget of %i', (thinkingBudget, reasoning) => {
    const read = codecRead({
      contents: [USER],
      generationConfig: { thinkingConfig: { thinkingBudget } },
    });
    expect(read.reasoning).toEqual(reasoning);
  });

  it.each<[string, JsonObject]>([
    ['cachedContent', { cachedContent: 'cachedContents/1' }],
    ['safetySettings', { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT' }] }],
    ['tools[0].googleSearch', { tools: [{ googleSearch: {} }] }],
    ['tools[0].codeExecution', { tools: [{ codeExecution: {} }] }],
    ['generationConfig.responseLogprobs', { generationConfig: { responseLogprobs: true } }],
    [
      'generationConfig.responseModalities',
      { generationConfig: { responseModalities: ['IMAGE'] } },
    ],
    ['generationConfig.speechConfig', { generationConfig: { speechConfig: {} } }],
    [
      'generationConfig.responseMimeType',
      { generationConfig: { responseMimeType: 'text/x.enum' } },
    ],
    [
      'contents[0].parts[0].videoMetadata',
      { contents: [{ parts: [{ videoMetadata: { fps: 1 } }] }] },
    ],
    ['contents[0].parts[0].executableCode', { contents: [{ parts: [{ executableCode: {} }] }] }],
    ['store', { store: true }],
    ['brandNew', { brandNew: 1 }],
  ])('refuses %s by name', (field, more) => {
    expect(() => codecRead({ contents: [USER], ...more })).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('lets pass what says nothing', () => {
    const body = {
      contents: [USER],
      safetySettings: [],
      cachedContent: null,
      store: false,
      generationConfig: { responseModalities: ['TEXT'], responseMimeType: 'text/plain' },
    };
    expect(codecRead(body)).toEqual(codecRead({ contents: [USER] }));
  });

  it.each<[string, JsonObject]>([
    ['contents[0].role', { contents: [{ role: 'robot', parts: [] }] }],
    ['contents', { contents: 'hi' }],
    ['contents[0].parts[0]', { contents: [{ parts: [{}] }] }],
    ['generationConfig.temperature', { generationConfig: { temperature: 'hot' } }],
  ])('calls a wrong %s the caller’s mistake', (field, body) => {
    expect(() => codecRead(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', details: { field } }),
    );
  });
});

describe('given requests for Gemini', () => {
  it('puts results of one turn together, in the order of their calls', () => {
    const asked: ChatMessage = { ...ASSISTANT, parts: [call('a'), call('call_gm_7', 'g')] };
    const contents = contentsOf([asked, result('call_gm_7', '{"x":2}'), result('a', 'no', true)]);
    expect(contents).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'a', name: 'f', args: { a: 1 } } },
          { functionCall: { name: 'g', args: { a: 1 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { error: 'no' } } },
          { functionResponse: { name: 'g', response: { x: 2 } } },
        ],
      },
    ]);
  });

  it('signs the first call of a turn where its signature is lost, from Gemini 3 on', () => {
    const lost: ChatMessage = { ...ASSISTANT, parts: [call('a'), call('b')] };
    const kept: ChatMessage = { ...ASSISTANT, parts: [call('a', 'f', 'c2ln'), call('b')] };
    const signatures = (contents: unknown): unknown[] =>
      (contents as { parts: JsonObject[] }[]).flatMap(({ parts }) =>
        parts.map((part) => part['thoughtSignature'] ?? null),
      );
    expect(signatures(contentsOf([lost], 'gemini-3-pro'))).toEqual([
      'skip_thought_signature_validator',
      null,
    ]);
    expect(signatures(contentsOf([kept], 'gemini-3-pro'))).toEqual(['c2ln', null]);
    expect(signatures(contentsOf([lost], 'gemini-2.5-pro'))).toEqual([null, null]);
  });

  it('asks for effort in the words of the model', () => {
    const thinking = (model: string, effort: 'none' | 'high' | 'xhigh'): unknown =>
      codec.writeRequest(
        request({ model, reasoning: { effort, budgetTokens: null, visible: null } }),
      ).body['generationConfig'];
    expect(thinking('gemini-3-pro', 'high')).toEqual({ thinkingConfig: { thinkingLevel: 'HIGH' } });
    expect(thinking('gemini-3-pro', 'xhigh')).toEqual({
      thinkingConfig: { thinkingLevel: 'HIGH' },
    });
    expect(thinking('gemini-2.5-pro', 'high')).toEqual({
      thinkingConfig: { thinkingBudget: 24_576 },
    });
    expect(thinking('gemini-2.5-flash', 'none')).toEqual({ thinkingConfig: { thinkingBudget: 0 } });
  });

  it('asks for strict arguments', () => {
    const tool = { name: 'f', description: null, parameters: null, strict: true } as const;
    const { body } = codec.writeRequest(request({ tools: [tool] }));
    expect(body['toolConfig']).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
  });

  it('streams as events', () => {
    expect(codec.writeRequest(request({ stream: true, model: 'm' })).path).toBe(
      '/v1beta/models/m:streamGenerateContent?alt=sse',
    );
  });

  it.each<[string, Partial<ChatRequest>]>([
    ['logprobs', { logprobs: 2 }],
    ['service_tier', { serviceTier: 'scale' }],
    [
      'parallel_tool_calls',
      {
        parallelToolCalls: false,
        tools: [{ name: 'f', description: null, parameters: null, strict: null }],
      },
    ],
    [
      'messages[0].name',
      {
        messages: [
          { role: 'user', name: 'bob', parts: [{ kind: 'text', text: 'x', cache: false }] },
        ],
      },
    ],
    [
      'messages[1].role',
      {
        messages: [
          { role: 'user', name: null, parts: [{ kind: 'text', text: 'x', cache: false }] },
          { role: 'system', name: null, parts: [{ kind: 'text', text: 'y', cache: false }] },
        ],
      },
    ],
  ])('refuses %s by name', (field, more) => {
    expect(() => codec.writeRequest(request(more))).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field } }),
    );
  });

  it('refuses a result that answers no call', () => {
    expect(() => contentsOf([result('nobody', 'x')])).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});

describe('given an image with a detail', () => {
  const detailed = (model: string): string => {
    const source = { kind: 'data', mediaType: 'image/png', base64: 'AA==' } as const;
    const parts = [{ kind: 'image', source, detail: 'high' }] as const;
    return JSON.stringify(contentsOf([{ role: 'user', name: null, parts }], model));
  };

  it('tells models that know resolutions of single parts, and no others', () => {
    expect(detailed('gemini-3-pro')).toContain('MEDIA_RESOLUTION_HIGH');
    expect(detailed('gemini-2.5-flash')).not.toContain('mediaResolution');
  });
});
