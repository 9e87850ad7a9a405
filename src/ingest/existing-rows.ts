import type { RecordBatch } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';

/** Rows that share a key: their time (which names the partition) and id. */
interface Keyed {
  readonly id: string;
  readonly at: Date;
}

interface Source {
  readonly table: 'interactions' | 'spans' | 'scores';
  readonly time: 'created_at' | 'interaction_created_at';
}

/**
 * The batch without rows that are in the database already or come twice in it, and how many those were.
 * Bodies go with their interactions.
 */
export async function leaveOutExisting(
  tx: Queryable,
  batch: RecordBatch,
): Promise<{ batch: RecordBatch; duplicates: number }> {
  const interactions = await fresh(tx, batch.interactions, {
    table: 'interactions',
    time: 'created_at',
    keyOf: (row) => ({ id: row.id, at: row.createdAt }),
  });
  const spans = await fresh(tx, batch.spans, {
    table: 'spans',
    time: 'created_at',
    keyOf: (row) => ({ id: row.id, at: row.createdAt }),
  });
  const scores = await fresh(tx, batch.scores, {
    table: 'scores',
    time: 'interaction_created_at',
    keyOf: (row) => ({ id: row.id, at: row.interactionCreatedAt }),
  });
  const given = batch.interactions.length + batch.spans.length + batch.scores.length;
  const duplicates = given - interactions.length - spans.length - scores.length;
  if (duplicates === 0) return { batch, duplicates };
  const bodies = bodiesOf(batch, interactions);
  return {
    batch: { interactions, bodies, spans, scores, charges: chargesOf(batch, interactions) },
    duplicates,
  };
}

function bodiesOf(
  batch: RecordBatch,
  interactions: RecordBatch['interactions'],
): RecordBatch['bodies'] {
  const kept = new Set(interactions.map(({ id, createdAt }) => `${createdAt.getTime()} ${id}`));
  const seen = new Set<string>();
  return batch.bodies.filter(({ interactionId, createdAt }) => {
    const key = `${createdAt.getTime()} ${interactionId}`;
    if (!kept.has(key) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function chargesOf(
  batch: RecordBatch,
  interactions: RecordBatch['interactions'],
): RecordBatch['charges'] {
  const left = new Set(interactions.map(({ id }) => id));
  return batch.charges.filter(({ interactionId }) => left.delete(interactionId));
}

async function fresh<Row>(
  tx: Queryable,
  rows: readonly Row[],
  source: Source & { keyOf: (row: Row) => Keyed },
): Promise<Row[]> {
  if (rows.length === 0) return [];
  const known = await existing(tx, rows.map(source.keyOf), source);
  return rows.filter((row) => {
    const key = textOf(source.keyOf(row));
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

function textOf({ id, at }: Keyed): string {
  return `${at.getTime()} ${id}`;
}

/** Rows of one moment lie close together: a range of the index is read. Scattered ones are looked up. */
const CLOSE_MS = 60_000;

async function existing(
  tx: Queryable,
  keys: readonly Keyed[],
  { table, time }: Source,
): Promise<Set<string>> {
  const times = keys.map(({ at }) => at.getTime());
  const from = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const to = times.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  const range = [new Date(from), new Date(to)];
  const ids = keys.map(({ id }) => id);
  const found =
    to - from <= CLOSE_MS
      ? await tx.query<Keyed>(
          `select id, ${time} as at from ${table}
           where ${time} between $1 and $2 and id = any($3::uuid[])`,
          [...range, ids],
        )
      : await tx.query<Keyed>(
          `select t.id, t.${time} as at
           from unnest($3::uuid[], $4::timestamptz[]) as k(id, at)
           join ${table} t on t.${time} = k.at and t.id = k.id
           where t.${time} between $1 and $2`,
          [...range, ids, keys.map(({ at }) => at.toISOString())],
        );
  return new Set(found.map(textOf));
}
