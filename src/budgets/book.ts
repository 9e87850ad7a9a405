import type { InteractionRow, RecordBatch, RecordStep } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { type AccountKey, accountText, type BudgetRule, subjectOf } from './budget.ts';
import { settleLevels } from './crossings.ts';
import { accountRow, type LeaseRelease, lockAccounts, releaseLeases } from './leases.ts';
import { periodStart } from './periods.ts';
import { readRules } from './snapshot.ts';

/** What budgets ask of a recorded call. */
export type BookedCall = Pick<
  InteractionRow,
  'projectId' | 'createdAt' | 'origin' | 'keyId' | 'userId' | 'model'
>;

/** A change of what an account has spent. */
interface Booking extends AccountKey {
  readonly rule: BudgetRule;
  readonly atMs: number;
  readonly microUsd: number;
}

/** Files that are imported were paid for elsewhere and long ago; sample traffic costs nothing. */
export const COUNTED_ORIGINS: readonly InteractionRow['origin'][] = [
  'gateway',
  'sdk',
  'event',
  'otlp',
  'judge',
  'run',
];

/**
 * Books what calls cost to every account they belong to, and takes off the leases what was held for them; in the
 * transaction that stores the rows, after the roll-ups. What an account has spent is the sum of the costs of its
 * calls and of nothing else, so rows left out as duplicates are not booked, and an unknown cost is not a cost.
 */
export const bookCharges: RecordStep = async (tx, batch) => {
  const counted = batch.interactions.filter(({ origin }) => COUNTED_ORIGINS.includes(origin));
  if (counted.length === 0) return;
  const rules = await rulesUnderLock(tx, [...new Set(counted.map(({ projectId }) => projectId))]);
  if (rules.length === 0) return;
  const bookings = counted.flatMap((row) =>
    row.costMicroUsd === null ? [] : bookingsOf(rules, row, row.costMicroUsd),
  );
  const releases = releasesOf(rules, batch);
  // In one order for everybody, whatever the account is touched for.
  await lockAccounts(tx, [...bookings, ...releases]);
  await book(tx, bookings);
  await releaseLeases(tx, releases);
};

/** Another cost of a call that was booked before. */
export interface CostChange {
  readonly call: BookedCall;
  readonly beforeMicroUsd: number | null;
  readonly afterMicroUsd: number | null;
}

/** Corrects what accounts have spent after calls were priced anew, in the transaction that changes their rows. */
export async function correctSpending(
  tx: Queryable,
  changes: readonly CostChange[],
): Promise<void> {
  const counted = changes.filter(({ call }) => COUNTED_ORIGINS.includes(call.origin));
  if (counted.length === 0) return;
  const projects = new Set(counted.map(({ call }) => call.projectId));
  const rules = await rulesUnderLock(tx, [...projects]);
  const bookings = counted.flatMap(({ call, beforeMicroUsd, afterMicroUsd }) =>
    bookingsOf(rules, call, (afterMicroUsd ?? 0) - (beforeMicroUsd ?? 0)),
  );
  // Accounts of periods before a budget was made do not exist and are not made now.
  const known = await existing(tx, bookings);
  await lockAccounts(tx, bookings);
  await book(
    tx,
    bookings.filter((booking) => known.has(accountText(booking))),
  );
}

/**
 * Budgets that cannot change their past meanwhile: a new budget counts what was stored before it under the same lock,
 * so that no call is counted twice or not at all.
 */
async function rulesUnderLock(tx: Queryable, projectIds: readonly string[]): Promise<BudgetRule[]> {
  await tx.query(
    `select pg_advisory_xact_lock_shared(${BOOKING_LOCK}, hashtext(p))
     from unnest($1::text[]) as p order by hashtext(p)`,
    [projectIds],
  );
  return await readRules(tx, projectIds);
}

/** First key of the advisory locks of booking; the second is the project. */
export const BOOKING_LOCK = 7_310_018;

