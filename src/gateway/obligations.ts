import type { Bill, Reservation } from '../budgets/reserve.ts';
import type { CachedAnswer, CacheLookUp } from '../cache/answer-cache.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { BudgetCharge } from '../interactions/record.ts';
import type { Admission } from '../limits/gate.ts';
import { totalTokens } from './seen-usage.ts';

export type Admitted = Extract<Admission, { admitted: true }>;
export type Granted = Extract<Reservation, { granted: true }>;
export type CacheMiss = Extract<CacheLookUp, { kind: 'miss' }>;

/** How a call ended, for those who hold something for it. */
export interface Reckoning {
  readonly bill: Bill;
  /** The complete answer as the caller got it, where it may be given to others; null otherwise. */
  readonly answer: CachedAnswer | null;
}

/**
 * What a call holds of others: a place within limits, part of a budget, the promise to answer those who
 * wait for the same question. Each is given back exactly once, also what comes when the call is over.
 */
export class Obligations {
  readonly #log: Log;
  #admission: Admitted | null = null;
  #reservation: Granted | null = null;
  #miss: CacheMiss | null = null;
  #reckoning: Reckoning | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anybody wants to know the usage of this call. */
  get wantUsage(): boolean {
    const isCounted = this.#admission !== null && this.#admission.countsTokens !== false;
    return isCounted || this.#reservation !== null;
  }

  /** Whether the answer is awaited by the cache. */
  get wantAnswer(): boolean {
    return this.#miss !== null;
  }

  /** Headers for the reply that follow from what is held: names and values in turn. */
  get headers(): readonly string[] {
    const limits = this.#admission?.headers ?? NO_HEADERS;
    const notice = this.#reservation?.notice ?? null;
    return notice === null ? limits : [...limits, 'x-lqo-budget', notice];
  }

  admitted(admission: Admitted): void {
    if (this.#reckoning === null) this.#admission = admission;
    else this.#release(admission, this.#reckoning);
  }

  reserved(reservation: Granted): void {
    if (this.#reckoning === null) this.#reservation = reservation;
    else this.#settle(reservation, this.#reckoning);
  }

  missed(miss: CacheMiss): void {
    if (this.#reckoning === null) this.#miss = miss;
    else this.#answer(miss, null);
  }

  /** Gives everything back; what the record carries of budgets. Only the first call counts. */
  close(reckoning: Reckoning): readonly BudgetCharge[] {
    if (this.#reckoning !== null) return [];
    this.#reckoning = reckoning;
    if (this.#miss !== null) this.#answer(this.#miss, reckoning.answer);
    if (this.#admission !== null) this.#release(this.#admission, reckoning);
    return this.#reservation === null ? [] : this.#settle(this.#reservation, reckoning);
  }

  #answer(miss: CacheMiss, answer: CachedAnswer | null): void {
    this.#guarded(() => (answer === null ? miss.abandon() : miss.store(answer)));
  }

  #release(admission: Admitted, { bill }: Reckoning): void {
    this.#guarded(() => admission.release(bill.free ? 0 : totalTokens(bill.usage)));
  }

  #settle(reservation: Granted, { bill }: Reckoning): readonly BudgetCharge[] {
    return this.#guarded(() => reservation.settle(bill)) ?? [];
  }

  /** A failing book-keeper must not take the caller's answer along. */
  #guarded<Result>(run: () => Result): Result | null {
    try {
      return run();
    } catch (error) {
      this.#log.error({ err: asError(error) }, 'an obligation of a call failed to close');
      return null;
    }
  }
}

const NO_HEADERS: readonly string[] = [];
