import type { Clock } from '../core/clock.ts';

/** The times of one call, and how much of them was ours. Monotonic milliseconds unless `…Ms` says a span. */
export class CallTimes {
  readonly #clock: Clock;
  readonly #arrivedAt: number;
  #callerMs = 0;
  /** Our own time up to the last moment that began a wait for somebody else. */
  #ownMs = 0;
  /** Since when our own time runs again. */
  #since: number;
  #firstDispatchAt: number | null = null;
  #firstTokenAt: number | null = null;

  constructor(clock: Clock, arrivedAt: number) {
    this.#clock = clock;
    this.#arrivedAt = arrivedAt;
    this.#since = arrivedAt;
  }

  /** When the first try left for a provider; null when none did. */
  get firstDispatchAt(): number | null {
    return this.#firstDispatchAt;
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
    this.#callerMs += ms;
  }

  /** A wait for somebody else begins: the request left, or a try waits for its moment. Answers when. */
  waits(): number {
    const now = this.#clock.monotonic();
    this.#ownMs += Math.max(0, now - this.#since);
    this.#since = now;
    return now;
  }

  /** A try left for its provider. Answers when. */
  dispatched(): number {
    const now = this.waits();
    this.#firstDispatchAt ??= now;
    return now;
  }

  /** Bytes of the provider came in, or a wait ended: what follows is our own time. Answers when. */
  received(): number {
    this.#since = this.#clock.monotonic();
    return this.#since;
  }

  /** The bytes that came in last carry the first content. */
  sawContent(): void {
    this.#firstTokenAt ??= this.#since;
  }

  /** Our own time up to now: before requests left, and since the provider's last byte. */
  overheadMs(): number {
    const own = this.#ownMs + Math.max(0, this.#clock.monotonic() - this.#since);
    return Math.max(0, own - this.#callerMs);
  }
}
