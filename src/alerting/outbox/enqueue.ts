import type { Message } from '../../channels/message.ts';
import type { Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { AlertingDeps } from '../deps.ts';

/** A message for some channels of a project. */
export interface NewMessage {
  readonly projectId: string;
  readonly channelIds: readonly string[];
  /** Messages of one key go out to a channel one after the other, in the order they were written. */
  readonly sequenceKey: string;
  /** Told to a channel once, however often it is written. */
  readonly dedupeKey: string;
  /** The alert it is about, where it is about one. */
  readonly alertId: string | null;
  readonly message: Message;
}

/** Writes a message into the outbox, in the transaction of what it tells about. Answers the ids of new messages. */
export async function enqueue(
  tx: Queryable,
  deps: AlertingDeps,
  wanted: NewMessage,
): Promise<string[]> {
  const at = new Date(deps.clock.now());
  const text = jsonText(wanted.message);
  const ids: string[] = [];
  for (const channelId of new Set(wanted.channelIds)) {
    const rows = await tx.query<{ id: string }>(
      `insert into outbox (id, project_id, channel_id, sequence_key, dedupe_key, alert_id, kind, message, created_at,
         next_attempt_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $9)
       on conflict (channel_id, dedupe_key) do nothing returning id`,
      [
        deps.newId(),
        wanted.projectId,
        channelId,
        wanted.sequenceKey,
        wanted.dedupeKey,
        wanted.alertId,
        wanted.message.kind,
        text,
        at,
      ],
    );
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}
