import type { Clock } from '../core/clock.ts';
import type { Database, Queryable } from '../store/database.ts';
import { changedHours } from './changed-hours.ts';
import { createMiner, type Miner } from './miner.ts';
import { formId, loadForms, storeForms, storeHour } from './pattern-store.ts';
import { readHour } from './read-hour.ts';
import { HourTally } from './tally-hour.ts';

/** A project whose patterns this process counts, until it says otherwise or is silent for too long. */
export interface Turn {
  readonly projectId: string;
  readonly claimedUntil: Date;
  /** Look through all hours, not only the recent ones. */
  readonly looksAtAll: boolean;
}

export interface CountDeps {
  readonly database: Database;
  readonly clock: Clock;
}

const RECENT_MS = 48 * 3_600_000;
const ALL_MS = 400 * 86_400_000;
/** Hours counted in one turn; the rest waits for the next, so that other projects have theirs. */
const HOURS_A_TURN = 48;
/** Well within the claim. */
const MAX_TURN_MS = 60_000;

/**
 * Counts the hours of a project that changed, each in a transaction of its own. Answers how many; fewer than there
 * were when the turn went to another process or `signal` was aborted.
 */
export async function countProject(
  { database, clock }: CountDeps,
  turn: Turn,
  signal: AbortSignal,
): Promise<{ hours: number; isDone: boolean }> {
  const { projectId, looksAtAll } = turn;
  const now = new Date(clock.now());
  const from = new Date(clock.now() - (looksAtAll ? ALL_MS : RECENT_MS));
  const changed = await changedHours(database, { projectId, from, limit: HOURS_A_TURN });
  if (changed.length === 0) return { hours: 0, isDone: true };
  const known = await loadForms(database, projectId, now);
  const stored = new Map(known.map(({ id, patternId }) => [id, patternId]));
  const miner = createMiner({ idOf: (key) => formId(projectId, key) }, known);
  const startedAt = clock.monotonic();
  let hours = 0;
  // Oldest first: a form is known before it is met again.
  for (const hour of changed.toReversed()) {
    const isLate = clock.monotonic() - startedAt > MAX_TURN_MS;
    if (signal.aborted || isLate) return { hours, isDone: false };
    const tally = new HourTally(miner);
    for await (const calls of readHour(database, { projectId, at: hour.at })) {
      for (const call of calls) tally.add(call);
    }
    const isOurs = await database.transaction(async (tx) => {
      if (!(await holds(tx, turn))) return false;
      await storeForms(tx, projectId, { miner, stored });
      await storeHour(tx, { projectId, ...hour }, tally.forms());
      return true;
    });
    if (!isOurs) return { hours, isDone: false };
    remember(stored, miner);
    hours += 1;
  }
  return { hours, isDone: changed.length < HOURS_A_TURN };
}

async function holds(tx: Queryable, { projectId, claimedUntil }: Turn): Promise<boolean> {
  const rows = await tx.query(
    'select project_id from pattern_turns where project_id = $1 and claimed_until = $2 for update',
    [projectId, claimedUntil],
  );
  return rows.length > 0;
}

function remember(stored: Map<string, string>, miner: Miner): void {
  stored.clear();
  for (const { id, patternId } of miner.templates()) stored.set(id, patternId);
}
