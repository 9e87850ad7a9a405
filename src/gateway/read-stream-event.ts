import type { Wire } from '../providers/dialect.ts';
import { eventData } from '../providers/event-text.ts';
import type { StreamEvent } from '../providers/sse.ts';

const NAME = /(?:^|[\r\n])event: ?([^\r\n]*)/;

/**
 * One event of a stream that is being translated; null for comments, keep-alives and `[DONE]`. Throws
 * SyntaxError when its payload is no JSON: a broken event must not vanish from a translation.
 */
export function readStreamEvent(text: string, framing: Wire['framing']): StreamEvent | null {
  if (framing === 'ndjson') {
    const line = text.trim();
    return line === '' ? null : { event: null, data: JSON.parse(line) };
  }
  const data = eventData(text);
  if (data === '' || data === '[DONE]') return null;
  return { event: NAME.exec(text)?.[1]?.trim() ?? null, data: JSON.parse(data) };
}
