import { randomUUID } from 'node:crypto';
import { AnyEvent, nameEvent } from '../contract/events.ts';
import { contentId, idTimeMs, isUuid } from '../core/ids.ts';
import type { Origin } from '../interactions/record.ts';
import type { EventRecord } from './spool-record.ts';

/** Where events come from and what holds for all of them. */
export interface EventSource {
  readonly projectId: string;
  readonly origin: Origin;
  readonly nowMs: number;
  /**
   * Files are read again, so their lines must carry a time of their own: one made up at reading would make
   * the same line another event each time.
   */
  readonly timeRequired: boolean;
}

export type EventOutcome =
  | { readonly record: EventRecord; readonly reason: null }
  | { readonly record: null; readonly reason: string };

/**
 * A parsed value as a record for the spool, or why it is none. The same content gives the same id, so
 * an event that comes again adds nothing.
 */
export function toEventRecord(value: unknown, source: EventSource): EventOutcome {
  const parsed = AnyEvent.safeParse(nameEvent(value));
  if (!parsed.success) return refuse(describe(value, parsed.error.issues));
  const event = parsed.data;
  const given = givenTime(event);
  if (given === null && source.timeRequired) return refuse('createdAt: is needed in a file');
  const atMs = given ?? source.nowMs;
  const id = givenId(event) ?? contentIdOf(event, { atMs, isOwnTime: given !== null, source });
  return {
    record: {
      kind: 'event',
      id: id.toLowerCase(),
      projectId: source.projectId,
      receivedAtMs: source.nowMs,
      origin: source.origin,
      event: { ...event, at: atMs },
    },
    reason: null,
  };
}

/** One line of a JSONL file as a record, or why it is none; null for an empty line. */
export function lineToRecord(line: string, source: EventSource): EventOutcome | null {
  const text = line.trim();
  if (text === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('not JSON');
  }
  return toEventRecord(value, source);
}

function refuse(reason: string): EventOutcome {
  return { record: null, reason };
}

function givenTime(event: AnyEvent): number | null {
  if ('ts' in event) return Date.parse(String(event.ts));
  if ('createdAt' in event && event.createdAt !== undefined) {
    return Date.parse(String(event.createdAt));
  }
  const id = givenId(event);
  return id !== null && /^.{14}[78]/.test(id) ? idTimeMs(id) : null;
}

function givenId(event: AnyEvent): string | null {
  if ('id' in event && typeof event.id === 'string' && !('ts' in event)) return event.id;
  // Feedback and retrieval refer to a chat by this id, so the chat is stored under it.
  return event.event === 'agent_chat' && isUuid(event.interaction_id) ? event.interaction_id : null;
}

function contentIdOf(
  event: AnyEvent,
  { atMs, isOwnTime, source }: { atMs: number; isOwnTime: boolean; source: EventSource },
): string {
  const content = isOwnTime ? canonicalJson(event) : randomUUID();
  return contentId(atMs, source.projectId, content);
}

/** JSON text in which the order of keys plays no part. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const MAX_ISSUES = 3;

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function describe(value: unknown, issues: readonly Issue[]): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'not a JSON object';
  }
  return issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, ''))
    .join('; ');
}
