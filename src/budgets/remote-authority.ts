import type { BudgetAuthority, LeaseQuestion, LeaseReply } from './authority.ts';
import type { LeaseRelease } from './leases.ts';

const LEASE = 'budgets.lease';
const GIVE_BACK = 'budgets.giveBack';
const BEAT = 'budgets.beat';

/** The authority in another process, for gateway workers that have no database. `call` rejects when it cannot be reached. */
export function remoteAuthority(
  call: (name: string, payload: unknown) => Promise<unknown>,
): BudgetAuthority {
  return {
    // The other side is `serveAuthority`, which answers in these types.
    lease: (question) => call(LEASE, question) as Promise<LeaseReply | null>,
    giveBack: async (releases): Promise<void> => void (await call(GIVE_BACK, releases)),
    beat: async (holders): Promise<void> => void (await call(BEAT, holders)),
  };
}

/** Handlers that answer `remoteAuthority`, by the names of its calls. */
export function serveAuthority(authority: BudgetAuthority): {
  readonly [LEASE]: (question: LeaseQuestion) => Promise<LeaseReply | null>;
  readonly [GIVE_BACK]: (releases: readonly LeaseRelease[]) => Promise<void>;
  readonly [BEAT]: (holders: readonly string[]) => Promise<void>;
} {
  return {
    [LEASE]: (question) => authority.lease(question),
    [GIVE_BACK]: (releases) => authority.giveBack(releases),
    [BEAT]: (holders) => authority.beat(holders),
  };
}
