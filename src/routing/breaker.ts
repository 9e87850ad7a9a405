import type { BreakerState, RouteBreaker } from '../contract/routing.ts';
import { SlidingCounts } from './sliding-counts.ts';

/** What a try says of its target; `neutral`: nothing (the caller left, the request was wrong). */
export type Verdict = 'success' | 'failure' | 'neutral';

/** A call that the breaker let through; to be given back with its verdict, once. */
export interface Pass {
  readonly probe: boolean;
  readonly generation: number;
}

const MAX_DOUBLINGS = 3;

/**
 * A circuit breaker for one target. Closed: all calls pass; it opens when failures within the window reach
 * the rate, or after a row of them. Open: none pass. Half open, once its time is over: a few probes pass, and
 * their success closes it; one failure opens it again, for twice as long.
 * After Nygard, Release It! (2018), "Circuit Breaker". Times in milliseconds that never step backwards.
 */
export class Breaker {
  readonly #policy: RouteBreaker;
  readonly #window: SlidingCounts;
  #state: BreakerState = 'closed';
  #generation = 0;
  #consecutive = 0;
  #openUntilMs = 0;
  #reopened = 0;
  #probesUnderWay = 0;
  #probesPassed = 0;

  constructor(policy: RouteBreaker) {
    this.#policy = policy;
    this.#window = new SlidingCounts(policy.windowSeconds * 1000);
  }

  state(nowMs: number): BreakerState {
    if (this.#state === 'open' && nowMs >= this.#openUntilMs) this.#enter('half_open');
    return this.#state;
  }

  get openUntilMs(): number {
    return this.#openUntilMs;
  }

  get consecutiveFailures(): number {
    return this.#consecutive;
  }

  counts(nowMs: number): { readonly all: number; readonly marked: number } {
    return this.#window.totals(nowMs);
  }

  /** Ends the time of being open: somebody saw the target answer. */
  probeEarly(nowMs: number): void {
    if (this.state(nowMs) === 'open') this.#enter('half_open');
  }

  /** Whether a call may pass now. */
  allows(nowMs: number): boolean {
    if (!this.#policy.enabled) return true;
    const state = this.state(nowMs);
    if (state !== 'half_open') return state === 'closed';
    // Those that passed count too, so that no more than the asked-for number goes before a decision.
    return this.#probesUnderWay + this.#probesPassed < this.#policy.halfOpenProbes;
  }

  /** Lets a call through; null when none may pass. */
  enter(nowMs: number): Pass | null {
    if (!this.allows(nowMs)) return null;
    const probe = this.#state === 'half_open';
    if (probe) this.#probesUnderWay += 1;
    return { probe, generation: this.#generation };
  }

  /** Takes in how a call that passed ended. */
  leave(pass: Pass, verdict: Verdict, nowMs: number): void {
    const current = pass.generation === this.#generation;
    if (pass.probe && current) this.#probesUnderWay -= 1;
    if (verdict === 'neutral' || !this.#policy.enabled) return;
    this.#window.add(nowMs, verdict === 'failure');
    this.#consecutive = verdict === 'failure' ? this.#consecutive + 1 : 0;
    // Calls that began before the last change of state say nothing about the time after it.
    if (!current) return;
    if (pass.probe) this.#judgeProbe(verdict, nowMs);
    else if (verdict === 'failure' && this.#tooManyFailures(nowMs)) this.#open(nowMs);
  }

  #judgeProbe(verdict: Verdict, nowMs: number): void {
    if (verdict === 'failure') {
      this.#reopened = Math.min(MAX_DOUBLINGS, this.#reopened + 1);
      this.#open(nowMs);
      return;
    }
    this.#probesPassed += 1;
    if (this.#probesPassed < this.#policy.halfOpenProbes) return;
    this.#enter('closed');
    this.#reopened = 0;
    this.#consecutive = 0;
    this.#window.clear();
  }

  #tooManyFailures(nowMs: number): boolean {
    const { consecutiveFailures, minCalls, errorRate } = this.#policy;
    if (consecutiveFailures !== null && this.#consecutive >= consecutiveFailures) return true;
    const { all, marked } = this.#window.totals(nowMs);
    return all >= minCalls && marked >= errorRate * all;
  }

  #open(nowMs: number): void {
    this.#openUntilMs = nowMs + this.#policy.openSeconds * 1000 * 2 ** this.#reopened;
    this.#enter('open');
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#generation += 1;
    this.#probesUnderWay = 0;
    this.#probesPassed = 0;
  }
}
