import { quoteName } from './copy-text.ts';
import type { Database, Queryable } from './database.ts';

/** The tables with one partition a day (UTC), and the column that decides the day. */
const PARTITIONED = [
  { table: 'interactions', column: 'created_at' },
  { table: 'interaction_bodies', column: 'created_at' },
  { table: 'spans', column: 'created_at' },
  { table: 'scores', column: 'interaction_created_at' },
] as const;

type Partitioned = (typeof PARTITIONED)[number];

const DAY_MS = 86_400_000;
/** Older and later days than these share the default partition, so that wild clocks cost nothing. */
const WINDOW_BEFORE_DAYS = 400;
const WINDOW_AFTER_DAYS = 2;
const AHEAD_DAYS = 3;
/** Texts stay in their row as long as a page can hold it: moving them out costs more than twice as much. */
const INLINE_BYTES = 8_160;
/** Any number, as long as all programs agree: one of them makes partitions at a time. */
const LOCK = 7_305_416_113;
/** Dropping waits behind readers; better to try again in an hour than to stop everybody. */
const LOCK_TIMEOUT = '5s';

/**
 * Makes the partitions that rows of these days need: one catalog query when they exist. Days
 * outside the window from 400 days ago to 2 days ahead stay in the default partition. On a server
 * call it before the transaction writes to these tables, or two loaders may deadlock.
 */
export async function ensurePartitions(
  tx: Queryable,
  days: Iterable<Date>,
  nowMs: number = Date.now(),
): Promise<void> {
  await makePartitions(tx, [...days].map(dayOf).filter(inWindow(dayOf(new Date(nowMs)))));
}

/** Makes the partitions of today and the next three days. */
export async function ensurePartitionsAhead(database: Database, nowMs: number): Promise<void> {
  const today = dayOf(new Date(nowMs));
  const days = Array.from({ length: AHEAD_DAYS + 1 }, (_, ahead) => today + ahead);
  await database.transaction((tx) => makePartitions(tx, days));
}

/** The days that have partitions, as UTC midnights. */
export async function partitionedDays(database: Queryable): Promise<Date[]> {
  const names = await Promise.all(PARTITIONED.map(({ table }) => partitionNames(database, table)));
  const days = new Set(names.flat().map(dayOfName));
  return [...days].flatMap((day) => (day === null ? [] : [new Date(day * DAY_MS)]));
}

/** Makes the partitions of exactly these days, however long ago: for a restored backup. */
export async function restorePartitions(tx: Queryable, days: readonly Date[]): Promise<void> {
  await makePartitions(tx, days.map(dayOf));
}

export interface Expired {
  /** Names of the partitions that were dropped. */
  readonly partitions: readonly string[];
  /** Rows removed from the default partitions. */
  readonly rows: number;
}

/**
 * Removes everything older than `retentionDays` whole days: partitions are dropped, rows in the
 * default partitions deleted. Throws SQLSTATE 55P03 when a reader holds a partition for too long;
 * what was dropped before stays dropped.
 */
export async function dropExpired(
  database: Database,
  retentionDays: number,
  nowMs: number,
): Promise<Expired> {
  const firstKept = dayOf(new Date(nowMs)) - retentionDays;
  const partitions: string[] = [];
  let rows = 0;
  for (const target of PARTITIONED) {
    const names = await partitionNames(database, target.table);
    const expired = names.filter((name) => (dayOfName(name) ?? firstKept) < firstKept);
    for (const name of expired) {
      await database.transaction(async (tx) => {
        await tx.exec(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
        await tx.exec(`drop table if exists ${quoteName(name)}`);
      });
      partitions.push(name);
    }
    const removed = await database.query(
      `with removed as (delete from ${target.table}_default where ${target.column} < $1 returning 1)
       select count(*) as count from removed`,
      [new Date(firstKept * DAY_MS)],
    );
    rows += countOf(removed);
  }
  return { partitions, rows };
}

async function makePartitions(tx: Queryable, days: readonly number[]): Promise<void> {
  const wanted = [...new Set(days)].flatMap((day) =>
    PARTITIONED.map((target) => ({ target, day, name: partitionName(target.table, day) })),
  );
  if (wanted.length === 0) return;
  if ((await missing(tx, wanted)).length === 0) return;
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
  // Again: another program may have made them while we waited for the lock.
  for (const { target, day } of await missing(tx, wanted)) await makePartition(tx, target, day);
}

async function missing<Wanted extends { readonly name: string }>(
  tx: Queryable,
  wanted: readonly Wanted[],
): Promise<Wanted[]> {
  const found = await tx.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relispartition and relname = any($1)`,
    [wanted.map(({ name }) => name)],
  );
  const names = new Set(found.map(({ name }) => name));
  return wanted.filter(({ name }) => !names.has(name));
}

/**
 * Made beside the parent and then attached, because that does not lock readers of the parent out;
 * rows of the day that already wait in the default partition move along.
 */
async function makePartition(tx: Queryable, target: Partitioned, day: number): Promise<void> {
  const { table, column } = target;
  const name = partitionName(table, day);
  const range = { from: isoDay(day), to: isoDay(day + 1) };
  await tx.exec(
    `create table ${name} (like ${table} including defaults including constraints including storage)
     with (toast_tuple_target = ${INLINE_BYTES})`,
  );
  await tx.exec(
    `with moved as (
       delete from ${table}_default where ${column} >= '${range.from}' and ${column} < '${range.to}' returning *
     ) insert into ${name} select * from moved`,
  );
  await tx.exec(
    `alter table ${table} attach partition ${name} for values from ('${range.from}') to ('${range.to}')`,
  );
}

async function partitionNames(database: Queryable, table: string): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select child.relname as name
     from pg_inherits join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass order by 1`,
    [table],
  );
  return rows.map(({ name }) => name);
}

function inWindow(today: number): (day: number) => boolean {
  return (day) => day >= today - WINDOW_BEFORE_DAYS && day <= today + WINDOW_AFTER_DAYS;
}

/** Days since the epoch, UTC. */
function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS);
}

function isoDay(day: number): string {
  return `${new Date(day * DAY_MS).toISOString().slice(0, 10)} 00:00:00+00`;
}

function partitionName(table: string, day: number): string {
  return `${table}_p${isoDay(day).slice(0, 10).replaceAll('-', '')}`;
}

function dayOfName(name: string): number | null {
  const [, year, month, date] = /_p(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : dayOf(new Date(`${year}-${month}-${date}T00:00:00Z`));
}

function countOf(rows: readonly object[]): number {
  const [row] = rows;
  return row !== undefined && 'count' in row ? Number(row.count) : 0;
}
