import type { BackfillFilters } from '../contract/backfills.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { listInteractions } from '../interactions/list.ts';
import type { Database, Queryable } from '../store/database.ts';
import { isJudged } from './enqueue.ts';
import type { InteractionPlace } from './load-subjects.ts';

/** Some of the interactions of a backfill, to be asked about by some evaluators. */
export interface BackfillPiece {
  readonly backfillId: string;
  readonly projectId: string;
  readonly evaluators: readonly string[];
  readonly interactions: readonly InteractionPlace[];
}

export interface PieceResult {
  readonly taken: number;
  readonly failed: number;
}

/**
 * Who evaluates again: local evaluators do it at once, judges put it on their queue. `prepare` may take its time and
 * changes nothing; what it answers writes, in the transaction that moves the backfill on, so that every interaction
 * is taken exactly once whatever dies in between.
 */
export interface BackfillTarget {
  handles(evaluator: string): boolean;
  prepare(piece: BackfillPiece): Promise<(tx: Queryable) => Promise<PieceResult>>;
}

export interface BackfillWorkDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly targets: readonly BackfillTarget[];
}

interface Claimed {
  readonly id: string;
  readonly projectId: string;
  readonly evaluators: readonly string[];
  readonly filters: BackfillFilters;
  readonly from: Date;
  readonly to: Date;
  readonly cursor: string | null;
  readonly claimedUntil: Date;
}

const PIECE = 100;
/**
 * How long a claim holds without a piece being finished. After that another program goes on, and the piece of the one
 * that is late counts for nothing.
 */
const LEASE_SECONDS = 45;
/** A piece that fails so often in a row ends the backfill. */
const MAX_FAILURES = 3;

/**
 * Works on backfills until none is left to work on or `signal` is aborted, piece by piece. Any number of programs may
 * do so: each backfill is one program's at a time, and goes to another when that one dies. A backfill that cannot go
 * on is marked with the reason. Throws only when the database is away.
 */
export async function runBackfills(deps: BackfillWorkDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const claimed = await claim(deps.database);
    if (claimed === null) return;
    await work(deps, claimed, signal);
  }
}

async function claim(database: Database): Promise<Claimed | null> {
  const [row] = await database.query<Claimed>(
    `with next as (
       select id from evaluation_backfills
       where status = 'running' and (claimed_until is null or claimed_until < now())
       order by claimed_until nulls first, id limit 1
       for update skip locked
     )
     update evaluation_backfills b
     set claimed_until = date_trunc('milliseconds', now() + make_interval(secs => ${LEASE_SECONDS}))
     from next where b.id = next.id
     returning b.id, b.project_id as "projectId", b.evaluators, b.filters, b.range_from as "from",
       b.range_to as "to", b.cursor, b.claimed_until as "claimedUntil"`,
  );
  return row ?? null;
}

async function work(deps: BackfillWorkDeps, claimed: Claimed, signal: AbortSignal): Promise<void> {
  let current: Claimed | null = claimed;
  let failures = 0;
  while (current !== null && !signal.aborted) {
    try {
      current = await doPiece(deps, current);
      failures = 0;
    } catch (thrown) {
      // A database that is away is no fault of the backfill: asked the simplest question, it throws again.
      await deps.database.query('select 1 as one');
      failures += 1;
      // Another writer of the same scores is over at the next try; what stays is told.
      if (failures < MAX_FAILURES) continue;
      deps.log.error({ err: asError(thrown), backfill: claimed.id }, 'a backfill stopped');
      await fail(deps, claimed.id, asError(thrown).message);
      return;
    }
  }
  if (current !== null) await release(deps.database, current);
}

/** Takes the next piece; answers the backfill as it is then, or null when it is over or no longer ours. */
async function doPiece(deps: BackfillWorkDeps, claimed: Claimed): Promise<Claimed | null> {
  const { database, clock } = deps;
  const { projectId, filters, from, to, cursor } = claimed;
  const page = await listInteractions(
    database,
    { projectId, range: { from, to }, filters, limit: PIECE, cursor: cursor ?? undefined },
    clock.monotonic,
  );
  const interactions = page.rows.filter(isJudged).map((row) => ({
    interactionId: row.id,
    interactionCreatedAt: row.created_at,
    projectId,
  }));
  const writes = await prepareAll(deps, claimed, interactions);
  return database.transaction(async (tx) => {
    const mine = await lock(tx, claimed);
    if (!mine) return null;
    let taken = 0;
    let failed = 0;
    for (const write of writes) {
      const result = await write(tx);
      taken = Math.max(taken, result.taken);
      failed = Math.max(failed, result.failed);
    }
    return moveOn(tx, claimed, {
      cursor: page.nextCursor,
      reached: page.rows.at(-1)?.created_at ?? null,
      lookedAt: page.rows.length,
      ...{ taken, failed, now: new Date(clock.now()) },
    });
  });
}

async function prepareAll(
  { targets }: BackfillWorkDeps,
  { id, projectId, evaluators }: Claimed,
  interactions: readonly InteractionPlace[],
): Promise<((tx: Queryable) => Promise<PieceResult>)[]> {
  if (interactions.length === 0) return [];
  const writes: ((tx: Queryable) => Promise<PieceResult>)[] = [];
  for (const target of targets) {
    const its = evaluators.filter((evaluator) => target.handles(evaluator));
    if (its.length === 0) continue;
    writes.push(await target.prepare({ backfillId: id, projectId, evaluators: its, interactions }));
  }
  return writes;
}

async function lock(tx: Queryable, { id, claimedUntil }: Claimed): Promise<boolean> {
  const rows = await tx.query(
    `select id from evaluation_backfills
     where id = $1 and status = 'running' and claimed_until = $2 for update`,
    [id, claimedUntil],
  );
  return rows.length > 0;
}

async function moveOn(
  tx: Queryable,
  claimed: Claimed,
  step: {
    readonly cursor: string | null;
    readonly reached: Date | null;
    readonly lookedAt: number;
    readonly taken: number;
    readonly failed: number;
    readonly now: Date;
  },
): Promise<Claimed | null> {
  const [row] = await tx.query<{ claimedUntil: Date | null }>(
    `update evaluation_backfills
     set cursor = $2::text, reached = coalesce($3, reached), looked_at = looked_at + $4, taken = taken + $5,
       failed = failed + $6, updated_at = $7,
       status = case when $2::text is null then 'done' else 'running' end,
       finished_at = case when $2::text is null then $7::timestamptz end,
       claimed_until = case when $2::text is null then null
         else date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})) end
     where id = $1 returning claimed_until as "claimedUntil"`,
    [claimed.id, step.cursor, step.reached, step.lookedAt, step.taken, step.failed, step.now],
  );
  const until = row?.claimedUntil ?? null;
  return until === null ? null : { ...claimed, cursor: step.cursor, claimedUntil: until };
}

async function release(database: Database, { id, claimedUntil }: Claimed): Promise<void> {
  await database.query(
    `update evaluation_backfills set claimed_until = null
     where id = $1 and status = 'running' and claimed_until = $2`,
    [id, claimedUntil],
  );
}

async function fail({ database, clock }: BackfillWorkDeps, id: string, why: string): Promise<void> {
  await database.query(
    `update evaluation_backfills
     set status = 'failed', claimed_until = null, error = $2, updated_at = $3
     where id = $1 and status = 'running'`,
    [id, why.slice(0, 1000).replaceAll('\0', '\uFFFD').toWellFormed(), new Date(clock.now())],
  );
}
