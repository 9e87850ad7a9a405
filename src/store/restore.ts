import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  BackupError,
  type BackupHeader,
  type BackupProgress,
  type BackupTrailer,
  decodeCopyLine,
  END_OF_TABLE,
  type TableHeader,
  tablesInOrder,
} from './backup-format.ts';
import { quoteName } from './copy-text.ts';
import type { Database, Queryable } from './database.ts';
import {
  appliedMigrations,
  type Migration,
  migrate,
  readMigrations,
  rebuildSchema,
} from './migrate.ts';
import { restorePartitions } from './partitions.ts';

export interface RestoreOptions {
  /** Migrated, but without data. */
  readonly database: Database;
  readonly file: string;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal;
}

/** Tables that migrations fill themselves; the backup's rows take the place of theirs. */
const SEEDED: readonly string[] = [
  'access_version',
  'rate_limits_version',
  'cache_version',
  'budget_version',
  'arms_version',
  'evaluation_settings_version',
  'routing_version',
];
const BATCH = { rows: 2_000, characters: 4 * 1024 * 1024 };

/**
 * Puts a backup into an empty database, in one transaction: when it is damaged, does not fit or is
 * aborted, the database stays empty. Throws `BackupError` with what is wrong. A backup of an older
 * version is brought up to date afterwards.
 */
export async function restore(options: RestoreOptions): Promise<{ tables: number; rows: number }> {
  const lines = new LineReader(options.file);
  try {
    const header = parseHeader(await lines.next());
    const migrations = await migrationsOf(header);
    const result = await options.database.transaction(async (tx) => {
      await refuseData(tx);
      await prepare(tx, header, migrations);
      return withoutTriggers(tx, () => readAll(tx, lines, { ...options, totalRows: header.rows }));
    });
    await migrate(options.database);
    await options.database.exec('analyze');
    return result;
  } finally {
    lines.close();
  }
}

