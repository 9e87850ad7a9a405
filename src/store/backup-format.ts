import type { Queryable } from './database.ts';

/**
 * A backup is gzip over lines. The first is a `BackupHeader`. Each table follows as a `TableHeader`,
 * its rows in the text format of COPY (one a line), and `\.`. The last line is a `BackupTrailer`
 * with the number of rows and the SHA-256 of all lines before it, each with its line feed.
 */

export const BACKUP_FORMAT = 'lqo-backup';
export const BACKUP_VERSION = 1;
export const END_OF_TABLE = '\\.';

export interface BackupHeader {
  readonly format: typeof BACKUP_FORMAT;
  readonly version: number;
  readonly createdAt: string;
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** UTC days, `YYYY-MM-DD`, that have partitions. */
  readonly partitionedDays: readonly string[];
  readonly sequences: readonly { readonly name: string; readonly lastValue: string | null }[];
  /** For progress; the trailer has the binding number. */
  readonly rows: number;
}

export interface TableHeader {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface BackupTrailer {
  readonly end: true;
  readonly rows: number;
  readonly sha256: string;
}

/** A file that is no backup, is damaged, or does not fit this program; the message says which. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export interface BackupProgress {
  readonly table: string;
  readonly rows: number;
  readonly totalRows: number;
}

/** Kept by the program itself, not copied: the backup's header carries it. */
const HISTORY = 'schema_migrations';

/** Every table of ours, referenced ones before those that refer to them; partitions are not listed. */
export async function tablesInOrder(db: Queryable): Promise<TableHeader[]> {
  const tables = await db.query<{ table: string; columns: string[]; refers: string[] }>(
    `select c.relname as table,
       (select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
       (select coalesce(array_agg(distinct f.relname::text), '{}') from pg_constraint k
        join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as refers
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and c.relname <> $1
     order by 1`,
    [HISTORY],
  );
  const placed: TableHeader[] = [];
  const waiting = new Map(tables.map((found) => [found.table, found]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ refers }) =>
      refers.every((name) => !waiting.has(name)),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const { table, columns } of ready) {
      placed.push({ table, columns });
      waiting.delete(table);
    }
  }
  return placed;
}

const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The fields of a line that `encodeCopyRows` made. */
export function decodeCopyLine(line: string): (string | null)[] {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null;
    if (!field.includes('\\')) return field;
    return field.replace(/\\(.)/g, (_whole, escaped: string) => UNESCAPED[escaped] ?? escaped);
  });
}
