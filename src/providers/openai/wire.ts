import { readError } from '../content.ts';
import { type EventFacts, NO_FACTS, type Wire } from '../dialect.ts';
import { eventData, parseObject } from '../event-text.ts';
import { asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { DialectError } from '../neutral.ts';
import { readUsage } from '../usage.ts';

/**
 * Few and short: every one costs a search through every chunk. An object after `usage`, because OpenAI puts
 * `"usage":null` into every other chunk; `"response":` is in the events that end a response and in the two
 * that begin it. Quotes inside of texts are escaped and never fit.
 */
const MARKS = ['DONE]', 'ge":{', 'ge": {', 'nse":', 'rror"'];

/** Events of the Responses API after which nothing follows. */
const LAST_TYPES: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.failed',
  'response.incomplete',
]);

const LAST_FACTS: EventFacts = { ...NO_FACTS, last: true };

/** The wire of OpenAI clients and of every provider compatible with them. */
export const openAiWire: Wire = {
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  errorBody: (error): string => JSON.stringify(errorObject(error)),
  errorEvent,
  readError: (status, body): DialectError => readBodyError(status, parseObject(body.trim())),
  marks: MARKS.map((mark) => Buffer.from(mark)),
  readEvent,
  usageIn,
};

/** An error as OpenAI clients read it; `type` follows from the HTTP status. */
function errorObject({ status, code, message, field }: DialectError): {
  readonly error: Readonly<Record<'message' | 'type' | 'param' | 'code', string | null>>;
} {
  return { error: { message, type: errorType(status), param: field, code } };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** OpenAI clients throw on any stream event that has an `error`. */
function errorEvent(error: DialectError, operation: string): string {
  const body = errorObject(error);
  if (operation !== 'responses') return `data: ${JSON.stringify(body)}\n\n`;
  const { message, code, param } = body.error;
  // Clients check that the number is one; none of them counts.
  const event = { type: 'error', code, message, param, sequence_number: 0, ...body };
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
}

function readBodyError(status: number, body: JsonObject | null): DialectError {
  const error = asObject(body?.['error']);
  return {
    status,
    code: codeOf(error),
    message: readError(body ?? {}) ?? `The provider answered HTTP ${status}.`,
    field: asFilledText(error?.['param']),
  };
}

function codeOf(error: JsonObject | null): string | null {
  const code = error?.['code'];
  // Compatible servers repeat the HTTP status as a number here.
  return asFilledText(code) ?? asFilledText(error?.['type']);
}

function readEvent(event: string): EventFacts {
  const data = eventData(event);
  if (data === '[DONE]') return LAST_FACTS;
  const chunk = parseObject(data);
  if (chunk === null) return NO_FACTS;
  return typeof chunk['type'] === 'string' && chunk['choices'] === undefined
    ? typedFacts(chunk, chunk['type'])
    : chunkFacts(chunk);
}

/** A chunk of chat or text completions. */
function chunkFacts(chunk: JsonObject): EventFacts {
  const choices = objectsOf(chunk['choices']);
  const usage = asObject(chunk['usage']) ?? asObject(asObject(chunk['x_groq'])?.['usage']);
  return {
    last: false,
    content: choices.some(hasContent),
    finished: choices.some((choice) => asFilledText(choice['finish_reason']) !== null),
    usageOnly:
      Array.isArray(chunk['choices']) &&
      chunk['choices'].length === 0 &&
      asObject(chunk['usage']) !== null,
    error: readEventError(chunk),
    usage: usage === null ? null : reported(usage),
  };
}

function hasContent(choice: JsonObject): boolean {
  if (asText(choice['text']) !== null && choice['text'] !== '') return true;
  const delta = asObject(choice['delta']);
  if (delta === null) return false;
  return Object.entries(delta).some(
    ([name, value]) => name !== 'role' && value !== null && value !== '',
  );
}

/** An event of the Responses API. */
function typedFacts(event: JsonObject, type: string): EventFacts {
  if (type.endsWith('.delta')) return { ...NO_FACTS, content: true };
  const error = readTypedError(event, type);
  if (error === null && !LAST_TYPES.has(type)) return NO_FACTS;
  const response = asObject(event['response']);
  const usage = asObject(response?.['usage']);
  return {
    ...NO_FACTS,
    last: LAST_TYPES.has(type),
    finished: type === 'response.completed' || type === 'response.incomplete',
    error,
    usage: usage === null ? null : reported(usage),
  };
}

/** The error that a chunk of a stream is; null when it is none. */
export function readEventError(chunk: JsonObject): DialectError | null {
  return chunk['error'] === undefined || chunk['error'] === null ? null : streamError(chunk);
}

/** The error that an event of the Responses API is; null when it is none. */
export function readTypedError(event: JsonObject, type: string): DialectError | null {
  const isError = type === 'error' || type === 'response.failed';
  if (!isError && (event['error'] ?? null) === null) return null;
  const response = asObject(event['response']);
  return streamError(asObject(response?.['error']) === null ? event : (response ?? event));
}

function streamError(event: JsonObject): DialectError {
  const error = asObject(event['error']) ?? event;
  const status = error['code'];
  const isStatus = typeof status === 'number' && status >= 400 && status <= 599;
  return {
    status: isStatus ? status : 502,
    code: error === event ? asFilledText(event['code']) : codeOf(error),
    message:
      readError(event) ??
      asFilledText(event['message']) ??
      'The provider ended the stream in an error.',
    field: asFilledText(error['param']),
  };
}

function reported(usage: JsonObject): EventFacts['usage'] {
  const read = readUsage(usage);
  return read.source === null ? null : read;
}

/**
 * The last field named `usage`, read without the rest of the body: what follows a field of the outermost
 * object is, behind an opening brace, valid JSON again, which no deeper field is.
 */
function usageIn(body: string): EventFacts['usage'] {
  const at = body.lastIndexOf('"usage"');
  if (at === -1) return null;
  const rest = parseObject(`{${body.slice(at)}`);
  const usage = asObject((rest ?? parseObject(body.trim()))?.['usage']);
  return usage === null ? null : reported(usage);
}
