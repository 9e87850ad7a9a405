import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';

const MINUTE_MS = 60_000;

/** Lets so many calls of a project begin in a minute, evenly; each project for itself. */
export class Pace {
  readonly #clock: Clock;
  readonly #nextAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for the project's next place; ends at once with an error when the signal aborts. */
  async wait(projectId: string, perMinute: number, signal: AbortSignal | undefined): Promise<void> {
    const now = this.#clock.monotonic();
    // A short burst is let through; what is saved up is at most a second's worth.
    const at = Math.max(now - 1_000, this.#nextAt.get(projectId) ?? 0);
    this.#nextAt.set(projectId, at + MINUTE_MS / perMinute);
    if (at > now) await delay(at - now, undefined, signal === undefined ? {} : { signal });
  }
}
