import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupHeader,
  type BackupProgress,
  type BackupTrailer,
  END_OF_TABLE,
  type TableHeader,
  tablesInOrder,
} from './backup-format.ts';
import { encodeCopyRows, quoteName } from './copy-text.ts';
import type { Database, Queryable } from './database.ts';
import { appliedMigrations } from './migrate.ts';
import { partitionedDays } from './partitions.ts';

export interface BackupOptions {
  readonly database: Database;
  readonly file: string;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BackupResult {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Rows fetched at a time, adapted so that a fetch is about this large. */
const FETCH_BYTES = 4 * 1024 * 1024;
const FETCH_ROWS = { first: 100, most: 5_000 };

/**
 * Writes everything to one file, as of one moment, readable by either kind of database. The file
 * appears only when it is complete and on disk; when aborted nothing is left. Background jobs that
 * wait in the queue are not part of it. The embedded database serves nobody else meanwhile.
 */
export async function backup(options: BackupOptions): Promise<BackupResult> {
  const draft = `${options.file}.unfinished`;
  try {
    const gzip = createGzip();
    const written = pipeline(gzip, createWriteStream(draft));
    // Its error is met below; until then it must not count as unhandled.
    written.catch(() => undefined);
    const lines = new LineWriter(gzip);
    const tables = await options.database.transaction(async (tx) => {
      await tx.exec('set transaction isolation level repeatable read read only');
      return writeAll(tx, lines, options);
    });
    gzip.end();
    await written;
    const bytes = await syncFile(draft);
    await rename(draft, options.file);
    return { tables, rows: lines.rows, bytes };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeAll(tx: Queryable, lines: LineWriter, options: BackupOptions): Promise<number> {
  const tables = await tablesInOrder(tx);
  const header = await readHeader(tx, tables);
  await lines.line(JSON.stringify(header));
  for (const table of tables) {
    await lines.line(JSON.stringify(table));
    await writeRows(tx, table, async (rows) => {
      options.signal?.throwIfAborted();
      await lines.rowsOf(rows);
      options.onProgress?.({ table: table.table, rows: lines.rows, totalRows: header.rows });
    });
    await lines.line(END_OF_TABLE);
  }
  const trailer: BackupTrailer = { end: true, rows: lines.rows, sha256: lines.digest() };
  await lines.line(JSON.stringify(trailer));
  return tables.length;
}

async function readHeader(tx: Queryable, tables: readonly TableHeader[]): Promise<BackupHeader> {
  let rows = 0;
  for (const { table } of tables) {
    const [count] = await tx.query<{ n: number }>(`select count(*) as n from ${quoteName(table)}`);
    rows += count?.n ?? 0;
  }
  return {
    format: BACKUP_FORMAT,
    version: BACKUP_VERSION,
    createdAt: new Date().toISOString(),
    migrations: await appliedMigrations(tx),
    partitionedDays: (await partitionedDays(tx)).map((day) => day.toISOString().slice(0, 10)),
    sequences: await tx.query(
      `select sequencename as name, last_value::text as "lastValue"
       from pg_sequences where schemaname = 'public' order by 1`,
    ),
    rows,
  };
}

/** Every value as PostgreSQL's own text, so that nothing is lost on the way through JavaScript. */
async function writeRows(
  tx: Queryable,
  { table, columns }: TableHeader,
  write: (rows: (string | null)[][]) => Promise<void>,
): Promise<void> {
  const fields = columns.map((column, index) => `${quoteName(column)}::text as f${index}`);
  await tx.exec(
    `declare backup_rows no scroll cursor for select ${fields.join(', ')} from ${quoteName(table)}`,
  );
  let count = FETCH_ROWS.first;
  for (;;) {
    const rows = await tx.query<Record<string, string | null>>(`fetch ${count} from backup_rows`);
    if (rows.length === 0) break;
    const values = rows.map((row) => columns.map((_, index) => row[`f${index}`] ?? null));
    await write(values);
    const perRow = Math.max(1, charactersOf(values) / values.length);
    count = Math.min(FETCH_ROWS.most, Math.max(1, Math.floor(FETCH_BYTES / perRow)));
  }
  await tx.exec('close backup_rows');
}

function charactersOf(rows: readonly (readonly (string | null)[])[]): number {
  return rows.flat().reduce((sum, field) => sum + (field?.length ?? 0), 0);
}

class LineWriter {
  rows = 0;
  readonly #gzip: Gzip;
  readonly #hash: Hash = createHash('sha256');

  constructor(gzip: Gzip) {
    this.#gzip = gzip;
  }

  line(text: string): Promise<void> {
    return this.#write(Buffer.from(`${text}\n`));
  }

  async rowsOf(rows: (string | null)[][]): Promise<void> {
    await this.#write(encodeCopyRows(rows));
    this.rows += rows.length;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    if (this.#gzip.errored !== null) throw this.#gzip.errored;
    if (!this.#gzip.write(bytes)) await once(this.#gzip, 'drain');
  }
}

async function syncFile(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}
