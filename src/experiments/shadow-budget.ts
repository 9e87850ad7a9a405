import type { Clock } from '../core/clock.ts';
import type { ActiveExperiment } from './arm-directory.ts';
import type { Design } from './design.ts';

/** Shadow calls that began in this time may not be booked yet. */
const UNBOOKED_SECONDS = 30;
/** Before any cost is known nobody can say what a call takes from the budget: one at a time. */
const BLIND_CALLS = 1;
/** So many calls may turn out to have no price before the shadow ends. */
const UNPRICED_CALLS = 20;

export type ShadowState = 'open' | 'spent' | 'unpriced';

/**
 * Whether a shadow may go on, by what is booked. Without a price nobody can say when a budget is spent, so calls that
 * nobody can price end it.
 */
export function shadowState(
  budgetMicroUsd: number,
  booked: { calls: number; unpricedCalls: number; microUsd: number } | undefined,
): ShadowState {
  if (booked === undefined) return 'open';
  if (booked.microUsd >= budgetMicroUsd) return 'spent';
  const priced = booked.calls - booked.unpricedCalls;
  return priced === 0 && booked.unpricedCalls >= UNPRICED_CALLS ? 'unpriced' : 'open';
}

/**
 * Keeps shadows within their budgets: what is booked, and for calls of the last half minute, which may not be booked yet,
 * the mean cost so far. Counts a little too much rather than too little; each process knows only its own calls under way,
 * so with several of them a budget may be passed by what the others have under way.
 */
export class ShadowBudgets {
  readonly #clock: Clock;
  readonly #begun = new Map<string, { second: number; counts: number[] }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one call from the budget; false when there is no room. */
  take(experiment: ActiveExperiment, arm: Design['arms'][number]): boolean {
    const budget = arm.budgetMicroUsd ?? 0;
    const booked = experiment.spend.find((spend) => spend.arm === arm.name);
    if (shadowState(budget, booked) !== 'open') return false;
    const window = this.#windowOf(`${experiment.id} ${arm.name}`);
    const unbooked = window.counts.reduce((sum, count) => sum + count, 0);
    const priced = booked === undefined ? 0 : booked.calls - booked.unpricedCalls;
    if (booked === undefined || priced === 0) {
      if (unbooked >= BLIND_CALLS) return false;
    } else {
      const mean = booked.microUsd / priced;
      if (booked.microUsd + mean * (unbooked + 1) > budget) return false;
    }
    const place = window.second % UNBOOKED_SECONDS;
    window.counts[place] = (window.counts[place] ?? 0) + 1;
    return true;
  }

  #windowOf(key: string): { second: number; counts: number[] } {
    const now = Math.floor(this.#clock.monotonic() / 1000);
    const window = this.#begun.get(key) ?? { second: now, counts: emptyCounts() };
    const passed = Math.min(UNBOOKED_SECONDS, now - window.second);
    for (let step = 1; step <= passed; step++) {
      window.counts[(window.second + step) % UNBOOKED_SECONDS] = 0;
    }
    window.second = now;
    this.#begun.set(key, window);
    return window;
  }
}

function emptyCounts(): number[] {
  return Array.from({ length: UNBOOKED_SECONDS }, () => 0);
}
