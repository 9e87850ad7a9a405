import type { Database, Queryable } from '../store/database.ts';
import type { SpoolPosition } from './spool-reader.ts';

/** How far a spool was loaded, and what became of its records. */
export interface SpoolOffset extends SpoolPosition {
  readonly lastSequence: number;
}

/** What a batch adds to the row of its spool. */
export interface OffsetMove {
  readonly spoolId: string;
  readonly from: SpoolPosition;
  readonly to: SpoolPosition;
  readonly lastSequence: number;
  readonly stored: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** Folders that were loaded to their end and removed are summed up in one row. */
export const RETIRED = 'retired';

/** Another loader moved the offset: what was read has to be read again from where it is now. */
export class OffsetMovedError extends Error {
  override name = 'OffsetMovedError';
}

/**
 * Where loading of a spool goes on. Makes its row when it has none: from then on a missing row means that
 * the spool is finished, so a loader with an old view of the folder cannot begin it again.
 */
export async function readOffset(db: Queryable, spoolId: string): Promise<SpoolOffset> {
  await db.query(
    `insert into spool_offsets (spool_id, segment, position) values ($1, 0, 0)
     on conflict (spool_id) do nothing`,
    [spoolId],
  );
  const [row] = await db.query<{ segment: number; position: number; last_sequence: number }>(
    'select segment, position, last_sequence from spool_offsets where spool_id = $1',
    [spoolId],
  );
  if (row === undefined) throw new OffsetMovedError(`The spool ${spoolId} is finished`);
  return {
    segment: Number(row.segment),
    position: Number(row.position),
    lastSequence: Number(row.last_sequence),
  };
}

/** Moves the offset if it still is where the batch began; throws `OffsetMovedError` otherwise. */
export async function moveOffset(tx: Queryable, move: OffsetMove): Promise<void> {
  const moved = await tx.query(
    `update spool_offsets
     set segment = $4, position = $5, last_sequence = greatest(last_sequence, $6),
         stored = stored + $7, rejected = rejected + $8, duplicates = duplicates + $9,
         updated_at = now()
     where spool_id = $1 and segment = $2 and position = $3
     returning spool_id`,
    [
      move.spoolId,
      move.from.segment,
      move.from.position,
      move.to.segment,
      move.to.position,
      move.lastSequence,
      move.stored,
      move.rejected,
      move.duplicates,
    ],
  );
  if (moved.length === 0)
    throw new OffsetMovedError(`The spool ${move.spoolId} was loaded elsewhere`);
}

/** Writes the final count of a folder that is loaded to its end, before its files are removed. */
export async function closeOffset(
  db: Queryable,
  spoolId: string,
  counts: { sequence: number; dropped: number },
): Promise<void> {
  await db.query(
    `update spool_offsets
     set last_sequence = greatest(last_sequence, $2), dropped = $3, updated_at = now()
     where spool_id = $1`,
    [spoolId, counts.sequence, counts.dropped],
  );
}

/** Adds a finished spool to the row of the retired ones; nothing when another loader did. */
export async function retireOffset(db: Database, spoolId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.query<
      Record<'last_sequence' | 'stored' | 'rejected' | 'dropped' | 'duplicates', number>
    >(
      `delete from spool_offsets where spool_id = $1
       returning last_sequence, stored, rejected, dropped, duplicates`,
      [spoolId],
    );
    if (row === undefined) return;
    await tx.query(
      `insert into spool_offsets as o
         (spool_id, segment, position, last_sequence, stored, rejected, dropped, duplicates)
       values ($1, 0, 0, $2, $3, $4, $5, $6)
       on conflict (spool_id) do update
       set last_sequence = o.last_sequence + excluded.last_sequence,
           stored = o.stored + excluded.stored, rejected = o.rejected + excluded.rejected,
           dropped = o.dropped + excluded.dropped, duplicates = o.duplicates + excluded.duplicates,
           updated_at = now()`,
      [RETIRED, row.last_sequence, row.stored, row.rejected, row.dropped, row.duplicates],
    );
  });
}
