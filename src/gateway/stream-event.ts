import { firstBoundary } from './event-bounds.ts';

/** Events of the Responses API after which nothing follows. */
const TERMINAL_TYPES = new Set(['response.completed', 'response.failed', 'response.incomplete']);

/**
 * Pieces of the events that matter to the gateway. Short, and beginning with a byte that is rare in
 * streams: such a search costs a tenth of one for the whole word with its quote.
 */
const DONE = Buffer.from('DONE]');
const RESPONSE_ENDS = ['pleted', '.faile', '.incom'].map((piece) => Buffer.from(piece));
const USAGE = Buffer.from('usage');
const SPACE = 0x20;
const COLON = 0x3a;
const BRACE = 0x7b;
const QUOTE = 0x22;
const CR = 0x0d;
const BOUNDARY = Buffer.from('\n\n');

/**
 * A place at or after `from` in the first event that may belong to the end of a stream or be a usage
 * chunk; -1 when there is none. A cheap look at raw bytes: who finds a mark still has to read the event.
 */
export function nextMark(region: Buffer, from: number): number {
  let first = earlier(nextUsage(region, from), region.indexOf(DONE, from));
  for (const end of RESPONSE_ENDS) first = earlier(first, region.indexOf(end, from));
  return first;
}

function earlier(one: number, other: number): number {
  if (one === -1 || other === -1) return Math.max(one, other);
  return Math.min(one, other);
}

/** A `"usage": {`; providers put `"usage": null` into every other chunk. */
function nextUsage(region: Buffer, from: number): number {
  let at = region.indexOf(USAGE, from);
  while (at !== -1 && !opensObject(region, at + USAGE.length)) {
    at = region.indexOf(USAGE, at + USAGE.length);
  }
  return at;
}

/** Whether a name that ends at `at` is followed by its quote, a colon and an object. */
function opensObject(region: Buffer, at: number): boolean {
  if (region[at] !== QUOTE) return false;
  const colon = skipSpaces(region, at + 1);
  return region[colon] === COLON && region[skipSpaces(region, colon + 1)] === BRACE;
}

function skipSpaces(region: Buffer, from: number): number {
  let at = from;
  while (region[at] === SPACE) at += 1;
  return at;
}

/** Whether the event ends the stream: `[DONE]`, or the last event of the Responses API. */
export function isTerminalEvent(event: string): boolean {
  const data = eventData(event);
  if (data === '[DONE]') return true;
  if (!data.includes('"response.')) return false;
  const type = parsed(data)?.['type'];
  return typeof type === 'string' && TERMINAL_TYPES.has(type);
}

/** Whether the event is the extra chunk that `stream_options.include_usage` asks for: usage and no choice. */
export function isUsageOnlyChunk(event: string): boolean {
  const data = eventData(event);
  if (!data.includes('"usage"')) return false;
  const chunk = parsed(data);
  const choices = chunk?.['choices'];
  return Array.isArray(choices) && choices.length === 0 && isObject(chunk?.['usage']);
}

/** Whether the event carries generated content: text, reasoning, a tool call, audio. */
function hasContent(event: string): boolean {
  const data = eventData(event);
  if (data === '' || data === '[DONE]') return false;
  const chunk = parsed(data);
  if (chunk === null) return false;
  const type = chunk['type'];
  if (typeof type === 'string') return type.endsWith('.delta');
  const choices = chunk['choices'];
  return Array.isArray(choices) && choices.some(choiceHasContent);
}

/** Whether any of the events in these bytes carries generated content; reads no further than to the first. */
export function regionHasContent(region: Buffer): boolean {
  let from = 0;
  while (from < region.length) {
    const end = firstBoundary(region, from);
    const to = end === 0 ? region.length : end;
    if (hasContent(region.toString('utf8', from, to))) return true;
    from = to;
  }
  return false;
}

function choiceHasContent(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  const text = choice['text'];
  if (typeof text === 'string' && text !== '') return true;
  const delta = choice['delta'];
  if (!isObject(delta)) return false;
  return Object.entries(delta).some(
    ([name, value]) => name !== 'role' && value !== null && value !== '',
  );
}

/** How a stream ended that sent no terminal event: the provider said why, or it just stopped. */
export function endOf(tail: string): { finished: boolean; error: string | null } {
  const events = eventsOf(tail);
  const error = streamError(events.at(-1) ?? '');
  return { finished: /"finish_reason"\s*:\s*"/.test(tail), error };
}

/** The provider's words when an event is an error; null when it is none. */
export function errorIn(event: string): string | null {
  return event.includes('error') ? streamError(event) : null;
}

/**
 * The last event of these whole events, `[DONE]` and blanks left out; null when there is none. Looks from
 * the end, so that a long answer costs no more than a short one.
 */
export function lastEventBeforeDone(region: Buffer): string | null {
  if (region.includes(CR)) {
    return eventsOf(region.toString('utf8')).findLast(isNotDone) ?? null;
  }
  let end = region.length;
  while (end > 0) {
    const boundary = end < 2 ? -1 : region.lastIndexOf(BOUNDARY, end - 2);
    // A boundary at the very end closes the event before it.
    const start = boundary === -1 ? 0 : boundary + BOUNDARY.length;
    const event = region.toString('utf8', start, end);
    if (event.trim() !== '' && isNotDone(event)) return event;
    end = boundary === -1 ? 0 : boundary;
  }
  return null;
}

function isNotDone(event: string): boolean {
  return eventData(event) !== '[DONE]';
}

/** The provider's words when the event is `response.failed`; null for any other. */
export function failedResponse(event: string): string | null {
  const data = parsed(eventData(eventsOf(event)[0] ?? ''));
  if (data?.['type'] !== 'response.failed') return null;
  const response = data['response'];
  const error = isObject(response) ? response['error'] : null;
  const message = isObject(error) ? error['message'] : null;
  return typeof message === 'string' ? message : 'The provider says that the response failed.';
}

function eventsOf(text: string): string[] {
  return text.split(/\r?\n\r?\n|\r\r/).filter((event) => event.trim() !== '');
}

/** The provider's own words when the event is an error; null when it is none. */
function streamError(event: string): string | null {
  const chunk = parsed(eventData(event));
  if (chunk === null) return null;
  const error = chunk['error'];
  if (isObject(error))
    return String(error['message'] ?? 'The provider ended the stream in an error.');
  if (chunk['type'] === 'error')
    return String(chunk['message'] ?? 'The provider ended in an error.');
  return null;
}

/** The payload of an event: its `data` lines, joined (HTML standard §9.2.6). */
function eventData(event: string): string {
  const lines: string[] = [];
  for (const line of event.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue;
    lines.push(line.startsWith('data: ') ? line.slice(6) : line.slice(5));
  }
  return lines.join('\n').trim();
}

function parsed(data: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
