import { AppError } from '../core/errors.ts';
import type { NextTry, RoutePlan, TryResult } from '../routing/router.ts';
import { Attempt, type FailedTry, limitsOf } from './attempt.ts';
import type { Answered, Exchange, Underway } from './exchange.ts';
import type { KnownRequest } from './known-request.ts';
import { CALLER_LEFT, failureOf, type Outcome } from './outcome.ts';
import { type PreparedRequest, prepareRequest } from './prepare-request.ts';
import type { Send } from './send.ts';

export interface TriesParts {
  readonly exchange: Exchange;
  readonly request: KnownRequest;
  readonly plan: RoutePlan;
  readonly send: Send;
}

/**
 * The tries of one call: the plan says where to go first and after each failure, until an answer has
 * begun, nothing is left, or the time is over. While a try waits for its moment it stands in for it.
 */
export class Tries implements Underway {
  readonly #parts: TriesParts;
  #waiting: { readonly next: NextTry; readonly timer: NodeJS.Timeout } | null = null;
  #lastAnswered: Answered | null = null;

  constructor(parts: TriesParts) {
    this.#parts = parts;
  }

  /** Throws `no_target_available` when the plan has no first target. */
  start(): void {
    const first = this.#parts.plan.next(null);
    if (first === null) {
      throw new AppError('no_target_available', 'No target can take this call now; try again.');
    }
    this.#go(first);
  }

  stop({ errorType }: Outcome): Answered | null {
    this.#cancelWait({ ...NOT_TRIED, errorType });
    return this.#lastAnswered;
  }

  drain(): boolean {
    return false;
  }

  pause(): void {
    // Nothing comes in between tries.
  }

  resume(): void {
    // As with pause.
  }

  #go(next: NextTry): void {
    const { exchange } = this.#parts;
    if (exchange.settled) {
      next.done({ ...NOT_TRIED, errorType: CALLER_LEFT.errorType });
    } else if (next.delayMs <= 0) {
      this.#try(next);
    } else {
      exchange.goesOnWith(this);
      exchange.times.waits();
      const timer = setTimeout(() => {
        this.#waiting = null;
        exchange.times.received();
        this.#try(next);
      }, next.delayMs);
      this.#waiting = { next, timer };
    }
  }

  #cancelWait(result: TryResult): void {
    if (this.#waiting === null) return;
    clearTimeout(this.#waiting.timer);
    this.#waiting.next.done(result);
    this.#waiting = null;
  }

  #try(next: NextTry): void {
    const { exchange, request, plan, send } = this.#parts;
    const { provider, model } = next.target;
    exchange.facts.provider = provider.name;
    exchange.facts.servedModel = model;
    const prepared = this.#prepared(next);
    if (prepared === null) return;
    const attempt = new Attempt({
      exchange,
      next,
      request: prepared,
      onDisconnect: plan.onDisconnect,
      limits: limitsOf(next.target.timeouts, exchange.tools.limits, this.#remainingMs()),
      failed: (_attempt, end): void => this.#failed(end),
    });
    exchange.goesOnWith(attempt);
    send(next.target, prepared, { sink: attempt, known: request });
  }

  /** Null when the request cannot be written for this target: the next one is tried, or the caller told. */
  #prepared(next: NextTry): PreparedRequest | null {
    const { exchange, request, plan } = this.#parts;
    try {
      return prepareRequest(request, next.target);
    } catch (thrown) {
      const failure = failureOf(exchange.tools.log, thrown);
      const result = { ...NOT_TRIED, errorType: failure.errorType };
      next.done(result);
      const following = plan.next(result);
      if (following === null) exchange.refuse(failure);
      else this.#go(following);
      return null;
    }
  }

  #failed({ outcome, result, answered, deliver }: FailedTry): void {
    const { exchange, request, plan } = this.#parts;
    this.#lastAnswered = answered;
    if (exchange.callerGone) {
      exchange.settle({ outcome: CALLER_LEFT, answered }, () => undefined);
      return;
    }
    const next = request.repeatable ? this.#inTime(plan.next(result)) : null;
    if (next === null) {
      exchange.goesOnWith(null);
      exchange.settle({ outcome, answered }, deliver);
    } else {
      this.#go(next);
    }
  }

  /** The total time of the call holds across its tries: what would begin behind it is not begun. */
  #inTime(next: NextTry | null): NextTry | null {
    if (next === null || next.delayMs < this.#remainingMs()) return next;
    next.done({ ...NOT_TRIED, errorType: 'timeout_total' });
    return null;
  }

  #remainingMs(): number {
    const { exchange } = this.#parts;
    const { firstDispatchAt } = exchange.times;
    const { clock, limits } = exchange.tools;
    if (firstDispatchAt === null) return limits.totalMs;
    return Math.max(0, limits.totalMs - (clock.monotonic() - firstDispatchAt));
  }
}

/** The result of a try that never left. */
const NOT_TRIED: TryResult = {
  errorType: null,
  httpStatus: null,
  retryAfterMs: null,
  durationMs: 0,
  firstByteMs: null,
};
