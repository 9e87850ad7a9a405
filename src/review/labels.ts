import type { z } from 'zod';
import type { NewReviewLabel, ReviewLabelReply } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';
import { findInteraction } from '../interactions/find.ts';
import { EMPTY_BATCH, type ScoreRow } from '../interactions/record.ts';
import { type StoredScore, scoreOf } from '../interactions/stored-row.ts';
import type { Queryable } from '../store/database.ts';
import type { ReviewDeps, Reviewer } from './deps.ts';
import { findItem, type ItemRow, readItem } from './items.ts';
import { findQueue, type QueueRow, readQueue } from './queues.ts';
import { pointValue } from './scales.ts';

/** Which item of which queue. */
export interface ItemPlace {
  readonly queueId: string;
  readonly interactionId: string;
}

type GivenLabel = Pick<z.infer<typeof NewReviewLabel>, 'verdict' | 'native' | 'note'>;

/**
 * Stores a verdict: a point of the scale becomes a score by this person, with the probability that the item was picked
 * with; "not sure" and "skip" become none. Throws `not_found`, `invalid_request` (not on the scale) and `conflict`
 * (judged already, or by enough people, or the queue is closed).
 */
export async function giveLabel(
  deps: ReviewDeps,
  reviewer: Reviewer,
  { place, given }: { readonly place: ItemPlace; readonly given: GivenLabel },
): Promise<ReviewLabelReply> {
  const { database } = deps;
  const queue = await findQueue(database, reviewer.projectId, place.queueId);
  const score = await scoreFor(deps, { queue, reviewer, place }, given);
  await database.transaction(async (tx) => {
    const item = await lockItem(tx, place);
    await assertOpen(tx, { queue, item, reviewer });
    if (score !== null) {
      const scores = [withChance(score, { item, queue })];
      await deps.record(tx, { ...EMPTY_BATCH, scores });
    }
    await tx.query(
      `insert into review_labels (id, queue_id, interaction_id, reviewer, verdict, native, note, score_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        deps.newId(),
        queue.id,
        place.interactionId,
        reviewer.name,
        given.verdict,
        given.native ?? null,
        given.note ?? null,
        score?.id ?? null,
        new Date(deps.clock.now()),
      ],
    );
    await endClaim(tx, place, reviewer);
    await moveDone(tx, place, 1);
  });
  return await replyOf(database, { queue, reviewer, place });
}

/**
 * Takes this person's verdict on an item back, with the score that it became. Throws `not_found` when there is none.
 */
export async function undoLabel(
  deps: ReviewDeps,
  reviewer: Reviewer,
  place: ItemPlace,
): Promise<ReviewLabelReply> {
  const { database } = deps;
  const queue = await findQueue(database, reviewer.projectId, place.queueId);
  await database.transaction(async (tx) => {
    const item = await lockItem(tx, place);
    const [gone] = await tx.query<{ score_id: string | null }>(
      `delete from review_labels where queue_id = $1 and interaction_id = $2 and reviewer = $3 returning score_id`,
      [queue.id, place.interactionId, reviewer.name],
    );
    if (gone === undefined) throw new AppError('not_found', 'There is no verdict to take back.');
    if (gone.score_id !== null) await takeScoreBack(deps, tx, { item, scoreId: gone.score_id });
    await moveDone(tx, place, -1);
  });
  return await replyOf(database, { queue, reviewer, place });
}

async function replyOf(
  db: Queryable,
  of: { readonly queue: QueueRow; readonly reviewer: Reviewer; readonly place: ItemPlace },
): Promise<ReviewLabelReply> {
  const { queue, reviewer, place } = of;
  const item = await findItem(db, queue.id, place.interactionId);
  const { progress } = await readQueue(db, reviewer, queue.id);
  return { item: await readItem(db, { queue, reviewer }, item), progress };
}

interface Labelling {
  readonly queue: QueueRow;
  readonly reviewer: Reviewer;
  readonly place: ItemPlace;
}

async function scoreFor(
  deps: ReviewDeps,
  { queue, reviewer, place }: Labelling,
  { verdict, native, note }: GivenLabel,
): Promise<ScoreRow | null> {
  if (verdict !== 'label' || native === undefined) return null;
  const value = pointValue(queue.scale, native);
  await findItem(deps.database, queue.id, place.interactionId);
  const { projectId } = reviewer;
  const interaction = await findInteraction(deps.database, { projectId, id: place.interactionId });
  if (interaction === null) throw new AppError('not_found', 'This interaction was deleted.');
  return {
    id: deps.newId(),
    projectId,
    createdAt: new Date(deps.clock.now()),
    interactionId: interaction.id,
    interactionCreatedAt: interaction.created_at,
    model: interaction.model,
    userId: interaction.user_id,
    name: queue.score_name,
    value,
    nativeValue: native,
    label: value >= 0.5 ? 'pass' : 'fail',
    reason: note ?? null,
    source: 'human',
    evaluator: 'review',
    evaluatorVersion: '1',
    flagged: value < 0.5,
    details: { givenBy: reviewer.name, queueId: queue.id, scale: queue.scale },
  };
}

/** What makes a label count for everything that was judged, and not for itself alone. */
function withChance(
  score: ScoreRow,
  { item, queue }: { readonly item: ItemRow; readonly queue: QueueRow },
): ScoreRow {
  const { sampling_probability: samplingProbability } = item;
  if (samplingProbability === null) return score;
  // Who had to judge it before it could be picked: the probability holds that already.
  const judgedBy = queue.evaluator === null ? {} : { judgedBy: queue.evaluator };
  return { ...score, details: { ...score.details, samplingProbability, ...judgedBy } };
}

async function lockItem(tx: Queryable, { queueId, interactionId }: ItemPlace): Promise<ItemRow> {
  await tx.query(
    'select 1 from review_items where queue_id = $1 and interaction_id = $2 for update',
    [queueId, interactionId],
  );
  return await findItem(tx, queueId, interactionId);
}

async function assertOpen(
  tx: Queryable,
  of: { readonly queue: QueueRow; readonly item: ItemRow; readonly reviewer: Reviewer },
): Promise<void> {
  const { queue, item, reviewer } = of;
  if (queue.status === 'closed') throw new AppError('conflict', 'This queue is closed.');
  const own = await tx.query(
    'select 1 from review_labels where queue_id = $1 and interaction_id = $2 and reviewer = $3',
    [queue.id, item.interaction_id, reviewer.name],
  );
  if (own.length > 0) {
    throw new AppError('conflict', 'You have judged this item; take your verdict back first.');
  }
  if (item.done >= queue.people) {
    throw new AppError('conflict', 'Enough people have judged this item.');
  }
}

async function endClaim(tx: Queryable, place: ItemPlace, reviewer: Reviewer): Promise<void> {
  await tx.query(
    'delete from review_claims where queue_id = $1 and interaction_id = $2 and reviewer = $3',
    [place.queueId, place.interactionId, reviewer.name],
  );
}

async function moveDone(tx: Queryable, place: ItemPlace, by: 1 | -1): Promise<void> {
  await tx.query(
    'update review_items set done = done + $3 where queue_id = $1 and interaction_id = $2',
    [place.queueId, place.interactionId, by],
  );
}

async function takeScoreBack(
  deps: ReviewDeps,
  tx: Queryable,
  { item, scoreId }: { readonly item: ItemRow; readonly scoreId: string },
): Promise<void> {
  const gone = await tx.query<StoredScore>(
    'delete from scores where interaction_created_at = $1 and id = $2 returning *',
    [item.interaction_created_at, scoreId],
  );
  if (gone.length === 0) return;
  await deps.takeBack(tx, { ...EMPTY_BATCH, scores: gone.map(scoreOf) });
}
