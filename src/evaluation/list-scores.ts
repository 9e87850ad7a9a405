import type { z } from 'zod';
import type { Score } from '../contract/interactions.ts';
import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
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

/** A place in a list that is ordered by time and id, newest first. */
export interface Place {
  readonly at: Date;
  readonly id: string;
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

/** A place as text for callers. */
export function toCursor({ at, id }: Place): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

/** The place behind a cursor; throws `invalid_request` for one that we did not make. */
export function fromCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  if (!/^\d{1,15}$/.test(ms) || !isUuid(id)) {
    throw new AppError('invalid_request', 'The cursor is not one of this list.');
  }
  return { at: new Date(Number(ms)), id };
}

/** The items of a page and the cursor of the next one, from one row more than the page holds. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Place,
): { items: Row[]; nextCursor: string | null; estimate: null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? toCursor(placeOf(last)) : null, estimate: null };
}

/** A score as the API tells it. */
export function toScore({ interactionCreatedAt: _at, ...row }: ScoreRecord): z.input<typeof Score> {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    details: row.details === null ? null : { ...row.details },
  };
}
