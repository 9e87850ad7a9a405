import type { Attempt } from './attempt.ts';
import { encodingOf, oneHeader } from './headers.ts';

const LINE_TYPES = /^application\/(?:x-)?(?:nd-?json|jsonl|json-?lines)\b/i;
const EVENT_TYPE = /^text\/event-stream\b/i;
const JSON_TYPE = /^[^;]*\bjson\b/i;

function typeOf({ headers }: Pick<Attempt, 'headers'>): string {
  return oneHeader(headers, 'content-type') ?? '';
}

/** Whether an answer is a stream of events that can be read on its way. */
export function openLines(attempt: Pick<Attempt, 'headers' | 'wire'>): boolean {
  const type = typeOf(attempt);
  const matches = attempt.wire.framing === 'sse' ? EVENT_TYPE.test(type) : LINE_TYPES.test(type);
  return matches && encodingOf(attempt.headers) === null;
}

/** Whether an answer is one JSON document in plain bytes. */
export function isPlainJson(attempt: Pick<Attempt, 'headers'>): boolean {
  return JSON_TYPE.test(typeOf(attempt)) && encodingOf(attempt.headers) === null;
}

/** Whether an answer is a page for people: what a wrong address or a proxy in between sends. */
export function isPage(attempt: Pick<Attempt, 'headers'>): boolean {
  return /^text\/html\b/i.test(typeOf(attempt));
}
