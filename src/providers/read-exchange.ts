import { type ReadBody, readBody } from './body.ts';
import type { Provider, ReadReply, ReadRequest } from './define-provider.ts';
import {
  type Countable,
  NO_USAGE,
  NOTHING_COUNTABLE,
  type ParsedExchange,
  type RecordedExchange,
  UNREADABLE,
} from './exchange.ts';
import { PROVIDERS } from './index.ts';
import { asObject, type JsonObject } from './json.ts';

/**
 * What a recorded call says: models, last user message, assembled answer, finish reason, reported
 * usage, tool calls, error. Pure and synchronous; never throws: what cannot be read is null.
 */
export function readExchange(exchange: RecordedExchange): ParsedExchange {
  try {
    return read(exchange);
  } catch {
    // Readers do not throw on purpose; this keeps one absurd body (megabytes of nesting) from stopping the loader.
    return { ...UNREADABLE, requestModel: exchange.model };
  }
}

function read(exchange: RecordedExchange): ParsedExchange {
  const asked = providerOf(exchange);
  const answered = answererOf(exchange);
  if (asked === undefined || answered === undefined) {
    return { ...UNREADABLE, requestModel: exchange.model };
  }
  const request = asked.fromRequest(requestObject(readBody(exchange.request)));
  const reply = readReply(answered, readBody(exchange.response), exchange);
  return {
    requestModel: request.model ?? exchange.model,
    responseModel: reply.model,
    promptText: request.promptText,
    responseText: reply.text,
    finishReason: reply.finishReason,
    usage: reply.usage,
    toolCalls: reply.toolCalls,
    errorMessage: reply.errorMessage,
    userId: request.userId,
    sessionId: request.sessionId,
    metadata: request.metadata,
    serviceTier: reply.serviceTier,
    countable: countable(exchange, request, reply),
  };
}

/** By operation, else by the end of the path (a pass-through path may still be a known shape). */
function providerOf({ dialect, operation, path }: RecordedExchange): Provider | undefined {
  const shelf = PROVIDERS.filter((provider) => provider.dialect === dialect);
  const byPath = /\/(?:(chat)\/completions|(responses|completions|embeddings))\/?(?:\?|$)/.exec(
    path,
  );
  const named = operation === 'passthrough' ? (byPath?.[1] ?? byPath?.[2]) : operation;
  return (
    shelf.find((provider) => provider.operations.includes(named ?? operation)) ??
    shelf.find((provider) => provider.operations.includes('passthrough'))
  );
}

/** Operations that keep their name in another dialect; all others are translated into its chat. */
const SAME_EVERYWHERE = new Set(['embeddings', 'count_tokens', 'models', 'passthrough']);

/**
 * Whose words the answer is in: the caller's own, or those of the provider that a translated call went to.
 * Errors look the same in all operations of a dialect.
 */
function answererOf(exchange: RecordedExchange): Provider | undefined {
  const { dialect, responseDialect, operation } = exchange;
  if (!responseDialect || responseDialect === dialect) return providerOf(exchange);
  const translated = SAME_EVERYWHERE.has(operation) ? operation : 'chat';
  return providerOf({ ...exchange, dialect: responseDialect, operation: translated });
}

function requestObject(body: ReadBody): JsonObject {
  if (body.kind === 'form') return body.fields;
  return (body.kind === 'json' ? asObject(body.value) : null) ?? {};
}

const EMPTY_REPLY: ReadReply = {
  model: null,
  text: null,
  finishReason: null,
  usage: NO_USAGE,
  toolCalls: [],
  errorMessage: null,
  serviceTier: null,
  generated: [],
};
const MAX_ERROR_TEXT = 1000;

function readReply(
  provider: Provider,
  body: ReadBody,
  { httpStatus, response }: RecordedExchange,
): ReadReply {
  switch (body.kind) {
    case 'events':
      return provider.fromChunks(body.events);
    case 'json':
      return readJsonReply(provider, body.value);
    case 'text':
      return isError(httpStatus)
        ? { ...EMPTY_REPLY, errorMessage: body.text.trim().slice(0, MAX_ERROR_TEXT) }
        : { ...EMPTY_REPLY, text: response?.contentType?.includes('json') ? null : body.text };
    case 'form':
    case 'none':
      return EMPTY_REPLY;
    default:
      return body satisfies never;
  }
}

/** Gemini streams without `alt=sse` are a list of chunks; Google's compatible endpoint wraps errors in one. */
function readJsonReply(provider: Provider, value: unknown): ReadReply {
  if (!Array.isArray(value)) return provider.fromUpstream(asObject(value) ?? {});
  return provider.dialect === 'gemini'
    ? provider.fromChunks(value.map((data: unknown) => ({ event: null, data })))
    : provider.fromUpstream(asObject(value[0]) ?? {});
}

function isError(httpStatus: number | null): boolean {
  return httpStatus !== null && httpStatus >= 400;
}

/**
 * Tokens are counted for calls the provider worked on: those with a successful status line and an
 * answer that began. A refused or unanswered call has no usage, which is not the same as zero.
 */
function countable(exchange: RecordedExchange, request: ReadRequest, reply: ReadReply): Countable {
  const { httpStatus, response } = exchange;
  const began =
    httpStatus !== null && !isError(httpStatus) && response !== null && response.text !== '';
  const failedWhole = reply.errorMessage !== null && reply.generated.length === 0;
  if (!began || failedWhole) return NOTHING_COUNTABLE;
  const isCut = response.truncated || exchange.request?.truncated === true;
  return { ...request.countable, output: reply.generated, isCut };
}
