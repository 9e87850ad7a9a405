import type { Clock } from '../core/clock.ts';
import type { ErrorType } from '../interactions/record.ts';

/** How long each part of a call may take, in milliseconds. */
export interface Limits {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

type Phase = 'connect' | 'first_byte' | 'idle';
export type Timeout = Extract<
  ErrorType,
  'timeout_connect' | 'timeout_first_byte' | 'timeout_idle' | 'timeout_total'
>;

/**
 * The time-outs of one call on one timer: it is armed for the nearest deadline and, when it fires,
 * looks whether that deadline has moved meanwhile. So a chunk costs one assignment, not a new timer.
 */
export class Deadlines {
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #onTimeout: (timeout: Timeout) => void;
  readonly #startedAt: number;
  #phase: Phase = 'connect';
  #since: number;
  #paused = false;
  #timer: NodeJS.Timeout | null = null;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(limits: Limits, clock: Clock, onTimeout: (timeout: Timeout) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onTimeout = onTimeout;
    this.#startedAt = clock.monotonic();
    this.#since = this.#startedAt;
    this.#arm();
  }

  connected(): void {
    this.#enter('first_byte', this.#clock.monotonic());
  }

  /** Called for every chunk, with the monotonic time it came at. */
  received(at: number): void {
    if (this.#phase === 'idle') this.#since = at;
    else this.#enter('idle', at);
  }

  /** While the caller does not read, the provider cannot send: its idle time stands still. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#since = this.#clock.monotonic();
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#armedFor = Number.NEGATIVE_INFINITY;
  }

  #enter(phase: Phase, at: number): void {
    this.#phase = phase;
    this.#since = at;
    this.#arm();
  }

  #phaseEnd(): number {
    if (this.#paused) return Number.POSITIVE_INFINITY;
    if (this.#phase === 'connect') return this.#since + this.#limits.connectMs;
    const limit = this.#phase === 'idle' ? this.#limits.idleMs : this.#limits.firstByteMs;
    return this.#since + limit;
  }

  #arm(): void {
    const at = Math.min(this.#phaseEnd(), this.#startedAt + this.#limits.totalMs);
    if (at >= this.#armedFor) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#armedFor = at;
    this.#timer = setTimeout(() => this.#check(), Math.max(1, at - this.#clock.monotonic()));
  }

  #check(): void {
    this.#timer = null;
    this.#armedFor = Number.POSITIVE_INFINITY;
    // Timers may fire a millisecond early.
    const now = this.#clock.monotonic() + 1;
    if (now >= this.#startedAt + this.#limits.totalMs) this.#onTimeout('timeout_total');
    else if (now >= this.#phaseEnd()) this.#onTimeout(`timeout_${this.#phase}`);
    else this.#arm();
  }
}
