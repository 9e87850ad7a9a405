import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { RecordBatch, RecordStep, ScoreRow } from '../interactions/record.ts';
import { daysOf } from '../interactions/store-records.ts';
import type { Database, Queryable } from '../store/database.ts';
import { isDatabaseUnavailable, isRetryable, sqlState } from '../store/database-error.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { leaveOutExisting } from './existing-rows.ts';
import { attachScore } from './find-interactions.ts';
import { countStored } from './load-metrics.ts';
import type { EventRows } from './read-event.ts';
import type { Rejection, SetAside } from './set-aside.ts';
import { wholeText } from './spool-body.ts';
import { moveOffset, OffsetMovedError } from './spool-offsets.ts';
import type { SpoolEntry, SpoolPosition } from './spool-reader.ts';

/** A spool entry that was read: its rows, or why it has none. */
export interface LoadItem {
  readonly entry: SpoolEntry;
  readonly rows: EventRows | null;
  readonly reason: string | null;
}

/** A stretch of one spool, ready to be stored. */
export interface LoadBatch {
  readonly spoolId: string;
  readonly from: SpoolPosition;
  readonly to: SpoolPosition;
  readonly lastSequence: number;
  readonly items: readonly LoadItem[];
}

/** What became of the records of a batch. */
export interface LoadCounts {
  readonly stored: number;
  readonly rejected: number;
  readonly duplicates: number;
}

export interface BatchLoaderOptions {
  readonly db: Database;
  readonly steps: readonly RecordStep[];
  readonly setAside: SetAside;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  /** True when this batch failed several times for a reason that is not known to be the database's. */
  readonly doubtful: boolean;
}

/** The same key stored by another loader at the same moment: the second look finds it. */
const ATTEMPTS_ON_CONFLICT = 3;

/**
 * Stores a batch and moves the offset with it. When the database refuses the batch for what is in it,
 * the batch is halved until the record at fault stands alone; that one is set aside. Rejects when the
 * database is away, when another loader was faster, or when the fault cannot be one of a record.
 */
export async function loadBatch(
  options: BatchLoaderOptions,
  batch: LoadBatch,
): Promise<LoadCounts> {
  try {
    return await commit(options, batch);
  } catch (error) {
    if (!isFaultOfRecord(error, options.doubtful)) throw error;
    const [only, ...others] = batch.items;
    if (only === undefined) throw error;
    if (others.length === 0) return setAlone(options, batch, { item: only, error: asError(error) });
    const [first, second] = halves(batch);
    const before = await loadBatch(options, first);
    return add(before, await loadBatch(options, second));
  }
}

/**
 * SQLSTATE classes 22 (data), 23 (constraints) and 54 (too large, too deep) are about a record, and so are mistakes
 * of our own code with one. What is certain of the database (a missing table, a full disk, a lost connection) would
 * befall every record. Anything else is doubted only after it came again and again.
 */
function isFaultOfRecord(error: unknown, doubtful: boolean): boolean {
  if (error instanceof OffsetMovedError || isDatabaseUnavailable(error)) return false;
  const state = sqlState(error);
  if (state !== null) return /^(?:2[23]|54)/.test(state);
  return doubtful || error instanceof TypeError || error instanceof RangeError;
}

async function setAlone(
  options: BatchLoaderOptions,
  batch: LoadBatch,
  { item, error }: { item: LoadItem; error: Error },
): Promise<LoadCounts> {
  // A damaged stretch or a record set aside before has no rows: then the fault is not its own.
  if (item.rows === null) throw error;
  const reason = `cannot be stored: ${error.message}`;
  // This commit is the proof: a database that is at fault itself refuses it as well.
  return await commit(options, { ...batch, items: [{ ...item, rows: null, reason }] });
}

function halves(batch: LoadBatch): [LoadBatch, LoadBatch] {
  const middle = batch.items.length >> 1;
  const items = batch.items.slice(0, middle);
  const last = items.at(-1)?.entry;
  const border = last === undefined ? batch.from : { segment: last.segment, position: last.end };
  const lastSequence = items.reduce((most, { entry }) => Math.max(most, entry.sequence ?? 0), 0);
  return [
    { ...batch, items, to: border, lastSequence },
    { ...batch, items: batch.items.slice(middle), from: border },
  ];
}

