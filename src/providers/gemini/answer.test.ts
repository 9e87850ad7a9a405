import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../neutral.ts';
import { geminiDialect } from './dialect.ts';
import { schemaFromGemini } from './schema.ts';
import { readGeminiUsage } from './usage.ts';

const codec = geminiDialect.codecs['chat'];
if (codec === undefined) throw new Error('There is no chat codec.');

const ASKED = codec.readRequest({ contents: [] }, '/v1beta/models/m:generateContent');

function request(more: Partial<ChatRequest> = {}): ChatRequest {
  return { ...ASKED, ...more };
}

describe('given answers', () => {
  const answered = (candidate: object, more: object = {}): ReturnType<typeof codec.readAnswer> =>
    codec.readAnswer({ candidates: [candidate], modelVersion: 'g', responseId: 'r', ...more });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['LANGUAGE', 'other'],
    ['NEVER_SEEN', 'other'],
    ['FINISH_REASON_UNSPECIFIED', null],
  ])('reads %s as %s', (finishReason, reason) => {
    expect(answered({ finishReason }).choices[0]?.finishReason).toBe(reason);
  });

  it('makes ids for calls without, the same whole and streamed', () => {
    const parts = [{ functionCall: { name: 'f', args: {} } }, { functionCall: { name: 'f' } }];
    const body = {
      candidates: [{ content: { parts }, finishReason: 'STOP' }],
      modelVersion: 'g',
      responseId: 'r',
    };
    const whole = codec.readAnswer(body);
    const ids = whole.choices[0]?.parts.map((part) => (part.kind === 'tool_call' ? part.id : ''));
    expect(new Set(ids).size).toBe(2);
    expect(whole.choices[0]?.finishReason).toBe('tool_calls');
    const streamed = codec.streamReader().push({ event: null, data: body });
    expect(streamed.flatMap((step) => (step.kind === 'tool_start' ? [step.id] : []))).toEqual(ids);
  });

  it('reads a blocked prompt as filtered, whole and streamed', () => {
    const body = { promptFeedback: { blockReason: 'SAFETY' }, responseId: 'r' };
    expect(codec.readAnswer(body).choices).toEqual([
      { index: 0, parts: [], finishReason: 'content_filter', stopSequence: null },
    ]);
    expect(codec.streamReader().push({ event: null, data: body })).toContainEqual({
      kind: 'finish',
      choice: 0,
      reason: 'content_filter',
      stopSequence: null,
    });
  });

  it('hides thoughts from a caller that does not want them, and keeps their signature', () => {
    const thought = { text: 'hm', thought: true, thoughtSignature: 'c2ln' };
    const answer = answered({
      content: { parts: [thought, { text: 'Hi' }] },
      finishReason: 'STOP',
    });
    const hidden = request({ reasoning: { effort: null, budgetTokens: null, visible: false } });
    expect(JSON.stringify(codec.writeAnswer(answer, hidden))).not.toContain('hm');
    expect(JSON.stringify(codec.writeAnswer(answer, request()))).toContain('hm');
    const writer = codec.streamWriter(hidden, { includeUsage: true, createdAt: 0 });
    const step = { kind: 'reasoning', choice: 0, text: 'hm', redacted: false } as const;
    expect(writer.write({ ...step, signature: null })).toBe('');
    expect(writer.write({ ...step, signature: 'c2ln' })).toContain('c2ln');
  });

  it('tells nothing at the end of a stream that was cut', () => {
    const reader = codec.streamReader();
    reader.push({
      event: null,
      data: {
        candidates: [{ content: { parts: [{ text: 'a' }] } }],
        usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
      },
    });
    expect(reader.end()).toEqual([]);
  });

  it('writes an error that came in a stream, and no end behind it', () => {
    const error = { status: 503, code: null, message: 'Busy.', field: null };
    const writer = codec.streamWriter(request(), { includeUsage: false, createdAt: 0 });
    const text = writer.write({ kind: 'error', error }) + writer.end();
    expect(text).toBe('data: {"error":{"code":503,"message":"Busy.","status":"UNAVAILABLE"}}\n\n');
  });
});

describe('given usage', () => {
  it('counts thoughts as output and results of tools as input', () => {
    const usage = readGeminiUsage({
      promptTokenCount: 100,
      toolUsePromptTokenCount: 20,
      cachedContentTokenCount: 90,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 40,
      totalTokenCount: 165,
      promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 60 }],
    });
    expect(usage).toMatchObject({
      input: 120,
      cachedInput: 90,
      audioInput: 60,
      output: 45,
      reasoning: 40,
    });
  });

  it('does not count thoughts twice where the candidates hold them', () => {
    const usage = { promptTokenCount: 10, candidatesTokenCount: 50, thoughtsTokenCount: 40 };
    expect(readGeminiUsage({ ...usage, totalTokenCount: 60 })).toMatchObject({ output: 50 });
    expect(readGeminiUsage({ ...usage, totalTokenCount: 100 })).toMatchObject({ output: 90 });
  });

  it('tells zero from unknown', () => {
    const zero = readGeminiUsage({ promptTokenCount: 10, totalTokenCount: 10 });
    expect(zero).toMatchObject({ input: 10, output: 0, reasoning: null });
    expect(readGeminiUsage({ promptTokenCount: 10 })).toMatchObject({ input: 10, output: null });
    expect(readGeminiUsage({})).toMatchObject({ input: null, source: null });
  });
});

describe('given schemas of the Gemini API', () => {
  it('makes JSON Schema of them', () => {
    const schema = schemaFromGemini({
      type: 'OBJECT',
      description: 'a place',
      propertyOrdering: ['size', 'name'],
      required: ['name'],
      properties: {
        name: { type: 'STRING', format: 'enum', enum: ['a', 'b'], example: 'a' },
        size: { any_of: [{ type: 'NUMBER', minimum: 0 }, { type: 'STRING' }], nullable: true },
        tags: { type: 'ARRAY', min_items: '1', items: { type: 'STRING', maxLength: '5' } },
      },
    });
    expect(schema).toEqual({
      type: 'object',
      description: 'a place',
      required: ['name'],
      properties: {
        name: { type: 'string', enum: ['a', 'b'], examples: ['a'] },
        size: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }, { type: 'null' }] },
        tags: { type: 'array', minItems: 1, items: { type: 'string', maxLength: 5 } },
      },
    });
  });
});
