import { readError as readErrorMessage } from '../content.ts';
import { type EventFacts, NO_FACTS, type Wire } from '../dialect.ts';
import { eventData, parseObject } from '../event-text.ts';
import { asCount, asFilledText, asObject, type JsonObject } from '../json.ts';
import type { DialectError } from '../neutral.ts';
import { readMessageUsage, startUsage } from './usage.ts';

/** In `message_start`, `message_stop`, `message_delta` and errors, and in no other event. */
const MARKS = ['ge_st', 'ge_de', 'rror"'];

/** The wire of the Messages API: server-sent events with names, and errors that name their kind. */
export const anthropicWire: Wire = {
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  errorBody: (error): string => JSON.stringify(errorObject(error)),
  errorEvent: (error): string => `event: error\ndata: ${JSON.stringify(errorObject(error))}\n\n`,
  readError: (status, body): DialectError => readBodyError(status, parseObject(body.trim())),
  marks: MARKS.map((mark) => Buffer.from(mark)),
  readEvent,
  usageIn,
};

/** Error types by status: API reference "Errors", platform.claude.com, read 2026-11-21. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The status that an error of this type has before a stream; inside one there is none. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Clients show `details.error_code` as the error's code. */
function errorObject({ status, code, message, field }: DialectError): JsonObject {
  const type = ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const details = {
    ...(code === null ? {} : { error_code: code }),
    ...(field === null ? {} : { field }),
  };
  const hasDetails = Object.keys(details).length > 0;
  return { type: 'error', error: { type, message, ...(hasDetails ? { details } : {}) } };
}

function readBodyError(status: number, body: JsonObject | null): DialectError {
  const error = asObject(body?.['error']);
  const details = asObject(error?.['details']);
  return {
    status,
    code:
      asFilledText(details?.['error_code']) ??
      asFilledText(error?.['code']) ??
      asFilledText(error?.['type']),
    message: readErrorMessage(body ?? {}) ?? `The provider answered HTTP ${status}.`,
    field: asFilledText(details?.['field']) ?? asFilledText(error?.['param']),
  };
}

/** An error event inside a stream; its type stands for the status that it would have had before. */
export function readStreamError(event: JsonObject): DialectError {
  const type = asFilledText(asObject(event['error'])?.['type']) ?? '';
  const read = readBodyError(STATUS_OF_TYPE[type] ?? 502, event);
  const message = readErrorMessage(event) ?? 'The provider ended the stream in an error.';
  return { ...read, message };
}

const STOP_FACTS: EventFacts = { ...NO_FACTS, last: true };
const CONTENT_FACTS: EventFacts = { ...NO_FACTS, content: true };

/** Blocks whose start holds, or promises, what was generated. */
const CONTENT_STARTS: ReadonlySet<unknown> = new Set(['tool_use', 'redacted_thinking']);

function readEvent(event: string): EventFacts {
  const data = parseObject(eventData(event));
  if (data === null) return NO_FACTS;
  switch (data['type']) {
    case 'message_start':
      return { ...NO_FACTS, usage: reported(startUsage(usageOf(data['message']))) };
    case 'content_block_start':
      return CONTENT_STARTS.has(asObject(data['content_block'])?.['type'])
        ? CONTENT_FACTS
        : NO_FACTS;
    case 'content_block_delta':
      return CONTENT_FACTS;
    case 'message_delta':
      return deltaFacts(data);
    case 'message_stop':
      return STOP_FACTS;
    default:
      return data['type'] === 'error' || asObject(data['error']) !== null
        ? { ...NO_FACTS, error: readStreamError(data) }
        : NO_FACTS;
  }
}

function deltaFacts(data: JsonObject): EventFacts {
  return {
    ...NO_FACTS,
    finished: asFilledText(asObject(data['delta'])?.['stop_reason']) !== null,
    usage: reported(wholeInput(asObject(data['usage']))),
  };
}

/**
 * The usage of one `message_delta` alone: without its cache counters (older versions leave them out) the
 * total input cannot be told, and what `message_start` said stays true.
 */
function wholeInput(usage: JsonObject | null): JsonObject | null {
  if (usage === null) return null;
  const isWhole =
    asCount(usage['cache_read_input_tokens']) !== null &&
    asCount(usage['cache_creation_input_tokens']) !== null;
  return isWhole ? usage : { ...usage, input_tokens: null };
}

function usageOf(value: unknown): JsonObject | null {
  return asObject(asObject(value)?.['usage']);
}

function reported(usage: JsonObject | null): EventFacts['usage'] {
  if (usage === null) return null;
  const read = readMessageUsage(usage);
  return read.source === null ? null : read;
}

/**
 * The last field named `usage`, read without the rest of the body: what follows a field of the outermost
 * object is, behind an opening brace, valid JSON again, which no deeper field is.
 */
function usageIn(body: string): EventFacts['usage'] {
  const at = body.lastIndexOf('"usage"');
  if (at === -1) return null;
  const rest = parseObject(`{${body.slice(at).trimEnd()}`);
  return reported(usageOf(rest ?? parseObject(body.trim())));
}
