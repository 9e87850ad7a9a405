import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database, Queryable } from './database.ts';

export interface Migration {
  /** File name without `.sql`: `0001-initial`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, in hex. */
  readonly checksum: string;
}

/** A database that this program must not touch, with a message for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const FOLDER = new URL('../../migrations/', import.meta.url);
const FILE = /^\d{4}-[a-z0-9-]+\.sql$/;
/** Any number, as long as all programs agree: holds off a second one that starts at the same time. */
const LOCK = 7_305_416_112;

/** The migrations of this program, in their order. */
export async function readMigrations(folder: string = fileURLToPath(FOLDER)): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).sort();
  return Promise.all(
    names.map(async (file) => {
      const sql = await readFile(join(folder, file), 'utf8');
      return {
        name: file.slice(0, -'.sql'.length),
        sql,
        checksum: createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex'),
      };
    }),
  );
}

const HISTORY = `create table if not exists schema_migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Brings a database to this program's schema and answers the names of the migrations it ran.
 * Each runs in a transaction of its own, so a failing one leaves nothing. Throws `MigrationError`
 * for a database of a newer program and for a migration that was changed after it ran.
 */
export async function migrate(
  database: Database,
  migrations?: readonly Migration[],
): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  await database.transaction(async (tx) => {
    await lock(tx);
    await tx.exec(HISTORY);
  });
  const ran: string[] = [];
  for (const migration of known) {
    const applied = await database.transaction((tx) => applyNext(tx, migration, known));
    if (applied) ran.push(migration.name);
  }
  return ran;
}

/** The migrations a database has, oldest first; empty for a database that never was migrated. */
export async function appliedMigrations(
  database: Queryable,
): Promise<{ name: string; checksum: string }[]> {
  const [table] = await database.query<{ found: boolean }>(
    "select to_regclass('schema_migrations') is not null as found",
  );
  if (table?.found !== true) return [];
  return database.query('select name, checksum from schema_migrations order by name');
}

async function applyNext(
  tx: Queryable,
  migration: Migration,
  known: readonly Migration[],
): Promise<boolean> {
  await lock(tx);
  const applied = await appliedMigrations(tx);
  refuseStrangers(applied, known);
  if (applied.some(({ name }) => name === migration.name)) return false;
  await apply(tx, migration);
  return true;
}

/**
 * Replaces everything in the schema `public` by what these migrations make. Only for a database that
 * was found empty: it takes the schema of an older backup, before the newer migrations follow.
 */
export async function rebuildSchema(
  tx: Queryable,
  migrations: readonly Migration[],
): Promise<void> {
  await lock(tx);
  await tx.exec('drop schema public cascade; create schema public');
  await tx.exec(HISTORY);
  for (const migration of migrations) await apply(tx, migration);
}

async function apply(tx: Queryable, migration: Migration): Promise<void> {
  await tx.exec(migration.sql);
  await tx.query('insert into schema_migrations (name, checksum) values ($1, $2)', [
    migration.name,
    migration.checksum,
  ]);
}

function refuseStrangers(
  applied: readonly { name: string; checksum: string }[],
  known: readonly Migration[],
): void {
  const byName = new Map(known.map((migration) => [migration.name, migration.checksum]));
  const newer = applied.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  if (newer.length > 0) {
    throw new MigrationError(
      `The database is newer than this program: it has the migrations ${newer.join(', ')}, which this version does not know. Start the newer version, or restore a backup made with this one.`,
    );
  }
  const changed = applied.filter(({ name, checksum }) => byName.get(name) !== checksum);
  if (changed.length > 0) {
    throw new MigrationError(
      `The migrations ${changed.map(({ name }) => name).join(', ')} were changed after this database ran them. Migrations are append-only: put the change into a new file.`,
    );
  }
}

async function lock(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
}
