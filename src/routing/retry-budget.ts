import { SlidingCounts } from './sliding-counts.ts';

/** Retries that a provider gets, as a share of its calls, so that retries never make an outage worse. */
export interface RetryBudgetPolicy {
  readonly windowMs: number;
  readonly share: number;
  /** Retries in a window that are always there, for times with few calls. */
  readonly floor: number;
}

export const RETRY_BUDGET: RetryBudgetPolicy = { windowMs: 60_000, share: 0.2, floor: 60 };

/**
 * The retries of one provider in one process. Among the calls of the window there are never more retries
 * than `max(floor, share × calls)`. After Beyer et al., Site Reliability Engineering (2016), chapter 21.
 */
export class RetryBudget {
  readonly #policy: RetryBudgetPolicy;
  readonly #window: SlidingCounts;

  constructor(policy: RetryBudgetPolicy = RETRY_BUDGET) {
    this.#policy = policy;
    this.#window = new SlidingCounts(policy.windowMs);
  }

  /** A call came to this provider for the first time. */
  called(nowMs: number): void {
    this.#window.add(nowMs, false);
  }

  /** Whether a retry is to be had; does not take it. */
  has(nowMs: number): boolean {
    const { all, marked } = this.#window.totals(nowMs);
    const { floor, share } = this.#policy;
    return marked + 1 <= Math.max(floor, share * all);
  }

  /** Takes a retry; false when there is none. */
  take(nowMs: number): boolean {
    if (!this.has(nowMs)) return false;
    this.#window.mark(nowMs);
    return true;
  }
}
