import type { CachedAnswer } from './answer-cache.ts';

/** How waiting for a call under way ended. */
export type Landing =
  | { readonly kind: 'answer'; readonly answer: CachedAnswer }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'late' }
  | { readonly kind: 'left' };

/** A call under way whose answer others wait for. */
export interface Flight {
  readonly startedAt: number;
  /** Never rejects; null when there will be no answer. */
  readonly landed: Promise<CachedAnswer | null>;
  land(answer: CachedAnswer | null): void;
}

/** Calls under way by question. One that takes too long is waited for no more, and the next one takes its place. */
export class Flights {
  readonly #maxWaitMs: number;
  readonly #flights = new Map<string, Flight>();

  constructor(maxWaitMs: number) {
    this.#maxWaitMs = maxWaitMs;
  }

  /** The call to wait for; null when there is none, or it is late already. */
  find(key: string, nowMs: number): Flight | null {
    const flight = this.#flights.get(key);
    return flight !== undefined && nowMs - flight.startedAt < this.#maxWaitMs ? flight : null;
  }

  /** Begins a call that others may wait for. */
  begin(key: string, nowMs: number): Flight {
    const { promise, resolve } = Promise.withResolvers<CachedAnswer | null>();
    const flight: Flight = {
      startedAt: nowMs,
      landed: promise,
      land: (answer) => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        resolve(answer);
      },
    };
    this.#flights.set(key, flight);
    return flight;
  }

  /** Waits for the end of a call, at most until it is late, and no longer than the caller stays. */
  async wait(flight: Flight, nowMs: number, signal: AbortSignal): Promise<Landing> {
    if (signal.aborted) return { kind: 'left' };
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const leave = (): void => resolve({ kind: 'left' });
    signal.addEventListener('abort', leave, { once: true });
    const leftMs = Math.max(0, flight.startedAt + this.#maxWaitMs - nowMs);
    const timer = setTimeout(() => resolve({ kind: 'late' }), leftMs);
    const landed = flight.landed.then(
      (answer): Landing => (answer === null ? { kind: 'abandoned' } : { kind: 'answer', answer }),
    );
    try {
      return await Promise.race([promise, landed]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }
}
