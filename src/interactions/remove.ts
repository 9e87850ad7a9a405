import { AppError } from '../core/errors.ts';
import type { Database, Queryable } from '../store/database.ts';
import { findInteraction } from './find.ts';
import { EMPTY_BATCH, type RecordStep, type SpanRow } from './record.ts';
import {
  INTERACTION_COLUMNS,
  interactionOf,
  type StoredInteraction,
  type StoredScore,
  scoreOf,
} from './stored-row.ts';

/** What deletion needs from other rooms, in the same transaction. */
export interface RemoveDeps {
  readonly database: Database;
  /** Takes the rows out of the roll-ups. */
  readonly takeBack: RecordStep;
  /** Writes the audit log. */
  readonly recordDeed: (tx: Queryable, deed: InteractionDeed) => Promise<void>;
}

/** What somebody did with an interaction. */
export interface InteractionDeed {
  readonly projectId: string;
  readonly actor: string;
  readonly action: 'interaction.delete' | 'interaction.reveal';
  readonly target: string;
}

/**
 * Deletes an interaction with its bodies, scores, spans and place in the evaluation queue, and takes it out of the
 * roll-ups, all or nothing. Throws `not_found`, also when it is of another project.
 */
export async function removeInteraction(
  deps: RemoveDeps,
  of: { readonly projectId: string; readonly id: string; readonly actor: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const row = await findInteraction(tx, of);
    const [gone] =
      row === null
        ? []
        : // As it is when it goes: its cost may have changed since it was found.
          await tx.query<StoredInteraction>(
            `delete from interactions i where created_at = $1::timestamptz and id = $2
             returning ${INTERACTION_COLUMNS}`,
            [row.at_text, row.id],
          );
    if (row === null || gone === undefined) {
      throw new AppError('not_found', 'There is no interaction with this id.');
    }
    const key = [row.at_text, row.id];
    const scores = await tx.query<StoredScore>(
      'delete from scores where interaction_created_at = $1::timestamptz and interaction_id = $2 returning *',
      key,
    );
    await tx.query(
      'delete from interaction_bodies where created_at = $1::timestamptz and interaction_id = $2',
      key,
    );
    const spans = await tx.query<SpanRow>(
      `delete from spans where project_id = $1 and created_at between $2::timestamptz - interval '1 hour'
         and $2::timestamptz + interval '1 hour' and interaction_id = $3
       returning id, project_id as "projectId", created_at as "createdAt", trace_id as "traceId",
         span_id as "spanId", parent_span_id as "parentSpanId", interaction_id as "interactionId", kind, name,
         duration_ms as "durationMs", status, attributes`,
      [row.project_id, ...key],
    );
    await tx.query('delete from evaluation_queue where interaction_id = $1', [row.id]);
    await deps.takeBack(tx, {
      ...EMPTY_BATCH,
      interactions: [interactionOf(gone)],
      scores: scores.map(scoreOf),
      spans,
    });
    const { projectId, actor } = of;
    await deps.recordDeed(tx, { projectId, actor, action: 'interaction.delete', target: row.id });
  });
}
