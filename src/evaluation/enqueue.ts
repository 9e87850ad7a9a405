import { type InteractionRow, isInside, type RecordStep } from '../interactions/record.ts';

/** Operations whose answers are text for people. */
const JUDGED_OPERATIONS: ReadonlySet<string> = new Set(['chat', 'responses', 'completions']);

/**
 * Whether automatic evaluation has anything to say about an interaction. Nobody judges judges, and what a dataset's
 * run asks is scored by the run.
 */
export function isJudged(row: Pick<InteractionRow, 'status' | 'operation' | 'origin'>): boolean {
  return row.status === 'success' && JUDGED_OPERATIONS.has(row.operation) && !isInside(row.origin);
}

/**
 * Puts new interactions on the evaluation queue, in the transaction that stores them: whatever is stored
 * will be evaluated, and nothing else will.
 */
export const enqueueEvaluations: RecordStep = async (tx, batch) => {
  const rows = batch.interactions.filter(isJudged);
  if (rows.length === 0) return;
  await tx.query(
    `insert into evaluation_queue (interaction_id, interaction_created_at, project_id)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[])
     on conflict (interaction_id) do nothing`,
    [
      rows.map(({ id }) => id),
      rows.map(({ createdAt }) => createdAt),
      rows.map(({ projectId }) => projectId),
    ],
  );
};
