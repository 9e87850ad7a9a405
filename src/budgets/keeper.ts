import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { BudgetCharge } from '../interactions/record.ts';
import { createPricer, type Pricer } from '../pricing/price.ts';
import type { SnapshotHolder } from '../store/keep-fresh.ts';
import { type AcquireDeps, hold, holdNow } from './acquire.ts';
import type { BudgetAuthority } from './authority.ts';
import { type AccountLevel, accountText, type BudgetRule, subjectOf } from './budget.ts';
import { type SpendEstimate, SpendEstimator } from './estimate.ts';
import { type HeldAccount, Holder } from './holder.ts';
import { noticeOf } from './notices.ts';
import { periodStart } from './periods.ts';
import { exceeded, unpriced, unreachable } from './refusal.ts';
import type { Bill, BudgetKeeper, Reservation, SpendQuestion } from './reserve.ts';
import { type BudgetSnapshot, pricesOf } from './snapshot.ts';

export interface KeeperDeps {
  readonly authority: BudgetAuthority;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes names of lease holders; never the same twice, in any process. */
  newHolder(): string;
  /** Counts refusals. */
  onRefused?(budgetName: string): void;
}

/** The keeper of one process. Refuses nothing before its first snapshot. */
export interface ProcessBudgetKeeper extends BudgetKeeper, SnapshotHolder<BudgetSnapshot> {
  /** What the clockwork does every second: gives back what is not needed, and tells that this process lives. */
  tick(): Promise<void>;
  /** Stops the clockwork and gives back what is left. */
  close(): Promise<void>;
}

const TICK_MS = 1_000;
const BEAT_EVERY_MS = 10_000;
/** Without a sign taken note of for so long the authority may soon hold this process for dead: it must stop spending. */
const SILENT_MS = 75_000;

/** Keeps budgets in memory on leases from the authority. */
export function createBudgetKeeper(deps: KeeperDeps): ProcessBudgetKeeper {
  return new LeasingKeeper(deps);
}

interface Applying {
  readonly rule: BudgetRule;
  readonly subject: string;
  readonly period: string;
}

/** What a call holds, by the account that it holds it of. */
interface Held {
  readonly estimateMicroUsd: number;
  readonly accounts: readonly HeldAccount[];
}

