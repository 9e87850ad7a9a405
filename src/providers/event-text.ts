import { asObject, type JsonObject } from './json.ts';

/** The payload of one server-sent event: its `data` lines, joined (HTML standard §9.2.6). */
export function eventData(event: string): string {
  // Nearly every event is one `data: ` line and a blank one.
  const end = event.indexOf('\n');
  if (event.startsWith('data: ') && !/[^\r\n]/.test(event.slice(end === -1 ? event.length : end))) {
    return event.slice(6, end === -1 ? event.length : end).trim();
  }
  const lines: string[] = [];
  for (const line of event.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue;
    lines.push(line.startsWith('data: ') ? line.slice(6) : line.slice(5));
  }
  return lines.join('\n').trim();
}

/** The JSON object that a text is; null for anything else. Never throws. */
export function parseObject(text: string): JsonObject | null {
  if (!text.startsWith('{')) return null;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}
