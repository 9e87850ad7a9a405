import type { PGlite } from '@electric-sql/pglite';
import { CONNECTION_FAILURE, DatabaseError } from './database-error.ts';
import { EngineStoppedError } from './pglite-stop.ts';

export interface ConnectionOptions {
  /** Opens the database again after it stopped; without it a stopped database stays so. */
  readonly reopen?: () => Promise<PGlite>;
  readonly onStopped?: (error: Error) => void;
  readonly onRecovered?: () => void;
  readonly retryMs?: number;
}

const RETRY_MS = 3_000;

/**
 * The running PGlite behind everything, and its replacement when PostgreSQL stops inside it: on a
 * full disk, for example, it ends with PANIC, and any further call into it would never return.
 * Nothing that was committed is lost by that; it starts again as after a crash.
 */
export class PgliteConnection {
  #pg: PGlite | null;
  #generation = 0;
  #closed = false;
  readonly #options: ConnectionOptions;

  constructor(pg: PGlite, options: ConnectionOptions = {}) {
    this.#pg = pg;
    this.#options = options;
  }

  /** Counts restarts: a transaction of an earlier generation is gone. */
  get generation(): number {
    return this.#generation;
  }

  /** Runs statements; throws `08006` while the database is stopped. */
  async run<T>(work: (pg: PGlite) => Promise<T>): Promise<T> {
    const pg = this.#pg;
    if (pg === null) throw stoppedError();
    try {
      return await work(pg);
    } catch (error) {
      if (!isFatal(error)) throw error;
      this.#stop(error);
      throw stoppedError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pg = this.#pg;
    this.#pg = null;
    await pg?.close();
  }

  #stop(error: Error): void {
    if (this.#pg === null) return;
    this.#pg = null;
    this.#generation += 1;
    this.#options.onStopped?.(error);
    const { reopen } = this.#options;
    if (reopen !== undefined) void this.#recover(reopen);
  }

  async #recover(reopen: () => Promise<PGlite>): Promise<void> {
    while (!this.#closed) {
      try {
        this.#pg = await reopen();
        this.#options.onRecovered?.();
        return;
      } catch (error) {
        this.#options.onStopped?.(error instanceof Error ? error : new Error(String(error)));
        await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs ?? RETRY_MS));
      }
    }
  }
}

/** PANIC and FATAL end PostgreSQL; so does a trap of the WebAssembly machine. */
function isFatal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('severity' in error && (error.severity === 'PANIC' || error.severity === 'FATAL'))
    return true;
  return error instanceof EngineStoppedError || error.name === 'RuntimeError';
}

function stoppedError(cause?: Error): DatabaseError {
  const reason = cause === undefined ? '' : `: ${cause.message}`;
  return new DatabaseError({
    code: CONNECTION_FAILURE,
    message: `the embedded database stopped and starts again${reason}`,
  });
}
