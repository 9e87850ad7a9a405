import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import type { AccountKey } from './budget.ts';

/** Part of a lease that its holder no longer has: given back, or booked. */
export interface LeaseRelease extends AccountKey {
  readonly holder: string;
  readonly microUsd: number;
}

const LEASE = 'budget_id uuid, period timestamptz, subject text, holder text, micro_usd bigint';
const SAME_ACCOUNT = 'a.budget_id = r.budget_id and a.period = r.period and a.subject = r.subject';

/** Locks accounts that exist, in one order for everybody. */
export async function lockAccounts(tx: Queryable, keys: readonly AccountKey[]): Promise<void> {
  await tx.query(
    `select 1 from budget_accounts a
     join jsonb_to_recordset($1::text::jsonb) as r(budget_id uuid, period timestamptz, subject text)
       on ${SAME_ACCOUNT}
     order by a.budget_id, a.period, a.subject for update of a`,
    [jsonText(keys.map(accountRow))],
  );
}

/**
 * Takes amounts off leases and off what their accounts have lent, never more than the lease still holds: a lease
 * that ended with its process took its amount along. The caller holds the locks of the accounts.
 */
export async function releaseLeases(
  tx: Queryable,
  releases: readonly LeaseRelease[],
): Promise<void> {
  const rows = sumUp(releases);
  if (rows.length === 0) return;
  // Read before, because RETURNING tells only what is left.
  await tx.query(
    `with asked as (
       select l.budget_id, l.period, l.subject, l.holder, least(l.micro_usd, r.micro_usd) as micro_usd
       from budget_leases l join jsonb_to_recordset($1::text::jsonb) as r(${LEASE})
         on l.budget_id = r.budget_id and l.period = r.period and l.subject = r.subject and l.holder = r.holder
     ), taken as (
       update budget_leases l set micro_usd = l.micro_usd - asked.micro_usd from asked
       where l.budget_id = asked.budget_id and l.period = asked.period and l.subject = asked.subject
         and l.holder = asked.holder
       returning l.budget_id, l.period, l.subject, asked.micro_usd as freed
     )
     update budget_accounts a set leased_micro_usd = a.leased_micro_usd - r.freed
     from (select budget_id, period, subject, sum(freed)::bigint as freed from taken group by 1, 2, 3) r
     where ${SAME_ACCOUNT}`,
    [jsonText(rows)],
  );
}

function sumUp(releases: readonly LeaseRelease[]): object[] {
  const sums = new Map<string, LeaseRelease>();
  for (const release of releases) {
    if (release.microUsd <= 0) continue;
    const text = `${release.budgetId}\0${release.period}\0${release.holder}\0${release.subject}`;
    const before = sums.get(text)?.microUsd ?? 0;
    sums.set(text, { ...release, microUsd: before + release.microUsd });
  }
  return [...sums.values()].map((release) => ({
    ...accountRow(release),
    holder: release.holder,
    micro_usd: release.microUsd,
  }));
}

/** An account's key in the names of the table. */
export function accountRow({ budgetId, period, subject }: AccountKey): {
  budget_id: string;
  period: string;
  subject: string;
} {
  return { budget_id: budgetId, period, subject };
}
