import type { Clock } from '../core/clock.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { AccountKey } from './budget.ts';
import { type LeaseRelease, lockAccounts, releaseLeases } from './leases.ts';

/** A process asks for more of an account. */
export interface LeaseQuestion extends AccountKey {
  readonly holder: string;
  /** Less is of no use. */
  readonly atLeastMicroUsd: number;
  /** What would serve all that wait. */
  readonly wantedMicroUsd: number;
}

export interface LeaseReply {
  /** 0, or at least what was asked for. */
  readonly grantedMicroUsd: number;
  readonly limitMicroUsd: number;
  /** Booked so far. */
  readonly spentMicroUsd: number;
  /** What is neither spent nor lent, after this grant. */
  readonly freeMicroUsd: number;
}

/** Who lends parts of budgets to processes. Arguments and answers are plain data, so they can be sent. */
export interface BudgetAuthority {
  /** Null: there is no such budget any more, or it is switched off. */
  lease(question: LeaseQuestion): Promise<LeaseReply | null>;
  /** Parts that the holder does not need. */
  giveBack(releases: readonly LeaseRelease[]): Promise<void>;
  /** The holder lives. Without a sign for two minutes its leases end. */
  beat(holders: readonly string[]): Promise<void>;
}

/** A part of what is left goes with each lease, so leases shrink towards the end, down to one estimate. */
const SLICES = 16;
/** Long enough for a successor to load what a dead process has spooled before its leases end. */
export const HOLDER_DEAD_MS = 120_000;
const SWEEP_EVERY_MS = 15_000;

/**
 * Lends from the database, one short transaction a lease. The account's row is the lock: whatever the number of
 * processes, spent + leased never exceeds the limit by a lease.
 */
export function createBudgetAuthority(deps: {
  readonly database: Database;
  readonly clock: Clock;
}): BudgetAuthority {
  const { database, clock } = deps;
  let sweptMs = Number.NEGATIVE_INFINITY;
  const sweep = async (): Promise<void> => {
    const nowMs = clock.now();
    if (Math.abs(nowMs - sweptMs) < SWEEP_EVERY_MS) return;
    sweptMs = nowMs;
    await endDeadHolders(database, new Date(nowMs - HOLDER_DEAD_MS));
  };
  return {
    lease: async (question): Promise<LeaseReply | null> => {
      await sweep();
      return await database.transaction((tx) => lend(tx, question, new Date(clock.now())));
    },
    giveBack: (releases): Promise<void> =>
      database.transaction(async (tx) => {
        await lockAccounts(tx, releases);
        await releaseLeases(tx, releases);
        await dropEmptyLeases(tx, releases);
      }),
    beat: async (holders): Promise<void> => {
      await markSeen(database, holders, new Date(clock.now()));
      await sweep();
    },
  };
}

async function lend(tx: Queryable, question: LeaseQuestion, now: Date): Promise<LeaseReply | null> {
  const key = [question.budgetId, question.period, question.subject];
  await tx.query(
    `insert into budget_accounts (budget_id, period, subject)
     select id, $2, $3 from budgets where id = $1 on conflict do nothing`,
    key,
  );
  const [account] = await tx.query<{ spent: number; leased: number; most: number }>(
    `select a.spent_micro_usd as spent, a.leased_micro_usd as leased, b.limit_micro_usd as most
     from budget_accounts a join budgets b on b.id = a.budget_id
     where a.budget_id = $1 and a.period = $2 and a.subject = $3 and b.enabled for update of a`,
    key,
  );
  if (account === undefined) return null;
  const free = account.most - account.spent - account.leased;
  const granted = sliceOf(free, question);
  if (granted > 0) await writeLease(tx, { ...question, granted, now });
  return {
    grantedMicroUsd: granted,
    limitMicroUsd: account.most,
    spentMicroUsd: account.spent,
    freeMicroUsd: Math.max(0, free - granted),
  };
}

/** How much of what is free goes to a process: its share, or what it needs if that is more; all or nothing below. */
export function sliceOf(
  freeMicroUsd: number,
  asked: Pick<LeaseQuestion, 'atLeastMicroUsd' | 'wantedMicroUsd'>,
): number {
  if (freeMicroUsd < asked.atLeastMicroUsd) return 0;
  const share = Math.max(asked.wantedMicroUsd, Math.floor(freeMicroUsd / SLICES));
  return Math.min(freeMicroUsd, Math.max(asked.atLeastMicroUsd, share));
}

async function writeLease(
  tx: Queryable,
  given: LeaseQuestion & { readonly granted: number; readonly now: Date },
): Promise<void> {
  const key = [given.budgetId, given.period, given.subject];
  await tx.query(
    `update budget_accounts set leased_micro_usd = leased_micro_usd + $4
     where budget_id = $1 and period = $2 and subject = $3`,
    [...key, given.granted],
  );
  await tx.query(
    `insert into budget_leases as l (budget_id, period, subject, holder, micro_usd) values ($1, $2, $3, $4, $5)
     on conflict (budget_id, period, subject, holder) do update set micro_usd = l.micro_usd + excluded.micro_usd`,
    [...key, given.holder, given.granted],
  );
  // A holder without a row here would never be found dead, and one with an old sign too soon.
  await markSeen(tx, [given.holder], given.now);
}

async function dropEmptyLeases(tx: Queryable, releases: readonly LeaseRelease[]): Promise<void> {
  await tx.query(
    'delete from budget_leases where micro_usd = 0 and budget_id = any($1::uuid[]) and holder = any($2)',
    [
      [...new Set(releases.map(({ budgetId }) => budgetId))],
      [...new Set(releases.map(({ holder }) => holder))],
    ],
  );
}

async function markSeen(db: Queryable, holders: readonly string[], now: Date): Promise<void> {
  if (holders.length === 0) return;
  await db.query(
    `insert into budget_holders (holder, seen_at) select h, $2 from unnest($1::text[]) as h order by h
     on conflict (holder) do update set seen_at = excluded.seen_at`,
    [holders, now],
  );
}

/** Ends the leases of holders that gave no sign since a moment. What they spooled is still booked when it is loaded. */
export async function endDeadHolders(database: Database, seenBefore: Date): Promise<void> {
  const dead = await database.query<{ holder: string }>(
    'select holder from budget_holders where seen_at < $1 order by holder limit 100',
    [seenBefore],
  );
  for (const { holder } of dead) {
    await database.transaction((tx) => endHolder(tx, holder, seenBefore));
  }
}

async function endHolder(tx: Queryable, holder: string, seenBefore: Date): Promise<void> {
  const leases = await tx.query<{
    budget_id: string;
    period: Date;
    subject: string;
    micro_usd: number;
  }>('select budget_id, period, subject, micro_usd from budget_leases where holder = $1', [holder]);
  const releases = leases.map((lease) => ({
    budgetId: lease.budget_id,
    period: lease.period.toISOString(),
    subject: lease.subject,
    holder,
    // Whatever it holds when it is locked.
    microUsd: Number.MAX_SAFE_INTEGER,
  }));
  await lockAccounts(tx, releases);
  const [gone] = await tx.query(
    'delete from budget_holders where holder = $1 and seen_at < $2 returning 1',
    [holder, seenBefore],
  );
  if (gone === undefined) return;
  await releaseLeases(tx, releases);
  await tx.query('delete from budget_leases where holder = $1 and micro_usd = 0', [holder]);
}
