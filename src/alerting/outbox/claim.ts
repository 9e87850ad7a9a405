import type { Message } from '../../channels/message.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';

/** A message that a dead program was sending is another program's after so long; the living keep theirs. */
const LEASE_MS = 15_000;
const MINUTE_MS = 60_000;
const CHANNELS_AT_ONCE = 100;

/** A channel for which a message is due. */
export interface DueChannel {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: string;
  readonly perMinute: number;
}

/** A message that this program sends now, and nobody else until the lease ends. */
export interface ClaimedMessage {
  readonly id: string;
  readonly kind: Message['kind'];
  readonly message: Message;
  /** With this one. */
  readonly tries: number;
  readonly createdAt: Date;
  readonly claim: string;
}

const WAITS = 'o.delivered_at is null and o.dead_at is null';
const IS_DUE = `${WAITS} and o.next_attempt_at <= $1 and (o.claimed_until is null or o.claimed_until < $1)`;

/** Channels that are switched on and not resting, with a message that is due. */
export function dueChannels(database: Queryable, now: Date): Promise<DueChannel[]> {
  return database.query<DueChannel>(
    `select c.id, c.project_id as "projectId", c.name, c.kind,
       coalesce((c.settings ->> 'perMinute')::integer, 20) as "perMinute"
     from channels c left join channel_states s on s.channel_id = c.id
     where c.enabled and (s.paused_until is null or s.paused_until <= $1)
       and exists (select 1 from outbox o where o.channel_id = c.id and ${IS_DUE})
     order by s.last_delivered_at nulls first, c.id limit ${CHANNELS_AT_ONCE}`,
    [now],
  );
}

/**
 * Takes the next message of a channel that nobody else is sending and that no earlier one of its sequence holds up; null
 * when there is none, or the channel has had its messages of this minute.
 */
export async function claimNext(
  deps: AlertingDeps & { readonly database: Database },
  channel: DueChannel,
): Promise<ClaimedMessage | null> {
  const now = new Date(deps.clock.now());
  return await deps.database.transaction(async (tx) => {
    const tried = await lockChannel(tx, channel.id, now);
    if (tried === null || tried.length >= channel.perMinute) return null;
    const [row] = await tx.query<{
      id: string;
      kind: Message['kind'];
      message: Message;
      attempts: number;
      created_at: Date;
    }>(
      `select o.id, o.kind, o.message, o.attempts, o.created_at from outbox o
       where o.channel_id = $2 and ${IS_DUE} and not exists (
         select 1 from outbox e where e.channel_id = o.channel_id and e.sequence_key = o.sequence_key
           and e.position < o.position and e.delivered_at is null and e.dead_at is null)
       order by o.next_attempt_at, o.position limit 1`,
      [now, channel.id],
    );
    if (row === undefined) return null;
    const claim = deps.newId();
    await tx.query(
      'update outbox set claim = $2, claimed_until = $3, attempts = attempts + 1 where id = $1',
      [row.id, claim, new Date(now.getTime() + LEASE_MS)],
    );
    await tx.query('update channel_states set tried_at = $2::timestamptz[] where channel_id = $1', [
      channel.id,
      [...tried, now],
    ]);
    const { id, kind, message, attempts, created_at: createdAt } = row;
    return { id, kind, message, tries: attempts + 1, createdAt, claim };
  });
}

/** Keeps a message for as long again; answers false when another program has it. */
export async function keepClaim(
  deps: AlertingDeps & { readonly database: Queryable },
  { id, claim }: ClaimedMessage,
): Promise<boolean> {
  const rows = await deps.database.query(
    'update outbox set claimed_until = $3 where id = $1 and claim = $2 returning id',
    [id, claim, new Date(deps.clock.now() + LEASE_MS)],
  );
  return rows.length > 0;
}

/** Holds the channel's state; answers its tries of the last minute, null while it rests or is gone. */
async function lockChannel(tx: Queryable, channelId: string, now: Date): Promise<Date[] | null> {
  await tx.query(
    `insert into channel_states (channel_id) select id from channels where id = $1 on conflict do nothing`,
    [channelId],
  );
  const [state] = await tx.query<{ tried_at: Date[]; paused_until: Date | null }>(
    'select tried_at, paused_until from channel_states where channel_id = $1 for update',
    [channelId],
  );
  if (state === undefined) return null;
  if (state.paused_until !== null && state.paused_until > now) return null;
  return state.tried_at.filter((at) => at.getTime() > now.getTime() - MINUTE_MS);
}
