export type LeasePriority = 'loader' | 'normal';

/** Gives one thing to one caller at a time; who loads goes before everybody else who waits. */
export interface LeaseQueue {
  /** Resolves with the function that gives the lease back (safe to call twice). */
  acquire(priority: LeasePriority): Promise<() => void>;
  /** Callers that wait at the moment. */
  waiting(): number;
  /** When the lease was last given back, in milliseconds of `performance.now()`. */
  idleSince(): number | null;
}

export function createLeaseQueue(): LeaseQueue {
  const queues: Record<LeasePriority, (() => void)[]> = { loader: [], normal: [] };
  let held = false;
  let releasedAt = performance.now();

  const pass = (): void => {
    const next = queues.loader.shift() ?? queues.normal.shift();
    if (next) {
      next();
    } else {
      held = false;
      releasedAt = performance.now();
    }
  };
  const releaseOnce = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      pass();
    };
  };

  return {
    acquire: (priority): Promise<() => void> => {
      if (!held) {
        held = true;
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve) => {
        queues[priority].push(() => resolve(releaseOnce()));
      });
    },
    waiting: () => queues.loader.length + queues.normal.length,
    idleSince: () => (held ? null : releasedAt),
  };
}
