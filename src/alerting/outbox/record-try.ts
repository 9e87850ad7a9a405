import { ChannelError } from '../../channels/channel.ts';
import type { Database, Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { nextTry } from './backoff.ts';
import { closeRecovered, raiseChannelFailed } from './channel-health.ts';
import type { ClaimedMessage, DueChannel } from './claim.ts';

/** A channel that fails for so long is told of, even when no message is given up yet. */
const FAILS_LONG_MS = 10 * 60_000;
const LONGEST_ERROR = 1_000;

export interface TryDeps extends AlertingDeps {
  readonly database: Database;
  readonly random: () => number;
}

/** One try at one message of one channel. */
export interface Try {
  readonly channel: DueChannel;
  readonly sent: ClaimedMessage;
}

/** Notes that the receiver took the message; what waited because the channel failed goes out at once. */
export async function recordDelivered(deps: TryDeps, { channel, sent }: Try): Promise<void> {
  const at = new Date(deps.clock.now());
  await deps.database.transaction(async (tx) => {
    // The state first, as everywhere: two programs that note at once wait for each other.
    const failedBefore = await channelWorks(tx, channel.id, at);
    // Whoever holds the claim now: it was delivered, and must not be sent again.
    await tx.query(
      `update outbox set delivered_at = $2, claim = null, claimed_until = null, last_error = null
       where id = $1 and delivered_at is null`,
      [sent.id, at],
    );
    if (!failedBefore) return;
    await tx.query(
      `update outbox set next_attempt_at = $2
       where channel_id = $1 and delivered_at is null and dead_at is null and next_attempt_at > $2`,
      [channel.id, at],
    );
    await closeRecovered(tx, deps, channel.projectId);
  });
}

/** Notes that a channel took a message; answers whether it failed before. */
async function channelWorks(tx: Queryable, channelId: string, at: Date): Promise<boolean> {
  const [state] = await tx.query<{ failing_since: Date | null }>(
    'select failing_since from channel_states where channel_id = $1 for update',
    [channelId],
  );
  await tx.query(
    `update channel_states set last_delivered_at = $2, failures = 0, failing_since = null, paused_until = null,
       last_error = null where channel_id = $1`,
    [channelId, at],
  );
  return state !== undefined && state.failing_since !== null;
}

/** Notes that the receiver did not take the message. Answers whether it is given up. */
export async function recordFailed(
  deps: TryDeps,
  { channel, sent }: Try,
  thrown: unknown,
): Promise<'waits' | 'dead'> {
  const at = new Date(deps.clock.now());
  const problem = (thrown instanceof Error ? thrown.message : String(thrown)).slice(
    0,
    LONGEST_ERROR,
  );
  return await deps.database.transaction(async (tx) => {
    const [state] = await tx.query<{ failures: number; failing_since: Date | null }>(
      'select failures, failing_since from channel_states where channel_id = $1 for update',
      [channel.id],
    );
    const failures = (state?.failures ?? 0) + 1;
    const since = state?.failing_since ?? at;
    const next = nextTry(
      {
        tries: sent.tries,
        ageMs: at.getTime() - sent.createdAt.getTime(),
        channelFailures: failures,
        retryable: thrown instanceof ChannelError ? thrown.retryable : true,
        retryAfterMs: thrown instanceof ChannelError ? thrown.retryAfterMs : null,
      },
      deps.random,
    );
    const later = (ms: number): Date => new Date(at.getTime() + ms);
    await tx.query(
      `update outbox set claim = null, claimed_until = null, last_error = $3,
         dead_at = case when $4::timestamptz is null then $5::timestamptz end,
         next_attempt_at = coalesce($4, next_attempt_at)
       where id = $1 and claim = $2 and delivered_at is null`,
      [sent.id, sent.claim, problem, next === null ? null : later(next.messageMs), at],
    );
    await tx.query(
      `update channel_states set failures = $2, failing_since = $3, last_error = $4, paused_until = $5
       where channel_id = $1`,
      [channel.id, failures, since, problem, next === null ? null : later(next.channelMs)],
    );
    const failsLong = at.getTime() - since.getTime() >= FAILS_LONG_MS;
    if (next === null || failsLong) await raiseChannelFailed(tx, deps, { channel, since, problem });
    return next === null ? 'dead' : 'waits';
  });
}
