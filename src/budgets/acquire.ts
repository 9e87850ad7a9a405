import type { Clock } from '../core/clock.ts';
import type { BudgetAuthority, LeaseReply } from './authority.ts';
import type { HeldAccount, HoldOutcome, Waiter } from './holder.ts';

/** A refusal is believed this long, so that a spent budget does not cost a question a call. */
const DRY_MS = 250;

export interface AcquireDeps {
  readonly authority: BudgetAuthority;
  readonly clock: Clock;
  /** The authority could not be reached: what it noted is unknown. */
  onUnclear(account: HeldAccount, error: unknown): void;
}

/** Takes an amount of an account out of what is held already; false when that is too little or others wait. */
export function holdNow(account: HeldAccount, microUsd: number): boolean {
  account.used = true;
  if (account.waiting.length > 0 || account.freeMicroUsd < microUsd) return false;
  account.freeMicroUsd -= microUsd;
  account.usedMicroUsd += microUsd;
  return true;
}

/** Takes an amount of an account, asking the authority for more where needed. Never rejects. */
export function hold(
  deps: AcquireDeps,
  account: HeldAccount,
  microUsd: number,
): Promise<HoldOutcome> {
  if (holdNow(account, microUsd)) return Promise.resolve({ held: true, counted: true });
  return new Promise((resolve) => {
    account.waiting.push({ microUsd, resolve });
    if (!account.fetching) void serve(deps, account);
  });
}

/** Serves the waiting in turn; one question to the authority at a time, for all of them. */
async function serve(deps: AcquireDeps, account: HeldAccount): Promise<void> {
  account.fetching = true;
  for (;;) {
    serveFromFree(account);
    refuseByDry(deps, account);
    const [first] = account.waiting;
    if (first === undefined) break;
    const wanted = account.waiting.reduce((sum, { microUsd }) => sum + microUsd, 0);
    const { budgetId, subject, period, holder } = account;
    try {
      const reply = await deps.authority.lease({
        budgetId,
        subject,
        period,
        holder: holder.name,
        atLeastMicroUsd: Math.max(1, first.microUsd - account.freeMicroUsd),
        wantedMicroUsd: Math.max(1, wanted - account.freeMicroUsd),
      });
      take(deps, account, reply);
    } catch (error) {
      deps.onUnclear(account, error);
      for (const waiter of account.waiting.splice(0)) waiter.resolve({ held: false, reply: null });
    }
  }
  account.fetching = false;
}

function take(deps: AcquireDeps, account: HeldAccount, reply: LeaseReply | null): void {
  if (reply === null) {
    // Deleted or switched off a moment ago: it refuses nothing any more.
    for (const waiter of account.waiting.splice(0)) waiter.resolve({ held: true, counted: false });
    return;
  }
  account.freeMicroUsd += reply.grantedMicroUsd;
  account.dry =
    reply.grantedMicroUsd > 0 ? null : { reply, untilMs: deps.clock.monotonic() + DRY_MS };
}

function serveFromFree(account: HeldAccount): void {
  for (;;) {
    const [first] = account.waiting;
    if (first === undefined || first.microUsd > account.freeMicroUsd) return;
    account.waiting.shift();
    account.freeMicroUsd -= first.microUsd;
    account.usedMicroUsd += first.microUsd;
    first.resolve({ held: true, counted: true });
  }
}

/** Refuses those that the account has too little for, as long as its last word is fresh. */
function refuseByDry({ clock }: AcquireDeps, account: HeldAccount): void {
  const { dry } = account;
  if (dry === null || clock.monotonic() >= dry.untilMs) return;
  const most = dry.reply.freeMicroUsd + account.freeMicroUsd;
  const served: Waiter[] = [];
  for (const waiter of account.waiting.splice(0)) {
    if (waiter.microUsd > most) waiter.resolve({ held: false, reply: dry.reply });
    else served.push(waiter);
  }
  account.waiting.push(...served);
}