async function migrationsOf(header: BackupHeader): Promise<Migration[]> {
  const known = new Map((await readMigrations()).map((migration) => [migration.name, migration]));
  return header.migrations.map(({ name, checksum }) => {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new BackupError(
        `The backup was made by a newer program (migration ${name}); restore it with that version.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new BackupError(`The backup was made with another text of migration ${name}.`);
    }
    return migration;
  });
}

async function refuseData(tx: Queryable): Promise<void> {
  for (const { table } of await tablesInOrder(tx)) {
    if (SEEDED.includes(table)) continue;
    const rows = await tx.query(`select 1 from ${quoteName(table)} limit 1`);
    if (rows.length > 0) {
      throw new BackupError(
        `The database is not empty (table ${table} has rows). Restore into a new database or an empty DATA_DIR.`,
      );
    }
  }
}

async function prepare(
  tx: Queryable,
  header: BackupHeader,
  migrations: readonly Migration[],
): Promise<void> {
  const applied = await appliedMigrations(tx);
  const same =
    applied.length === migrations.length &&
    applied.every(({ name }, index) => name === migrations[index]?.name);
  if (!same) await rebuildSchema(tx, migrations);
  const tables = new Set((await tablesInOrder(tx)).map(({ table }) => table));
  for (const table of SEEDED.filter((name) => tables.has(name))) {
    await tx.exec(`delete from ${quoteName(table)}`);
  }
  await restorePartitions(
    tx,
    header.partitionedDays.map((day) => new Date(`${day}T00:00:00Z`)),
  );
  for (const { name, lastValue } of header.sequences) {
    if (lastValue !== null)
      await tx.query('select setval($1::regclass, $2)', [quoteName(name), lastValue]);
  }
}

/** Triggers keep derived tables up to date; a backup brings those along as they were. */
async function withoutTriggers<T>(tx: Queryable, work: () => Promise<T>): Promise<T> {
  const tables = await tx.query<{ name: string }>(
    `select distinct tgrelid::regclass::text as name from pg_trigger
     join pg_class on pg_class.oid = tgrelid
     where not tgisinternal and relnamespace = 'public'::regnamespace and not relispartition`,
  );
  for (const { name } of tables) await tx.exec(`alter table ${name} disable trigger user`);
  const result = await work();
  for (const { name } of tables) await tx.exec(`alter table ${name} enable trigger user`);
  return result;
}

type ReadOptions = Pick<RestoreOptions, 'onProgress' | 'signal'> & { readonly totalRows: number };

async function readAll(
  tx: Queryable,
  lines: LineReader,
  options: ReadOptions,
): Promise<{ tables: number; rows: number }> {
  let tables = 0;
  let rows = 0;
  for (;;) {
    const digest = lines.digest();
    const line: unknown = parseJson(await lines.next());
    if (isTrailer(line)) {
      if (line.sha256 !== digest || line.rows !== rows) throw damaged('its checksum is wrong');
      return { tables, rows };
    }
    if (!isTableHeader(line)) throw damaged('a table has no heading');
    await readTable(lines, async (batch) => {
      options.signal?.throwIfAborted();
      await tx.copyIn({ table: line.table, columns: line.columns, rows: batch });
      rows += batch.length;
      options.onProgress?.({ table: line.table, rows, totalRows: options.totalRows });
    });
    tables += 1;
  }
}

async function readTable(
  lines: LineReader,
  write: (batch: (string | null)[][]) => Promise<void>,
): Promise<void> {
  let batch: (string | null)[][] = [];
  let characters = 0;
  for (;;) {
    const line = await lines.next();
    if (line === END_OF_TABLE) break;
    batch.push(decodeCopyLine(line));
    characters += line.length;
    if (batch.length < BATCH.rows && characters < BATCH.characters) continue;
    await write(batch);
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) await write(batch);
}

/** The lines of the file, unpacked piece by piece, with the checksum of those read so far. */
class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #stream: ReturnType<typeof createReadStream>;
  readonly #hash = createHash('sha256');
  #buffer: Buffer = Buffer.alloc(0);
  #searched = 0;

  constructor(file: string) {
    this.#stream = createReadStream(file);
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    this.#stream.on('error', (error) => gunzip.destroy(error));
    this.#chunks = this.#stream.pipe(gunzip)[Symbol.asyncIterator]();
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async next(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(10, this.#searched);
      if (end >= 0) return this.#take(end);
      this.#searched = this.#buffer.length;
      const chunk = await this.#chunks.next().catch((error: unknown) => {
        throw unreadable(error);
      });
      if (chunk.done === true) throw damaged('its end is missing');
      this.#buffer = Buffer.concat([this.#buffer, chunk.value]);
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(end: number): string {
    this.#hash.update(this.#buffer.subarray(0, end + 1));
    const line = this.#buffer.toString('utf8', 0, end);
    this.#buffer = this.#buffer.subarray(end + 1);
    this.#searched = 0;
    return line;
  }
}

function unreadable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_') ? damaged('it cannot be unpacked') : error;
}

function damaged(reason: string): BackupError {
  return new BackupError(`The file is not a complete backup: ${reason}. Nothing was restored.`);
}

function parseHeader(line: string): BackupHeader {
  const header: unknown = parseJson(line);
  if (!isHeader(header)) throw damaged('it has no heading');
  if (header.version > BACKUP_VERSION) {
    throw new BackupError('The backup was made by a newer program; restore it with that version.');
  }
  return header;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged('a heading cannot be read');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isHeader(value: unknown): value is BackupHeader {
  return (
    isObject(value) &&
    value['format'] === BACKUP_FORMAT &&
    typeof value['version'] === 'number' &&
    Array.isArray(value['migrations']) &&
    Array.isArray(value['partitionedDays']) &&
    Array.isArray(value['sequences'])
  );
}

function isTableHeader(value: unknown): value is TableHeader {
  return isObject(value) && typeof value['table'] === 'string' && Array.isArray(value['columns']);
}

function isTrailer(value: unknown): value is BackupTrailer {
  return isObject(value) && value['end'] === true && typeof value['sha256'] === 'string';
}
