import { parseJson } from './json.ts';

/** One server-sent event whose data is JSON. */
export interface StreamEvent {
  /** The `event:` field; null when there is none. */
  readonly event: string | null;
  readonly data: unknown;
}

/**
 * The JSON events of a recorded stream (WHATWG HTML §9.2.6: lines end in CR, LF or CRLF, data lines
 * are joined, comments skipped). `[DONE]`, broken events and keep-alives are left out; an event that
 * the recording cut is read as far as it goes.
 */
export function parseEvents(text: string): StreamEvent[] {
  const events: StreamEvent[] = [];
  let event: string | null = null;
  let data: string[] = [];
  const dispatch = (): void => {
    const parsed = data.length === 0 ? undefined : parseData(data.join('\n'));
    if (parsed !== undefined) events.push({ event, data: parsed });
    event = null;
    data = [];
  };
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') {
      dispatch();
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line[5] === ' ' ? 6 : 5));
    } else if (line.startsWith('event:')) {
      event = line.slice(6).trim();
    }
  }
  dispatch();
  return events;
}

function parseData(data: string): unknown {
  const trimmed = data.trim();
  return trimmed.startsWith('{') || trimmed.startsWith('[{') ? parseJson(trimmed) : undefined;
}
