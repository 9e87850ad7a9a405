import type { ReviewClaimReply } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { ReviewDeps, Reviewer } from './deps.ts';
import { type ItemRow, readItem } from './items.ts';
import { findQueue, type QueueRow, readQueue } from './queues.ts';

/** Whoever closes the page leaves an item free after this long. */
const LEASE_MS = 15 * 60_000;
/** Items whose interaction was deleted are passed over, but not without end. */
const MAX_GONE = 50;

/**
 * Takes the next item for a person: one that they hold already, else the first that others have not finished and do not
 * hold. `after` goes on behind a place, and begins anew at the end. Two people never get more than the queue's number of
 * people onto one item. Throws `not_found` and `conflict` (closed).
 */
export async function claimItem(
  deps: ReviewDeps,
  reviewer: Reviewer,
  { queueId, after }: { readonly queueId: string; readonly after: number | undefined },
): Promise<ReviewClaimReply> {
  const queue = await findQueue(deps.database, reviewer.projectId, queueId);
  if (queue.status === 'closed') throw new AppError('conflict', 'This queue is closed.');
  const item = await nextReadable(deps, { queue, reviewer, after });
  const { progress } = await readQueue(deps.database, reviewer, queueId);
  return { item, progress };
}

interface Claim {
  readonly queue: QueueRow;
  readonly reviewer: Reviewer;
  readonly after: number | undefined;
}

async function nextReadable(deps: ReviewDeps, claim: Claim): Promise<ReviewClaimReply['item']> {
  for (let gone = 0; gone < MAX_GONE; gone += 1) {
    const row = await deps.database.transaction((tx) => take(tx, deps.clock.now(), claim));
    if (row === null) return null;
    try {
      return await readItem(deps.database, claim, row);
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'not_found')) throw thrown;
      await deps.database.query(
        'delete from review_items where queue_id = $1 and interaction_id = $2',
        [claim.queue.id, row.interaction_id],
      );
    }
  }
  return null;
}

async function take(
  tx: Queryable,
  nowMs: number,
  { queue, reviewer, after }: Claim,
): Promise<ItemRow | null> {
  const now = new Date(nowMs);
  // One claim at a time for each queue: counting claims and adding one must be one step.
  await tx.query('select 1 from review_queues where id = $1 for update', [queue.id]);
  const [row] = await tx.query<ItemRow>(
    `select i.* from review_items i
     where i.queue_id = $1 and i.done < $2
       and not exists (select 1 from review_labels l where l.queue_id = i.queue_id
         and l.interaction_id = i.interaction_id and l.reviewer = $3)
       and i.done + (select count(*) from review_claims c where c.queue_id = i.queue_id
         and c.interaction_id = i.interaction_id and c.reviewer <> $3 and c.claimed_until > $4) < $2
     order by (i.place <= $5::integer), i.place limit 1`,
    [queue.id, queue.people, reviewer.name, now, after ?? -1],
  );
  if (row === undefined) return null;
  // A person looks at one item at a time; what they left is free for others.
  await tx.query(
    'delete from review_claims where queue_id = $1 and (reviewer = $2 or claimed_until <= $3)',
    [queue.id, reviewer.name, now],
  );
  await tx.query(
    `insert into review_claims (queue_id, interaction_id, reviewer, claimed_until)
     values ($1, $2, $3, $4)`,
    [queue.id, row.interaction_id, reviewer.name, new Date(nowMs + LEASE_MS)],
  );
  return row;
}
