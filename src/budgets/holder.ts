import type { LeaseReply } from './authority.ts';
import { type AccountKey, accountText, type BudgetRule } from './budget.ts';
import type { LeaseRelease } from './leases.ts';

/** What a process holds of one account, in memory. */
export interface HeldAccount extends AccountKey {
  readonly rule: BudgetRule;
  readonly holder: Holder;
  /** Leased and not held by any call. */
  freeMicroUsd: number;
  /** Calls that wait for more, in the order they came. */
  readonly waiting: Waiter[];
  fetching: boolean;
  /** What calls took since the last look. */
  usedMicroUsd: number;
  used: boolean;
  /** What the authority last said when it had too little, and until when (monotonic) that is believed. */
  dry: { readonly reply: LeaseReply; readonly untilMs: number } | null;
}

export interface Waiter {
  readonly microUsd: number;
  resolve(outcome: HoldOutcome): void;
}

export type HoldOutcome =
  /** Not counted: the budget was deleted or switched off a moment ago. */
  | { readonly held: true; readonly counted: boolean }
  /** Null: nobody could be asked. */
  | { readonly held: false; readonly reply: LeaseReply | null };

/** Seconds of the present use that a process keeps in hand. */
const KEPT_SECONDS = 4;

/**
 * One name under which a process leases, with all it holds by that name. When it is unclear what the authority has
 * noted, the process goes on under a new name, and what this one still has ends like that of a dead process.
 */
export class Holder {
  readonly name: string;
  /** Reservations that are not settled. */
  open = 0;
  retired = false;
  /** When the authority last heard of it; both clocks, because one of them stands still while a machine sleeps. */
  seen: { readonly wallMs: number; readonly monotonicMs: number };
  readonly #accounts = new Map<string, HeldAccount>();

  constructor(name: string, seen: Holder['seen']) {
    this.name = name;
    this.seen = seen;
  }

  get accounts(): Iterable<HeldAccount> {
    return this.#accounts.values();
  }

  get isEmpty(): boolean {
    return this.#accounts.size === 0;
  }

  account(rule: BudgetRule, subject: string, period: string): HeldAccount {
    const key = { budgetId: rule.id, subject, period };
    const text = accountText(key);
    const known = this.#accounts.get(text);
    if (known !== undefined) return known;
    const fresh: HeldAccount = {
      ...key,
      rule,
      holder: this,
      freeMicroUsd: 0,
      waiting: [],
      fetching: false,
      usedMicroUsd: 0,
      used: true,
      dry: null,
    };
    this.#accounts.set(text, fresh);
    return fresh;
  }

  /** Takes out what calls are not likely to use soon; accounts without calls are forgotten. To be asked every second. */
  takeSurplus(): LeaseRelease[] {
    const surplus: LeaseRelease[] = [];
    for (const [text, account] of this.#accounts) {
      const keep = account.usedMicroUsd * KEPT_SECONDS;
      const { used, fetching, freeMicroUsd } = account;
      account.used = false;
      account.usedMicroUsd = 0;
      if (fetching) continue;
      if (used) {
        // A little too much is not worth a statement.
        if (freeMicroUsd > 2 * keep) surplus.push(...releaseOf(account, freeMicroUsd - keep));
        continue;
      }
      surplus.push(...releaseOf(account, freeMicroUsd));
      if (this.open === 0) this.#accounts.delete(text);
    }
    return surplus;
  }

  /** Takes out everything that is free. */
  takeAll(): LeaseRelease[] {
    return [...this.#accounts.values()].flatMap((account) =>
      releaseOf(account, account.freeMicroUsd),
    );
  }
}

function releaseOf(account: HeldAccount, microUsd: number): LeaseRelease[] {
  if (microUsd <= 0) return [];
  account.freeMicroUsd -= microUsd;
  const { budgetId, subject, period, holder } = account;
  return [{ budgetId, subject, period, holder: holder.name, microUsd }];
}
