import type { Clock } from '../core/clock.ts';

/** Names kept at once; beyond, the ones that end first are forgotten. */
const MAX_NAMES = 10_000;

export interface AttemptLimit {
  /** Counts an attempt; answers 0, or the seconds to wait when there were too many (more than `max`). */
  take(name: string, max?: number): number;
  /** Forgets the attempts of a name, after one that was right. */
  forgive(name: string): void;
}

/** At most `max` attempts a window by name (an address, an e-mail). In this process only. */
export function createAttemptLimit(deps: {
  clock: Clock;
  max: number;
  windowMs: number;
}): AttemptLimit {
  const { clock, max, windowMs } = deps;
  const windows = new Map<string, { count: number; endsMs: number }>();
  return {
    take(name, most = max): number {
      const nowMs = clock.monotonic();
      const open = windows.get(name);
      if (open === undefined || open.endsMs <= nowMs) {
        windows.delete(name);
        makeRoom(windows, nowMs);
        windows.set(name, { count: 1, endsMs: nowMs + windowMs });
        return 0;
      }
      open.count += 1;
      return open.count > most ? Math.ceil((open.endsMs - nowMs) / 1000) : 0;
    },
    forgive(name): void {
      windows.delete(name);
    },
  };
}

/** Windows are in the order in which they end, because all are of one length. */
function makeRoom(windows: Map<string, { endsMs: number }>, nowMs: number): void {
  for (const [name, { endsMs }] of windows) {
    if (endsMs > nowMs && windows.size < MAX_NAMES) return;
    windows.delete(name);
  }
}
