import { readError } from '../content.ts';
import { type EventFacts, NO_FACTS, type Wire } from '../dialect.ts';
import { parseObject } from '../event-text.ts';
import { asFilledText, asList, asObject, type JsonObject } from '../json.ts';
import type { DialectError } from '../neutral.ts';
import { readCounts } from './usage.ts';

/** The last line of a stream always has durations; older servers name no reason. */
const MARKS = ['_durat', '_reaso', 'ne":t', 'ne": t', 'rror":'];

/** The wire of Ollama: one JSON document a line, errors as bare text. */
export const ollamaWire: Wire = {
  framing: 'ndjson',
  streamType: 'application/x-ndjson',
  errorBody: (error): string => JSON.stringify(errorObject(error)),
  errorEvent: (error): string => `${JSON.stringify(errorObject(error))}\n`,
  readError: (status, body): DialectError => errorOf(parseObject(body.trim()) ?? {}, status),
  marks: MARKS.map((mark) => Buffer.from(mark)),
  readEvent,
  usageIn(body): EventFacts['usage'] {
    return body.includes('eval_count') ? reported(parseObject(body.trim()) ?? {}) : null;
  },
};

/** Clients read `error`, a text; the code beside it tells the gateway's refusals from the provider's. */
function errorObject({ message, code, field }: DialectError): JsonObject {
  return { error: message, ...(code !== null && { code }), ...(field !== null && { field }) };
}

function errorOf(body: JsonObject, status: number): DialectError {
  const told = body['status'] ?? body['status_code'];
  const isStatus = typeof told === 'number' && told >= 400 && told <= 599;
  return {
    status: isStatus ? told : status,
    code: asFilledText(body['code']),
    message: readError(body) ?? `The provider answered HTTP ${status}.`,
    field: asFilledText(body['field']),
  };
}

/** The error that a line of a stream is; null when it is none. */
export function readLineError(line: JsonObject): DialectError | null {
  return (line['error'] ?? null) === null ? null : errorOf(line, 502);
}

function readEvent(event: string): EventFacts {
  const line = parseObject(event.trim());
  if (line === null) return NO_FACTS;
  const isDone = line['done'] === true;
  return {
    last: isDone,
    content: hasContent(asObject(line['message']) ?? line),
    finished: isDone,
    usageOnly: false,
    error: readLineError(line),
    usage: isDone ? reported(line) : null,
  };
}

function hasContent(message: JsonObject): boolean {
  const texts = [message['content'], message['response'], message['thinking']];
  return (
    texts.some((text) => typeof text === 'string' && text !== '') ||
    asList(message['tool_calls']).length > 0
  );
}

function reported(body: JsonObject): EventFacts['usage'] {
  const usage = readCounts(body);
  return usage.source === null ? null : usage;
}
