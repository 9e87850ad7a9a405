import type { z } from 'zod';
import type { Score } from '../contract/interactions.ts';
import type { Place } from '../core/keyset.ts';
import type { ScoreRow, ScoreSource } from '../interactions/record.ts';
import type { Queryable, SqlValue } from '../store/database.ts';

/** A stored score, without what it carries along for roll-ups. */
export type ScoreRecord = Omit<ScoreRow, 'projectId' | 'model' | 'userId'>;

const COLUMNS = `id, interaction_id as "interactionId", interaction_created_at as "interactionCreatedAt",
  created_at as "createdAt", name, value, native_value as "nativeValue", label, reason, source, evaluator,
  evaluator_version as "evaluatorVersion", flagged, details`;

/** The newest score that fits a condition of our own making; at most one. */
export function readScore(
  db: Queryable,
  condition: string,
  params: readonly SqlValue[],
): Promise<ScoreRecord[]> {
  return db.query<ScoreRecord>(
    `select ${COLUMNS} from scores where ${condition} order by created_at desc, id desc limit 1`,
    params,
  );
}

export interface ScoreFilter {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly interactionId?: string | undefined;
  readonly name?: string | undefined;
  readonly source?: ScoreSource | undefined;
  readonly evaluator?: string | undefined;
  readonly flagged?: boolean | undefined;
}

/** Scores of a project, newest first, after the given place. */
export function listScores(
  db: Queryable,
  projectId: string,
  asked: ScoreFilter & { readonly limit: number; readonly after: Place | null },
): Promise<ScoreRecord[]> {
  return db.query<ScoreRecord>(
    `select ${COLUMNS} from scores
     where project_id = $1
       and ($2::timestamptz is null or created_at >= $2)
       and ($3::timestamptz is null or created_at < $3)
       and ($4::uuid is null or interaction_id = $4)
       and ($5::text is null or name = $5)
       and ($6::text is null or source = $6)
       and ($7::text is null or evaluator = $7)
       and ($8::boolean is null or flagged = $8)
       and ($9::timestamptz is null or (created_at, id) < ($9, $10::uuid))
     order by created_at desc, id desc limit $11`,
    [
      projectId,
      asked.from,
      asked.to,
      asked.interactionId ?? null,
      asked.name ?? null,
      asked.source ?? null,
      asked.evaluator ?? null,
      asked.flagged ?? null,
      asked.after?.at ?? null,
      asked.after?.id ?? null,
      asked.limit,
    ],
  );
}

/** A score as the API tells it. */
export function toScore({ interactionCreatedAt: _at, ...row }: ScoreRecord): z.input<typeof Score> {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    details: row.details === null ? null : { ...row.details },
  };
}
