import type { Clock } from '../core/clock.ts';

/** The times of one call, and how much of them was ours. Monotonic milliseconds unless `…Ms` says a span. */
export class CallTimes {
  readonly #clock: Clock;
  readonly #arrivedAt: number;
  #waitedMs = 0;
  #ownBeforeMs = 0;
  #lastByteAt: number;
  #dispatchedAt: number | null = null;
  #dispatchedAtMs = 0;
  #firstTokenAt: number | null = null;

  constructor(clock: Clock, arrivedAt: number) {
    this.#clock = clock;
    this.#arrivedAt = arrivedAt;
    this.#lastByteAt = arrivedAt;
  }

  get dispatchedAt(): number | null {
    return this.#dispatchedAt;
  }

  /** When the request left for the provider, on the wall clock. */
  get dispatchedAtMs(): number {
    return this.#dispatchedAtMs;
  }

  /** From the call's arrival to the first content byte; null where there was none yet. */
  get firstTokenMs(): number | null {
    return this.#firstTokenAt === null ? null : this.#firstTokenAt - this.#arrivedAt;
  }

  /** From the call's arrival to now. */
  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#arrivedAt;
  }

  /** Time spent waiting for the caller's body is not ours. */
  waitedForCaller(ms: number): void {
    this.#waitedMs += ms;
  }

  dispatched(): void {
    this.#dispatchedAt = this.#clock.monotonic();
    this.#dispatchedAtMs = this.#clock.now();
    this.#lastByteAt = this.#dispatchedAt;
    this.#ownBeforeMs = this.#dispatchedAt - this.#arrivedAt - this.#waitedMs;
  }

  /** Bytes of the provider came in; answers when. */
  received(): number {
    this.#lastByteAt = this.#clock.monotonic();
    return this.#lastByteAt;
  }

  /** Waiting for the provider ended without its doing: the wait up to now was not ours. */
  gaveUp(): void {
    if (this.#dispatchedAt !== null) this.#lastByteAt = this.#clock.monotonic();
  }

  /** The bytes that came in last carry the first content. */
  sawContent(): void {
    this.#firstTokenAt ??= this.#lastByteAt;
  }

  /** Our own time up to now: before the request left, and since the provider's last byte. */
  overheadMs(): number {
    const now = this.#clock.monotonic();
    if (this.#dispatchedAt === null) return Math.max(0, now - this.#arrivedAt - this.#waitedMs);
    return Math.max(0, this.#ownBeforeMs) + Math.max(0, now - this.#lastByteAt);
  }
}
