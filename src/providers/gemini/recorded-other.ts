import { readError } from '../content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from '../define-provider.ts';
import { NOTHING_COUNTABLE } from '../exchange.ts';
import { asFilledText, asObject, type JsonObject, listOf, objectsOf } from '../json.ts';
import type { StreamEvent } from '../sse.ts';
import { fieldIn } from './fields.ts';
import { contentText, hasOtherParts, lastUserText } from './recorded-text.ts';
import { readGeminiUsage } from './usage.ts';

/** `embedContent` and `batchEmbedContents`: words go in, vectors come out. */
export const geminiEmbeddings = defineProvider({
  id: 'gemini-embeddings',
  title: 'Gemini embeddings',
  dialect: 'gemini',
  operations: ['embeddings'],
  fromRequest: embeddingRequest,
  fromUpstream: embeddingReply,
  fromChunks: (events) => embeddingReply(lastObject(events)),
});

/** `countTokens`: what a prompt would take. Nothing is generated, so nothing is used. */
export const geminiCountTokens = defineProvider({
  id: 'gemini-count-tokens',
  title: 'Gemini token counts',
  dialect: 'gemini',
  operations: ['count_tokens'],
  fromRequest: plainRequest,
  fromUpstream: plainReply,
  fromChunks: (events) => plainReply(lastObject(events)),
});

/** Everything else: models, files, caches. Only texts and errors are read. */
export const geminiOther = defineProvider({
  id: 'gemini-other',
  title: 'Gemini, other endpoints',
  dialect: 'gemini',
  operations: ['models', 'passthrough'],
  fromRequest: plainRequest,
  fromUpstream: plainReply,
  fromChunks: (events) => plainReply(lastObject(events)),
});

function lastObject(events: readonly StreamEvent[]): JsonObject {
  return asObject(events.at(-1)?.data) ?? {};
}

function embeddingRequest(body: JsonObject): ReadRequest {
  const requests = objectsOf(body['requests']);
  const contents = (requests.length === 0 ? [body] : requests).flatMap((request) =>
    listOf(asObject(request['content'])),
  );
  const texts = contents.flatMap((content) => contentText(content) ?? []);
  return {
    ...NOBODY,
    model: modelOf(body) ?? modelOf(requests[0] ?? {}),
    promptText: texts.length === 0 ? null : texts.join('\n'),
    countable: {
      ...NOTHING_COUNTABLE,
      shape: 'embeddings',
      input: texts.map((text) => ({ role: 'user', name: null, text })),
      hasUncountable: contents.some(hasOtherParts),
    },
  };
}

const NOBODY = { userId: null, sessionId: null, metadata: {} } as const;

function modelOf(body: JsonObject): string | null {
  return asFilledText(body['model'])?.replace(/^models\//, '') ?? null;
}

function embeddingReply(body: JsonObject): ReadReply {
  const reply = plainReply(body);
  const { usage } = reply;
  return { ...reply, usage: usage.source === null ? usage : { ...usage, output: 0 } };
}

/** The token count wraps a whole request in `generateContentRequest`, or has its `contents` alone. */
function plainRequest(body: JsonObject): ReadRequest {
  const request = asObject(fieldIn(body, 'generateContentRequest')) ?? body;
  return {
    ...NOBODY,
    model: modelOf(request),
    promptText: lastUserText(objectsOf(request['contents'])),
    countable: NOTHING_COUNTABLE,
  };
}

function plainReply(body: JsonObject): ReadReply {
  return {
    model: null,
    text: null,
    finishReason: null,
    usage: readGeminiUsage(fieldIn(body, 'usageMetadata')),
    toolCalls: [],
    errorMessage: readError(body),
    serviceTier: null,
    generated: [],
  };
}