function bookingsOf(rules: readonly BudgetRule[], call: BookedCall, microUsd: number): Booking[] {
  if (microUsd === 0) return [];
  const atMs = call.createdAt.getTime();
  return rules.flatMap((rule) => {
    const subject = subjectOf(rule, call);
    if (subject === null || (rule.period === 'total' && atMs < rule.createdAtMs)) return [];
    const period = periodStart(rule.period, atMs).toISOString();
    return [{ rule, budgetId: rule.id, subject, period, atMs, microUsd }];
  });
}

/** What was held for the calls of the batch. Charges of deleted budgets ended with them. */
function releasesOf(rules: readonly BudgetRule[], batch: RecordBatch): LeaseRelease[] {
  if (batch.charges.length === 0) return [];
  const known = new Set(rules.map(({ id }) => id));
  const stored = new Set(batch.interactions.map(({ id }) => id));
  return batch.charges
    .filter(({ interactionId }) => stored.has(interactionId))
    .flatMap(({ charges }) => charges)
    .filter(({ budgetId }) => known.has(budgetId));
}

async function existing(tx: Queryable, keys: readonly AccountKey[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ budget_id: string; period: Date; subject: string }>(
    `select distinct a.budget_id, a.period, a.subject from budget_accounts a
     join jsonb_to_recordset($1::text::jsonb) as r(budget_id uuid, period timestamptz, subject text)
       on a.budget_id = r.budget_id and a.period = r.period and a.subject = r.subject`,
    [jsonText(keys.map(accountRow))],
  );
  return new Set(
    rows.map((row) =>
      accountText({
        budgetId: row.budget_id,
        period: row.period.toISOString(),
        subject: row.subject,
      }),
    ),
  );
}

async function book(tx: Queryable, bookings: readonly Booking[]): Promise<void> {
  if (bookings.length === 0) return;
  const sums = new Map<string, { booking: Booking; microUsd: number }>();
  for (const booking of bookings) {
    const text = accountText(booking);
    const sum = sums.get(text) ?? { booking, microUsd: 0 };
    sum.microUsd += booking.microUsd;
    sums.set(text, sum);
  }
  const rows = [...sums.values()].map(({ booking, microUsd }) => ({
    ...accountRow(booking),
    micro_usd: microUsd,
  }));
  await tx.query(
    `insert into budget_accounts as a (budget_id, period, subject, spent_micro_usd)
     select budget_id, period, subject, micro_usd
     from jsonb_to_recordset($1::text::jsonb) as r(budget_id uuid, period timestamptz, subject text, micro_usd bigint)
     order by budget_id, period, subject
     on conflict (budget_id, period, subject) do update set
       spent_micro_usd = a.spent_micro_usd + excluded.spent_micro_usd`,
    [jsonText(rows)],
  );
  await bookDays(tx, bookings);
  await settleLevels(
    tx,
    [...sums.values()].map(({ booking }) => booking),
  );
}

const DAY_MS = 86_400_000;

async function bookDays(tx: Queryable, bookings: readonly Booking[]): Promise<void> {
  const days = new Map<string, { budget_id: string; day: string; micro_usd: number }>();
  for (const { rule, atMs, microUsd } of bookings) {
    if (rule.match === '*' && rule.scope !== 'project') continue;
    const day = new Date(Math.floor(atMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
    const text = `${rule.id}\0${day}`;
    const before = days.get(text)?.micro_usd ?? 0;
    days.set(text, { budget_id: rule.id, day, micro_usd: before + microUsd });
  }
  if (days.size === 0) return;
  await tx.query(
    `insert into budget_days as d (budget_id, day, micro_usd)
     select budget_id, day, micro_usd
     from jsonb_to_recordset($1::text::jsonb) as r(budget_id uuid, day date, micro_usd bigint)
     order by budget_id, day
     on conflict (budget_id, day) do update set micro_usd = d.micro_usd + excluded.micro_usd`,
    [jsonText([...days.values()])],
  );
}
