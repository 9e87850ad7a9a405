import type { Clock } from '../core/clock.ts';

/** A call that is under way. */
export interface Ongoing {
  /** Its place among the calls under way; kept by `InFlight`. */
  slot: number;
  /** Ends the call now, with an error to its caller and a record of type `shutdown`. */
  shutDown(): void;
}

/** The calls under way in this process, so that a stop can wait for them. */
export class InFlight {
  // No Set: where entries come and go, V8 chains the tables it outgrew, and those that reached the old
  // generation keep every call alive that was under way at the time, long after it ended.
  readonly #calls: Ongoing[] = [];
  #closing = false;
  #whenEmpty: (() => void) | null = null;

  /** True once draining began: new calls are refused. */
  get closing(): boolean {
    return this.#closing;
  }

  get size(): number {
    return this.#calls.length;
  }

  add(call: Ongoing): void {
    call.slot = this.#calls.length;
    this.#calls.push(call);
  }

  remove(call: Ongoing): void {
    if (this.#calls[call.slot] !== call) return;
    const last = this.#calls.pop();
    if (last !== undefined && last !== call) {
      this.#calls[call.slot] = last;
      last.slot = call.slot;
    }
    if (this.#calls.length === 0) this.#whenEmpty?.();
  }

  /**
   * Refuses new calls and resolves when none is left; those still under way after `deadlineMs` are ended
   * and recorded. May be called again while it runs.
   */
  async drain(deadlineMs: number, clock: Clock): Promise<void> {
    this.#closing = true;
    const until = clock.monotonic() + deadlineMs;
    await this.#empty(Math.max(0, until - clock.monotonic()));
    for (const call of [...this.#calls]) call.shutDown();
    // What was ended now still has its record to write.
    await this.#empty(RECORDING_MS);
  }

  #empty(withinMs: number): Promise<void> {
    if (this.#calls.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      const before = this.#whenEmpty;
      this.#whenEmpty = (): void => {
        clearTimeout(timer);
        before?.();
        this.#whenEmpty = null;
        resolve();
      };
    });
  }
}

const RECORDING_MS = 2000;