class LeasingKeeper implements ProcessBudgetKeeper {
  readonly #deps: KeeperDeps;
  readonly #acquire: AcquireDeps;
  readonly #estimator = new SpendEstimator();
  readonly #timer: NodeJS.Timeout;
  #byProject: ReadonlyMap<string, readonly BudgetRule[]> = new Map();
  #levels: ReadonlyMap<string, AccountLevel> = new Map();
  #price: Pricer = () => null;
  #version: number | null = null;
  #holder: Holder;
  /** Former names with calls under way; kept alive until those are over. */
  #retired: Holder[] = [];
  #ticking: Promise<void> = Promise.resolve();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#acquire = {
      authority: deps.authority,
      clock: deps.clock,
      onUnclear: (account, error): void => {
        deps.log.warn({ err: asError(error) }, 'budgets: no lease, the authority is away');
        this.#retire(account.holder);
      },
    };
    this.#holder = this.#freshHolder();
    this.#timer = setInterval(() => {
      this.#ticking = this.#ticking.then(() => this.tick());
    }, TICK_MS).unref();
  }

  get version(): number | null {
    return this.#version;
  }

  replace(snapshot: BudgetSnapshot): void {
    this.#byProject = Map.groupBy(snapshot.budgets, ({ projectId }) => projectId);
    this.#levels = new Map(snapshot.levels.map((level) => [accountText(level), level]));
    this.#price = createPricer({ prices: pricesOf(snapshot) });
    this.#version = snapshot.version;
  }

  applies(projectId: string): boolean {
    return this.#byProject.has(projectId);
  }

  reserve(question: SpendQuestion): Reservation | Promise<Reservation> {
    const nowMs = this.#deps.clock.now();
    const applying = this.#applying(question, nowMs);
    const notice = noticeOf(
      applying.map((one) => ({ rule: one.rule, reached: this.#levels.get(textOf(one)) })),
    );
    const blocking = applying.filter(({ rule }) => rule.onExceeded === 'block');
    if (blocking.length === 0) return this.#granted(notice, { estimateMicroUsd: 0, accounts: [] });
    const estimate = this.#estimator.estimate(question, this.#price, nowMs);
    const refused = this.#refuseUnpriced(blocking, { estimate, nowMs });
    if (refused !== null) return refused;
    const holder = this.#liveHolder();
    const accounts = blocking.map(({ rule, subject, period }) =>
      holder.account(rule, subject, period),
    );
    const wish: Held = { estimateMicroUsd: estimate.microUsd, accounts };
    holder.open += 1;
    const short = firstShort(wish);
    if (short === accounts.length) return this.#granted(notice, wish);
    for (const account of accounts.slice(0, short)) account.freeMicroUsd += wish.estimateMicroUsd;
    return this.#fetch(wish, notice, holder);
  }

  /** Tells the authority that this process lives, and gives back what it does not need. Every second. */
  async tick(): Promise<void> {
    const { authority, clock, log } = this.#deps;
    this.#retired = this.#retired.filter(({ open }) => open > 0);
    const live = [this.#holder, ...this.#retired];
    const holder = this.#holder;
    try {
      const surplus = holder.takeSurplus();
      if (surplus.length > 0) await authority.giveBack(surplus);
      const monotonicMs = clock.monotonic();
      if (monotonicMs - holder.seen.monotonicMs < BEAT_EVERY_MS) return;
      const seen = { wallMs: clock.now(), monotonicMs };
      if (!live.every(({ isEmpty, open }) => isEmpty && open === 0)) {
        await authority.beat(live.map(({ name }) => name));
      }
      for (const one of live) one.seen = seen;
    } catch (error) {
      log.warn({ err: asError(error) }, 'budgets: the authority is away');
      // What was to be given back may have been taken note of, or not.
      this.#retire(holder);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
    const rest = [this.#holder, ...this.#retired].flatMap((holder) => holder.takeAll());
    if (rest.length === 0) return;
    try {
      await this.#deps.authority.giveBack(rest);
    } catch (error) {
      this.#deps.log.warn({ err: asError(error) }, 'budgets: leases end by themselves');
    }
  }

  #applying(question: SpendQuestion, nowMs: number): Applying[] {
    const rules = this.#byProject.get(question.projectId) ?? [];
    return rules.flatMap((rule) => {
      const subject = subjectOf(rule, question);
      if (subject === null) return [];
      return { rule, subject, period: periodStart(rule.period, nowMs).toISOString() };
    });
  }

  #refuseUnpriced(
    blocking: readonly Applying[],
    { estimate, nowMs }: { estimate: SpendEstimate; nowMs: number },
  ): Reservation | null {
    if (estimate.unpriced === null) return null;
    const strict = blocking.find(({ rule }) => rule.unpriced === 'block');
    if (strict === undefined) return null;
    this.#deps.onRefused?.(strict.rule.name);
    return unpriced({ ...strict, nowMs }, estimate.unpriced);
  }

  async #fetch(wish: Held, notice: string | null, holder: Holder): Promise<Reservation> {
    const held: HeldAccount[] = [];
    for (const account of wish.accounts) {
      const outcome = await hold(this.#acquire, account, wish.estimateMicroUsd);
      if (outcome.held) {
        if (outcome.counted) held.push(account);
        continue;
      }
      for (const one of held) one.freeMicroUsd += wish.estimateMicroUsd;
      holder.open -= 1;
      this.#deps.onRefused?.(account.rule.name);
      const by = { ...account, nowMs: this.#deps.clock.now() };
      return outcome.reply === null
        ? unreachable(by)
        : exceeded(by, { ...wish, reply: outcome.reply });
    }
    if (held.length === 0) holder.open -= 1;
    return this.#granted(notice, { ...wish, accounts: held });
  }

  #granted(notice: string | null, held: Held): Reservation {
    let settled = false;
    return {
      granted: true,
      notice,
      settle: (bill): readonly BudgetCharge[] => {
        if (bill.usage?.output != null) {
          this.#estimator.learn(bill.provider, bill.model, bill.usage.output);
        }
        if (settled || held.accounts.length === 0) return [];
        settled = true;
        return this.#settle(held, bill);
      },
    };
  }

  /** The estimate goes back to what is held, but for what the call cost: that waits in the lease to be booked. */
  #settle({ accounts, estimateMicroUsd }: Held, bill: Bill): BudgetCharge[] {
    const [first] = accounts;
    if (first !== undefined) first.holder.open -= 1;
    return accounts.flatMap((account) => {
      const owed = bill.free ? 0 : this.#costOf(account.rule.projectId, bill);
      // What a call cost beyond its estimate is not leased: it is only booked as spent.
      const microUsd = Math.min(owed ?? estimateMicroUsd, estimateMicroUsd);
      if (!account.holder.retired) account.freeMicroUsd += estimateMicroUsd - microUsd;
      const { budgetId, subject, period, holder } = account;
      return microUsd > 0 ? [{ budgetId, subject, period, holder: holder.name, microUsd }] : [];
    });
  }

  #costOf(projectId: string, { usage, provider, model }: Bill): number | null {
    if (usage === null) return null;
    const at = new Date(this.#deps.clock.now());
    return this.#price({ projectId, provider, model, usage, at })?.costMicroUsd ?? null;
  }

  /** The present holder, or a new one where the authority may have given this one up. */
  #liveHolder(): Holder {
    const { clock } = this.#deps;
    const { seen, isEmpty } = this.#holder;
    const silentMs = Math.max(clock.now() - seen.wallMs, clock.monotonic() - seen.monotonicMs);
    if (silentMs > SILENT_MS) {
      if (isEmpty) this.#holder.seen = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
      else this.#retire(this.#holder);
    }
    return this.#holder;
  }

  #retire(holder: Holder): void {
    holder.retired = true;
    holder.takeAll();
    if (holder !== this.#holder) return;
    if (holder.open > 0) this.#retired.push(holder);
    this.#holder = this.#freshHolder();
  }

  #freshHolder(): Holder {
    const { clock, newHolder } = this.#deps;
    return new Holder(newHolder(), { wallMs: clock.now(), monotonicMs: clock.monotonic() });
  }
}

/** Holds what can be held without asking; answers the place of the first account that has too little. */
function firstShort({ accounts, estimateMicroUsd }: Held): number {
  const short = accounts.findIndex((account) => !holdNow(account, estimateMicroUsd));
  return short === -1 ? accounts.length : short;
}

function textOf({ rule, subject, period }: Applying): string {
  return accountText({ budgetId: rule.id, subject, period });
}