async function commit(options: BatchLoaderOptions, batch: LoadBatch): Promise<LoadCounts> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOnce(options, batch);
    } catch (error) {
      const again = isRetryable(error) || sqlState(error) === '23505';
      if (!again || attempt >= ATTEMPTS_ON_CONFLICT) throw error;
    }
  }
}

async function commitOnce(options: BatchLoaderOptions, batch: LoadBatch): Promise<LoadCounts> {
  const { db, setAside, metrics } = options;
  const rows = gather(batch.items);
  await preparePartitions(db, rows.batch);
  const { counts, stored, rejections } = await db.transaction(async (tx) => {
    const found = await attachScores(tx, batch, rows);
    const fresh = await leaveOutExisting(tx, { ...rows.batch, scores: found.scores });
    const rejected = batch.items.reduce((sum, item) => sum + lostOf(item), 0);
    const outcome: LoadCounts = {
      stored: batch.items.filter((item) => item.rows !== null).length - found.lost.length,
      rejected: rejected + found.lost.length,
      duplicates: fresh.duplicates,
    };
    const all = [...rejectionsOf(batch), ...found.lost];
    await setAside.write(all);
    await moveOffset(tx, { ...batch, ...outcome });
    for (const step of options.steps) await step(tx, fresh.batch);
    return { counts: outcome, stored: fresh.batch.interactions, rejections: all };
  });
  countStored(metrics, stored);
  report(options, rejections);
  return counts;
}

function report({ metrics, log }: BatchLoaderOptions, rejections: readonly Rejection[]): void {
  for (const { spoolId, segment, position, reason, sequence } of rejections) {
    metrics.program.rejected.inc({ reason: sequence === null ? 'damaged' : 'unreadable' });
    log.warn({ spoolId, segment, position, reason }, 'record set aside');
  }
}

interface Gathered {
  readonly batch: RecordBatch;
  readonly pending: readonly {
    readonly item: LoadItem;
    readonly score: NonNullable<EventRows['score']>;
  }[];
}

function gather(items: readonly LoadItem[]): Gathered {
  const rows = items.flatMap((item) => item.rows ?? []);
  return {
    batch: {
      interactions: rows.flatMap(({ interaction }) => interaction ?? []),
      bodies: rows.flatMap(({ body }) => body ?? []),
      spans: rows.flatMap(({ span }) => span ?? []),
      scores: [],
      charges: rows.flatMap(({ interaction, charges }) =>
        interaction === null || charges.length === 0
          ? []
          : { interactionId: interaction.id, projectId: interaction.projectId, charges },
      ),
    },
    pending: items.flatMap((item) =>
      item.rows === null || item.rows.score === null ? [] : { item, score: item.rows.score },
    ),
  };
}

/** Partitions of new days are made first and by themselves, so that loaders do not wait for each other in a circle. */
async function preparePartitions(db: Database, batch: RecordBatch): Promise<void> {
  const days = daysOf(batch);
  if (days.length > 0) await db.transaction((tx) => ensurePartitions(tx, days));
}

async function attachScores(
  tx: Queryable,
  { spoolId }: LoadBatch,
  { batch, pending }: Gathered,
): Promise<{ scores: ScoreRow[]; lost: Rejection[] }> {
  const scores: ScoreRow[] = [];
  const lost: Rejection[] = [];
  for (const { item, score } of pending) {
    const row = await attachScore(tx, score, batch.interactions);
    if (row !== null) scores.push(row);
    else lost.push(rejectionOf(spoolId, item.entry, `no interaction ${score.link} is known`));
  }
  return { scores, lost };
}

function rejectionsOf({ spoolId, items }: LoadBatch): Rejection[] {
  return items.flatMap(({ entry, rows, reason }) =>
    rows === null ? rejectionOf(spoolId, entry, reason ?? 'unreadable') : [],
  );
}

function rejectionOf(spoolId: string, entry: SpoolEntry, reason: string): Rejection {
  const { segment, start, sequence } = entry;
  return { spoolId, segment, position: start, sequence, reason, text: wholeText(entry) };
}

function lostOf({ entry, rows }: LoadItem): number {
  if (rows !== null) return 0;
  return entry.sequence === null ? entry.lost : 1;
}

function add(a: LoadCounts, b: LoadCounts): LoadCounts {
  return {
    stored: a.stored + b.stored,
    rejected: a.rejected + b.rejected,
    duplicates: a.duplicates + b.duplicates,
  };
}
