import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** With the time of a look itself, a change elsewhere counts within a second. */
const DEFAULT_REFRESH_MS = 750;

/** Something in memory that holds a snapshot of what the database knows. */
export interface SnapshotHolder<Snapshot> {
  /** The version of the snapshot in use; null before the first. */
  readonly version: number | null;
  replace(snapshot: Snapshot): void;
}

export interface Refresh {
  /** Reads the snapshot anew if the database holds another version. Rejects when the database is away. */
  refresh(): Promise<void>;
  /** Stops looking; waits for a look under way. */
  close(): Promise<void>;
}

/**
 * Keeps a snapshot fresh: one small query every `refreshMs`, and the rows only after a change. A database
 * that is away is logged once and asked again; until then the last snapshot holds. Starts looking at once
 * after `refreshMs`; await `refresh()` first to begin with what is there.
 */
export function keepFresh<Snapshot>(deps: {
  readonly holder: SnapshotHolder<Snapshot>;
  readVersion(): Promise<number>;
  /** Must read the version before the rows: a change in between is then seen at the next look, not missed. */
  read(): Promise<Snapshot>;
  readonly log: Log;
  /** For the log: `limits`. */
  readonly name: string;
  readonly refreshMs?: number | undefined;
}): Refresh {
  const { holder, log, name, refreshMs = DEFAULT_REFRESH_MS } = deps;
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let refreshed: Promise<void> = Promise.resolve();

  const readAnew = async (): Promise<void> => {
    if ((await deps.readVersion()) === holder.version) return;
    holder.replace(await deps.read());
  };
  // One after the other: an older snapshot must never replace a newer one.
  const refresh = (): Promise<void> => {
    refreshed = refreshed.catch(() => undefined).then(readAnew);
    return refreshed;
  };
  const tick = async (): Promise<void> => {
    try {
      await refresh();
      failing = false;
    } catch (thrown) {
      if (!failing) log.warn({ err: asError(thrown) }, `${name}: keeps what it has, database away`);
      failing = true;
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = tick();
    }, refreshMs).unref();
  };
  schedule();
  return {
    refresh,
    async close(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
