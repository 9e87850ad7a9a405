import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Queryable } from './database.ts';
import { isRetryable, sqlState } from './database-error.ts';
import type { StoreDatabase } from './sql-database.ts';

export interface MeterDeps {
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** The same database with every statement counted and timed, and every failure counted once. */
export function meterDatabase(database: StoreDatabase, deps: MeterDeps): StoreDatabase {
  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      countDatabaseError(deps.metrics, error);
      throw error;
    }
  };
  const metered = meterQueries(database, deps);
  return {
    kind: database.kind,
    query: (sql, params) => failing(metered.query(sql, params)),
    exec: (sql) => failing(metered.exec(sql)),
    copyIn: (copy) => failing(metered.copyIn(copy)),
    script: (sql) => failing(database.script(sql)),
    transaction: (work) => failing(database.transaction((tx) => work(meterQueries(tx, deps)))),
    close: () => database.close(),
  };
}

/** Counts a failure of the database by type; other errors are nothing of the database's. */
export function countDatabaseError(metrics: Metrics, error: unknown): void {
  const code = sqlState(error);
  if (code === null) return;
  metrics.operations.databaseErrors.inc({ type: typeOf(error, code) });
}

const CONNECTION = /^(08|57P0|53300)/;
const TIMEOUT = /^(57014|25P0[34]|55P03)/;

function typeOf(error: unknown, code: string): string {
  if (CONNECTION.test(code)) return 'connection';
  if (TIMEOUT.test(code)) return 'timeout';
  if (isRetryable(error)) return 'conflict';
  if (code.startsWith('23')) return 'constraint';
  return /^(53|58|54)/.test(code) ? 'resources' : 'other';
}

function meterQueries(queryable: Queryable, { metrics, clock }: MeterDeps): Queryable {
  const { databaseQueries, databaseDuration } = metrics.gateway;
  const timed = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    const labels = labelsOf(sql);
    const startedAt = clock.monotonic();
    databaseQueries.inc(labels);
    try {
      return await run();
    } finally {
      databaseDuration.observe(labels, (clock.monotonic() - startedAt) / 1000);
    }
  };
  return {
    query: (sql, params) => timed(sql, () => queryable.query(sql, params)),
    exec: (sql) => timed(sql, () => queryable.exec(sql)),
    copyIn: (copy) => timed(`insert into ${copy.table}`, () => queryable.copyIn(copy)),
  };
}

const TABLE = /\b(?:from|into|update|join)\s+(?:only\s+)?([a-z_]+)\b(?!\()/i;
const KNOWN = new Map<string, { operation: string; table: string }>();
const MAX_KNOWN = 500;

function labelsOf(sql: string): { operation: string; table: string } {
  const known = KNOWN.get(sql);
  if (known !== undefined) return known;
  const operation = /^\s*(select|insert|update|delete|with)/i.exec(sql)?.[1]?.toLowerCase();
  const labels = {
    operation: operation ?? 'other',
    // Partitions are not labels of their own: their names grow with time.
    table: (TABLE.exec(sql)?.[1] ?? 'none').replace(/_p\d{8}$/, ''),
  };
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(sql, labels);
  return labels;
}
