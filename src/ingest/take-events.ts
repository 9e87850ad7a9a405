import type { EventsReply } from '../contract/events.ts';
import type { RawEvent } from './event-body.ts';
import {
  type EventOutcome,
  type EventSource,
  lineToRecord,
  toEventRecord,
} from './event-records.ts';
import type { Spool } from './spool-record.ts';

/** Events between two turns of the event loop: checking thousands must not hold up calls of the gateway. */
const AT_ONCE = 100;

export interface TakeOptions {
  readonly spool: Pick<Spool, 'append'>;
  readonly source: EventSource;
  readonly maxLineBytes: number;
}

/** Hands the sound events to the spool and answers for the others why not. Throws `spool_full`. */
export async function takeEvents(
  { spool, source, maxLineBytes }: TakeOptions,
  events: readonly RawEvent[],
): Promise<EventsReply> {
  const rejected: EventsReply['rejected'] = [];
  const appends: Promise<'spooled' | 'dropped'>[] = [];
  for (const [index, event] of events.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    const outcome = check(event, source, maxLineBytes);
    if (outcome === null) continue;
    if (outcome.record === null) rejected.push({ line: event.line, reason: outcome.reason });
    else {
      const append = spool.append(outcome.record);
      // Handled below; a refusal must not count as unhandled before.
      append.catch(() => undefined);
      appends.push(append);
    }
  }
  const outcomes = await Promise.all(appends);
  const dropped = outcomes.filter((outcome) => outcome === 'dropped').length;
  return { accepted: outcomes.length - dropped, dropped, rejected };
}

function check(event: RawEvent, source: EventSource, maxLineBytes: number): EventOutcome | null {
  if (!('text' in event)) return toEventRecord(event.value, source);
  if (Buffer.byteLength(event.text) > maxLineBytes) {
    return { record: null, reason: `the line is longer than ${maxLineBytes} bytes` };
  }
  return lineToRecord(event.text, source);
}
