import type { RouteBreaker } from '../contract/routing.ts';
import type { ErrorType } from '../interactions/record.ts';
import { Breaker, type Pass, type Verdict } from './breaker.ts';
import type { TryResult } from './router.ts';

/** However long a provider asks to be left alone, it is asked again after this. */
const MAX_REST_MS = 600_000;

const FAILURES: ReadonlySet<ErrorType> = new Set([
  'upstream_error',
  'connection_failed',
  'timeout_connect',
  'timeout_first_byte',
  'timeout_idle',
  'timeout_total',
  'upstream_truncated',
]);

/**
 * What the end of a try says of its target's health. A wrong request was answered, so its target is alive; a
 * rate limit or a refused credential is no sickness, and a caller who left tells nothing.
 */
export function verdictOf({ errorType, httpStatus }: TryResult): Verdict {
  if (errorType !== null && FAILURES.has(errorType)) return 'failure';
  const answered = errorType === 'invalid_request' && httpStatus !== null;
  return errorType === null || answered ? 'success' : 'neutral';
}

/** Whether the try never left, because the request cannot be written in the target's dialect. */
export function wasNotSent({ errorType, httpStatus }: TryResult): boolean {
  return errorType === 'invalid_request' && httpStatus === null;
}

/** What one process has learnt of one target from its own calls. Times are monotonic milliseconds. */
export class TargetHealth {
  readonly breaker: Breaker;
  readonly maxConcurrent: number | null;
  #inFlight = 0;
  #restsUntilMs = 0;
  #lastError: ErrorType | null = null;

  constructor(policy: { breaker: RouteBreaker; maxConcurrent: number | null }) {
    this.breaker = new Breaker(policy.breaker);
    this.maxConcurrent = policy.maxConcurrent;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get lastError(): ErrorType | null {
    return this.#lastError;
  }

  /** Until when the provider asked to be left alone. */
  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  get full(): boolean {
    return this.maxConcurrent !== null && this.#inFlight >= this.maxConcurrent;
  }

  allows(nowMs: number): boolean {
    return !this.full && this.breaker.allows(nowMs);
  }

  /** Takes a place; null when the target is full or left alone. */
  enter(nowMs: number): Pass | null {
    const pass = this.full ? null : this.breaker.enter(nowMs);
    if (pass !== null) this.#inFlight += 1;
    return pass;
  }

  /** Learns from a question that was no call. It takes no place; an answer lets calls try again at once. */
  probed(answered: boolean, nowMs: number): void {
    if (answered) {
      this.breaker.probeEarly(nowMs);
      return;
    }
    const pass = this.breaker.enter(nowMs);
    if (pass === null) return;
    this.breaker.leave(pass, 'failure', nowMs);
    // Who looks at an open circuit without calls has to see why.
    this.#lastError = 'connection_failed';
  }

  /** Frees the place and learns from how the try ended. */
  leave(pass: Pass, result: TryResult, nowMs: number): void {
    this.#inFlight -= 1;
    this.breaker.leave(pass, verdictOf(result), nowMs);
    if (result.errorType !== null) this.#lastError = result.errorType;
    if (result.errorType === null) this.#restsUntilMs = 0;
    if (result.retryAfterMs !== null && result.errorType !== null) {
      const until = nowMs + Math.min(MAX_REST_MS, result.retryAfterMs);
      this.#restsUntilMs = Math.max(this.#restsUntilMs, until);
    }
  }
}
