import type { z } from 'zod';
import type { NewReviewQueue, ReviewQueue, ReviewQueueChange } from '../contract/reviews.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { ReviewDeps, Reviewer } from './deps.ts';
import { type PickedItem, pickItems } from './pick-items.ts';

/** A row of `review_queues` with what was done about it. */
export interface QueueRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly instructions: string;
  readonly score_name: string;
  readonly evaluator: string | null;
  readonly scale: ReviewQueue['scale'];
  readonly mode: ReviewQueue['mode'];
  readonly filter: ReviewQueue['filter'];
  readonly blind: boolean;
  readonly people: number;
  readonly population: number;
  readonly status: ReviewQueue['status'];
  readonly created_at: Date;
  readonly created_by: string;
}

interface CountedQueue extends QueueRow {
  readonly items: number;
  readonly done: number;
  readonly mine: number;
  readonly chance: number;
}

/** More queues than this are somebody's loop. */
const MAX_QUEUES = 1000;

const COUNTED = `q.*,
  (select count(*) from review_items i where i.queue_id = q.id) as items,
  (select count(*) from review_items i where i.queue_id = q.id and i.done >= q.people) as done,
  (select count(*) from review_items i where i.queue_id = q.id and i.sampling_probability is not null) as chance,
  (select count(*) from review_labels l where l.queue_id = q.id and l.reviewer = $2) as mine`;

/**
 * Picks items and makes a queue of them. Throws `invalid_request` when nothing fits or the mode needs an evaluator,
 * `conflict` when there are too many queues.
 */
export async function createQueue(
  deps: ReviewDeps,
  by: Reviewer,
  wish: z.infer<typeof NewReviewQueue>,
): Promise<ReviewQueue> {
  const id = deps.newId();
  const { items, population } = await pickItems(deps, { projectId: by.projectId, wish, salt: id });
  if (items.length === 0) {
    throw new AppError('invalid_request', 'No interaction fits; widen the filter or the range.');
  }
  await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<{ count: number }>(
      'select count(*) as count from review_queues where project_id = $1',
      [by.projectId],
    );
    if (Number(row?.count ?? 0) >= MAX_QUEUES) {
      throw new AppError('conflict', `A project holds at most ${MAX_QUEUES} queues.`);
    }
    await tx.query(
      `insert into review_queues (id, project_id, name, instructions, score_name, evaluator, scale, mode, filter,
         blind, people, population, status, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11, $12, 'open', $13, $14)`,
      [
        id,
        by.projectId,
        wish.name,
        wish.instructions,
        wish.scoreName,
        wish.evaluator,
        wish.scale,
        wish.mode,
        jsonText(wish.filter),
        wish.blind,
        wish.people,
        population,
        new Date(deps.clock.now()),
        by.name,
      ],
    );
    await insertItems(tx, id, items);
  });
  return await readQueue(deps.database, by, id);
}

async function insertItems(
  tx: Queryable,
  queueId: string,
  items: readonly PickedItem[],
): Promise<void> {
  const rows = items.map((item, place) => ({ ...item, place }));
  await tx.query(
    `insert into review_items (queue_id, interaction_id, interaction_created_at, place, sampling_probability)
     select $1, r.id, r.at, r.place, r.probability
     from jsonb_to_recordset($2::text::jsonb) as r(id uuid, at timestamptz, place integer, probability float8)`,
    [queueId, jsonText(rows)],
  );
}

/** The queues of a project, newest first, each with the progress of this person. */
export async function listQueues(
  db: Queryable,
  by: Reviewer,
  asked: { readonly limit: number; readonly before: string | null },
): Promise<ReviewQueue[]> {
  const rows = await db.query<CountedQueue>(
    `select ${COUNTED} from review_queues q
     where q.project_id = $1 and ($3::uuid is null or q.id < $3) order by q.id desc limit $4`,
    [by.projectId, by.name, asked.before, asked.limit],
  );
  return rows.map(toQueue);
}

/** One queue. Throws `not_found`, also for one of another project. */
export async function readQueue(db: Queryable, by: Reviewer, id: string): Promise<ReviewQueue> {
  const [row] = await db.query<CountedQueue>(
    `select ${COUNTED} from review_queues q where q.project_id = $1 and q.id = $3`,
    [by.projectId, by.name, id],
  );
  if (row === undefined) throw noQueue();
  return toQueue(row);
}

/** The row of a queue. Throws `not_found`. */
export async function findQueue(db: Queryable, projectId: string, id: string): Promise<QueueRow> {
  const [row] = await db.query<QueueRow>(
    'select * from review_queues where project_id = $1 and id = $2',
    [projectId, id],
  );
  if (row === undefined) throw noQueue();
  return row;
}

/** Renames, closes or opens a queue. Throws `not_found`. */
export async function changeQueue(
  deps: ReviewDeps,
  by: Reviewer,
  { id, change }: { readonly id: string; readonly change: z.infer<typeof ReviewQueueChange> },
): Promise<ReviewQueue> {
  const changed = await deps.database.query(
    `update review_queues set name = coalesce($3, name), instructions = coalesce($4, instructions),
       status = coalesce($5, status) where project_id = $1 and id = $2 returning id`,
    [by.projectId, id, change.name ?? null, change.instructions ?? null, change.status ?? null],
  );
  if (changed.length === 0) throw noQueue();
  return await readQueue(deps.database, by, id);
}

/** Deletes a queue; the scores that people gave in it stay. Throws `not_found`. */
export async function removeQueue(db: Queryable, projectId: string, id: string): Promise<void> {
  const gone = await db.query(
    'delete from review_queues where project_id = $1 and id = $2 returning id',
    [projectId, id],
  );
  if (gone.length === 0) throw noQueue();
}

function noQueue(): AppError {
  return new AppError('not_found', 'There is no such review queue.');
}

function toQueue(row: CountedQueue): ReviewQueue {
  return {
    id: row.id,
    name: row.name,
    instructions: row.instructions,
    scoreName: row.score_name,
    evaluator: row.evaluator,
    scale: row.scale,
    mode: row.mode,
    filter: row.filter,
    blind: row.blind,
    people: row.people,
    status: row.status,
    population: Number(row.population),
    representative: Number(row.chance) > 0,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    progress: { items: Number(row.items), done: Number(row.done), mine: Number(row.mine) },
  };
}
