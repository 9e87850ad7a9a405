import type { ReviewItem, ReviewLabel } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';
import { readInteraction } from '../interactions/detail.ts';
import type { Queryable } from '../store/database.ts';
import type { Reviewer } from './deps.ts';
import type { QueueRow } from './queues.ts';

export interface ItemRow {
  readonly interaction_id: string;
  readonly interaction_created_at: Date;
  readonly place: number;
  readonly sampling_probability: number | null;
  readonly done: number;
}

interface LabelRow {
  readonly verdict: ReviewLabel['verdict'];
  readonly native: number | null;
  readonly note: string | null;
  readonly reviewer: string;
  readonly created_at: Date;
}

/** The item of a queue. Throws `not_found`. */
export async function findItem(
  db: Queryable,
  queueId: string,
  interactionId: string,
): Promise<ItemRow> {
  const [row] = await db.query<ItemRow>(
    'select * from review_items where queue_id = $1 and interaction_id = $2',
    [queueId, interactionId],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such item in this queue.');
  return row;
}

/**
 * An item with its interaction. In a blind queue nothing of what others say is in it before this person's own verdict.
 * Throws `not_found` when the interaction was deleted.
 */
export async function readItem(
  db: Queryable,
  { queue, reviewer }: { readonly queue: QueueRow; readonly reviewer: Reviewer },
  item: ItemRow,
): Promise<ReviewItem> {
  const { projectId, name } = reviewer;
  const interaction = await readInteraction(db, { projectId, id: item.interaction_id });
  const labels = await db.query<LabelRow>(
    `select verdict, native, note, reviewer, created_at from review_labels
     where queue_id = $1 and interaction_id = $2 order by created_at, id limit 100`,
    [queue.id, item.interaction_id],
  );
  const own = labels.find((label) => label.reviewer === name) ?? null;
  const isHidden = queue.blind && own === null;
  const [claim] = await db.query<{ claimed_until: Date }>(
    `select claimed_until from review_claims
     where queue_id = $1 and interaction_id = $2 and reviewer = $3`,
    [queue.id, item.interaction_id, name],
  );
  return {
    queueId: queue.id,
    place: item.place,
    // Scores are told apart below, and where nothing may be seen there must be nothing to find.
    interaction: { ...interaction, scores: [] },
    label: own === null ? null : toLabel(own),
    others: isHidden
      ? null
      : {
          scores: interaction.scores,
          labels: labels.filter((label) => label.reviewer !== name).map(toLabel),
        },
    samplingProbability: item.sampling_probability,
    claimedUntil: claim?.claimed_until.toISOString() ?? null,
  };
}

function toLabel(row: LabelRow): ReviewLabel {
  const { verdict, native, note, reviewer } = row;
  return { verdict, native, note, reviewer, createdAt: row.created_at.toISOString() };
}
