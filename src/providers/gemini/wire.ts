import { type EventFacts, NO_FACTS, type Wire } from '../dialect.ts';
import { eventData } from '../event-text.ts';
import { asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { DialectError } from '../neutral.ts';
import { errorObject, readErrorObject } from './error-body.ts';
import { readGeminiUsage } from './usage.ts';

/** The operation of callers that asked for their stream as one JSON list. */
export const LIST_STREAM_OPERATION = 'chat_list';

/**
 * Usage is in every chunk, so nearly every event is read; chunks of Gemini are few and long. `Reason`
 * fits `finishReason` and `blockReason`, `Metadata` fits `usageMetadata`.
 */
const MARKS = ['Metadata"', 'Reason"', 'rror"'];

/** The wire of the Gemini API. A stream has no last event: it ends with its connection. */
export const geminiWire: Wire = {
  framing: 'sse',
  streamType: 'text/event-stream; charset=utf-8',
  errorBody: (error): string => JSON.stringify(errorObject(error)),
  errorEvent(error, operation): string {
    const body = JSON.stringify(errorObject(error));
    return operation === LIST_STREAM_OPERATION ? `,\r\n${body}]` : `data: ${body}\n\n`;
  },
  readError(status, body): DialectError {
    return (
      readErrorObject(parsed(body), status) ?? {
        status,
        code: null,
        message: `The provider answered HTTP ${status}.`,
        field: null,
      }
    );
  },
  marks: MARKS.map((mark) => Buffer.from(mark)),
  readEvent(event): EventFacts {
    const chunk = asObject(parsed(eventData(event)));
    return chunk === null ? NO_FACTS : chunkFacts(chunk);
  },
  usageIn,
};

function chunkFacts(chunk: JsonObject): EventFacts {
  const candidates = objectsOf(chunk['candidates']);
  return {
    last: false,
    content: candidates.some(hasContent),
    finished: isFinished(chunk, candidates),
    usageOnly: false,
    error: readErrorObject(chunk, null),
    usage: usageOf(chunk),
  };
}

function isFinished(chunk: JsonObject, candidates: readonly JsonObject[]): boolean {
  if (candidates.length === 0) {
    return asFilledText(asObject(chunk['promptFeedback'])?.['blockReason']) !== null;
  }
  return candidates.every((candidate) => asFilledText(candidate['finishReason']) !== null);
}

function hasContent(candidate: JsonObject): boolean {
  const parts = objectsOf(asObject(candidate['content'])?.['parts']);
  return parts.some((part) => {
    const text = asText(part['text']);
    return text === null ? Object.keys(part).length > 0 : text !== '';
  });
}

function usageOf(chunk: JsonObject): EventFacts['usage'] {
  const usage = readGeminiUsage(chunk['usageMetadata']);
  return usage.source === null ? null : usage;
}

/** Of a list, which a stream without `alt=sse` is, the last element that says something counts. */
function usageIn(body: string): EventFacts['usage'] {
  if (!body.includes('"usageMetadata"')) return null;
  const value = parsed(body);
  const chunks = Array.isArray(value) ? objectsOf(value) : [asObject(value) ?? {}];
  return chunks.reduce<EventFacts['usage']>((last, chunk) => usageOf(chunk) ?? last, null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
