import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/errors.ts';
import { assembled, chatAnswers, deltasOf } from '../fixtures/arbitrary-answer.ts';
import { chatRequests } from '../fixtures/arbitrary-chat.ts';
import { asObject, type JsonObject } from '../json.ts';
import type { ChatAnswer, ChatDelta, ChatRequest, ContentPart } from '../neutral.ts';
import { parseEvents, type StreamEvent } from '../sse.ts';
import { geminiDialect } from './dialect.ts';
import { LIST_STREAM_OPERATION } from './wire.ts';

const codec = geminiDialect.codecs['chat'];
const listCodec = geminiDialect.codecs[LIST_STREAM_OPERATION];
if (codec === undefined || listCodec === undefined) throw new Error('There is no chat codec.');

const OPTIONS = { includeUsage: true, createdAt: 1_795_000_000 };

/** What Gemini can say of a request. */
const requests = chatRequests({
  systemAnywhere: false,
  names: false,
  cacheMarks: false,
  refusals: false,
  parallelToolCalls: false,
  schemaNames: false,
  logprobs: false,
  userId: false,
  metadata: false,
  serviceTier: false,
});

/** What Gemini can say in an answer. */
const answers = chatAnswers({
  refusals: false,
  stopSequences: false,
  cacheWriteUsage: false,
  createdAt: false,
  serviceTier: false,
  finishReasons: ['stop', 'length', 'content_filter', 'other'],
});

/** `auto` and an automatic detail are what Gemini does unasked; VALIDATED makes every tool strict; names of files are lost. */
function asGeminiSeesIt(request: ChatRequest): ChatRequest {
  const isStrict =
    request.tools.some(({ strict }) => strict === true) &&
    (request.toolChoice === null || request.toolChoice.kind === 'auto');
  return {
    ...request,
    messages: request.messages.map((message) => ({
      ...message,
      parts: message.parts.map((part) => seenPart(part, request.model)),
    })),
    tools: request.tools.map((tool) => ({ ...tool, strict: isStrict ? true : null })),
    toolChoice: isStrict ? { kind: 'auto' } : request.toolChoice,
  };
}

function seenPart(part: ContentPart, model: string): ContentPart {
  if (part.kind === 'file') return { ...part, name: null };
  if (part.kind !== 'image') return part;
  // Only models from Gemini 3 on take a resolution of single parts.
  const isKept = part.detail !== 'auto' && model.includes('gemini-3');
  return { ...part, detail: isKept ? part.detail : null };
}

function wire(value: unknown): JsonObject {
  return asObject(JSON.parse(JSON.stringify(value))) ?? {};
}

function written(answer: ChatAnswer, request: ChatRequest, pieceLength: number): string {
  const writer = codec?.streamWriter(request, OPTIONS);
  const steps = deltasOf(answer, pieceLength).map((delta) => writer?.write(delta) ?? '');
  return steps.join('') + (writer?.end() ?? '');
}

function read(events: readonly StreamEvent[]): ChatDelta[] {
  const reader = codec?.streamReader();
  const steps = events.flatMap((event) => [...(reader?.push(event) ?? [])]);
  return [...steps, ...(reader?.end() ?? [])];
}

const ASKED = codec.readRequest({ contents: [] }, '/v1beta/models/m:generateContent');

describe('given any request that Gemini can carry', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { path, body } = codec.writeRequest(request);
        expect(codec.readRequest(wire(body), path)).toEqual(asGeminiSeesIt(request));
      }),
    );
  });

  it('reads names in snake case like those in camel case', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { path, body } = codec.writeRequest(request);
        const { contents, systemInstruction, generationConfig, ...rest } = wire(body);
        const snake = {
          ...rest,
          contents,
          system_instruction: systemInstruction ?? null,
          generation_config: snakeNames(asObject(generationConfig) ?? {}),
        };
        expect(codec.readRequest(snake, path)).toEqual(codec.readRequest(wire(body), path));
      }),
    );
  });
});

function snakeNames(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

describe('given any answer that Gemini can give', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        expect(codec.readAnswer(wire(codec.writeAnswer(answer, ASKED)))).toEqual(answer);
      }),
    );
  });

  it('adds up to the same as a stream, whatever the size of its pieces', () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 9 }), (answer, pieceLength) => {
        const stream = written(answer, { ...ASKED, stream: true }, pieceLength);
        expect(assembled(read(parseEvents(stream)))).toEqual(answer);
      }),
    );
  });

  it('streams the same chunks as one list', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const writer = listCodec.streamWriter(ASKED, OPTIONS);
        const steps = deltasOf(answer).map((delta) => writer.write(delta));
        const list = JSON.parse(steps.join('') + writer.end()) as unknown[];
        const events = parseEvents(written(answer, ASKED, 3));
        expect(list).toEqual(events.map(({ data }) => data));
      }),
    );
  });

  it('keeps the thoughts that a client sends back piece by piece', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const events = parseEvents(written(answer, ASKED, 2));
        const parts = events.flatMap(({ data }) => partsOfFirst(data));
        const { messages } = codec.readRequest(
          { contents: [{ role: 'model', parts }] },
          '/v1beta/models/m:generateContent',
        );
        const thought = (from: readonly ContentPart[]): unknown =>
          from.find(({ kind }) => kind === 'reasoning') ?? null;
        expect(thought(messages[0]?.parts ?? [])).toEqual(thought(answer.choices[0]?.parts ?? []));
      }),
    );
  });
});

function partsOfFirst(data: unknown): unknown[] {
  const candidates = asObject(data)?.['candidates'];
  const first = Array.isArray(candidates)
    ? candidates.map(asObject).find((candidate) => candidate?.['index'] === 0)
    : null;
  const parts = asObject(first?.['content'])?.['parts'];
  return Array.isArray(parts) ? parts : [];
}

describe('given wild JSON', () => {
  const names = [
    ...['contents', 'parts', 'text', 'role', 'functionCall', 'functionResponse', 'name', 'args'],
    ...['response', 'tools', 'functionDeclarations', 'parameters', 'toolConfig', 'mode', 'thought'],
    ...['functionCallingConfig', 'allowedFunctionNames', 'generationConfig', 'thinkingConfig'],
    ...['candidates', 'content', 'finishReason', 'usageMetadata', 'promptFeedback', 'blockReason'],
    ...[
      'inlineData',
      'fileData',
      'mimeType',
      'data',
      'thoughtSignature',
      'error',
      'details',
      'code',
    ],
    ...['responseSchema', 'properties', 'items', 'type', 'anyOf', 'systemInstruction', 'labels'],
    ...['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount', 'promptTokensDetails'],
  ];
  const { value: wild } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, '', 'x', 'STOP', 'STRING', true, 0, -1, 1.5, 7),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
    ),
  }));

  it('reads requests or refuses them as the caller’s mistake', () => {
    fc.assert(
      fc.property(wild, (value) => {
        try {
          codec.readRequest(asObject(value) ?? {}, '/v1beta/models/m:generateContent');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
          expect((thrown as AppError).status).toBe(400);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads answers, streams and errors without a throw', () => {
    fc.assert(
      fc.property(wild, (value) => {
        const answer = codec.readAnswer(asObject(value) ?? {});
        expect(Array.isArray(answer.choices)).toBe(true);
        read([{ event: null, data: value }]);
        const text = JSON.stringify(value);
        geminiDialect.wire.readEvent(`data: ${text}\n\n`);
        geminiDialect.wire.usageIn(text);
        expect(geminiDialect.wire.readError(500, text)).toMatchObject({ status: 500 });
      }),
      { numRuns: 500 },
    );
  });
});
