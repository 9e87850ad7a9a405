import {
  EMPTY_BATCH,
  isInside,
  type RecordBatch,
  type RecordStep,
} from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { countCoverage, uncountCoverage } from './roll-up-coverage.ts';
import { recountRetrievals, writeRetrievals } from './roll-up-retrievals.ts';
import { writeScores } from './roll-up-scores.ts';
import { writeErrors, writeFacets, writeUsage } from './roll-up-usage.ts';
import { type Sign, tallyInteractions } from './tally.ts';
import { tallyScores } from './tally-scores.ts';

/**
 * Counts newly written interactions and scores into the roll-ups and into `activity`; runs after the rows are
 * stored, once in a transaction. Rows given twice are counted twice: callers pass only what they wrote.
 * Writers wait for each other per project, always in the order of project ids, so none deadlocks.
 */
export const rollUp: RecordStep = async (tx, batch) => {
  const scores = batch.scores.filter(({ uncounted }) => uncounted !== true);
  await applyBatch(tx, { ...batch, scores }, 1);
  await writeRetrievals(tx, batch.spans);
};

/**
 * Takes interactions with all their scores out of the roll-ups again; for deletion, in the transaction that deletes
 * the rows. The batch has to hold every score of its interactions.
 */
export const takeBack: RecordStep = async (tx, batch) => {
  const inside = new Set(
    batch.interactions.filter((row) => isInside(row.origin)).map(({ id }) => id),
  );
  const scores = batch.scores.filter(({ interactionId }) => !inside.has(interactionId));
  await applyBatch(tx, { ...batch, scores }, -1);
  await recountRetrievals(
    tx,
    batch.spans.map(({ projectId, createdAt }) => ({ projectId, at: createdAt })),
  );
};

/**
 * Takes scores out of the roll-ups whose interactions stay: others take their place. Runs after the rows are deleted,
 * in the same transaction; before their successors are counted.
 */
export const takeBackScores: RecordStep = async (tx, batch) => {
  if (batch.scores.length === 0) return;
  await countActivity(tx, { ...EMPTY_BATCH, scores: batch.scores }, -1);
  await uncountCoverage(tx, batch.scores);
  await writeScores(tx, tallyScores(batch.scores), -1);
};

async function applyBatch(tx: Queryable, batch: RecordBatch, sign: Sign): Promise<void> {
  if (batch.interactions.length + batch.scores.length + batch.spans.length === 0) return;
  await countActivity(tx, batch, sign);
  await writeInteractionTallies(tx, batch, sign);
  if (batch.scores.length === 0) return;
  await countCoverage(tx, batch.scores, sign);
  await writeScores(tx, tallyScores(batch.scores), sign);
}

async function writeInteractionTallies(
  tx: Queryable,
  batch: RecordBatch,
  sign: Sign,
): Promise<void> {
  if (batch.interactions.length === 0) return;
  const { usage, errors, facets } = tallyInteractions(batch.interactions);
  await writeUsage(tx, usage, sign);
  await writeErrors(tx, errors, sign);
  await writeFacets(tx, facets, sign);
}

async function countActivity(tx: Queryable, batch: RecordBatch, sign: Sign): Promise<void> {
  const counts = new Map<string, { interactions: number; scores: number }>();
  const of = (projectId: string): { interactions: number; scores: number } => {
    const count = counts.get(projectId) ?? { interactions: 0, scores: 0 };
    counts.set(projectId, count);
    return count;
  };
  for (const row of batch.interactions) of(row.projectId).interactions += sign;
  for (const row of batch.scores) of(row.projectId).scores += sign;
  // Spans are not counted here; whoever writes their roll-ups needs the lock.
  for (const row of batch.spans) of(row.projectId);
  await lockActivity(tx, counts);
}

/**
 * Moves the counters and, by that, takes the lock that every writer of roll-ups of these projects needs; rows are
 * locked in the order of project ids.
 */
export async function lockActivity(
  tx: Queryable,
  counts: ReadonlyMap<string, { readonly interactions: number; readonly scores: number }>,
): Promise<void> {
  const rows = [...counts].map(([projectId, count]) => ({ project_id: projectId, ...count }));
  await tx.query(
    `insert into activity as a (project_id, interactions, scores)
     select r.project_id, r.interactions, r.scores
     from jsonb_to_recordset($1::text::jsonb) as r(project_id uuid, interactions bigint, scores bigint)
     order by r.project_id
     on conflict (project_id) do update set
       interactions = greatest(0, a.interactions + excluded.interactions),
       scores = greatest(0, a.scores + excluded.scores), updated_at = now()`,
    [jsonText(rows)],
  );
}
