import type { PGlite } from '@electric-sql/pglite';

/** PostgreSQL ended inside PGlite (PANIC on a full disk, a trap): this instance must not be called again. */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
}

interface MainLoop {
  _PostgresMainLoopOnce: () => unknown;
  stackRestore: (position: unknown) => unknown;
  _PostgresSendReadyForQueryIfNecessary: () => unknown;
  _pgl_pq_flush: () => unknown;
}

/** What an ordinary SQL error throws through the loop, by PGlite's own count. */
const LONGJMP = 'POSTGRES_MAIN_LONGJMP';

/**
 * PGlite's loop swallows every exception of PostgreSQL and goes round again, for ever once the
 * process inside has exited. This makes the first exit leave the loop as an `EngineStoppedError`.
 * The loop calls these functions by name, and `stackRestore` first of all after an exception.
 * Answers false when PGlite no longer has them.
 */
export function leaveLoopOnExit(pg: PGlite): boolean {
  const loop: unknown = pg.Module;
  if (!isMainLoop(loop) || !(LONGJMP in pg)) return false;
  const sqlError = pg[LONGJMP];
  let stopped: EngineStoppedError | null = null;
  const { _PostgresMainLoopOnce: once, stackRestore } = loop;
  const { _PostgresSendReadyForQueryIfNecessary: ready, _pgl_pq_flush: flush } = loop;

  loop._PostgresMainLoopOnce = (): unknown => {
    if (stopped !== null) throw stopped;
    try {
      return once();
    } catch (error) {
      if (statusOf(error) !== sqlError) stopped = stoppedBy(error);
      throw error;
    }
  };
  loop.stackRestore = (position): unknown => {
    if (stopped !== null) throw stopped;
    return stackRestore(position);
  };
  loop._PostgresSendReadyForQueryIfNecessary = (): unknown => (stopped === null ? ready() : null);
  loop._pgl_pq_flush = (): unknown => (stopped === null ? flush() : null);
  return true;
}

function isMainLoop(module: unknown): module is MainLoop {
  const found: Partial<Record<string, unknown>> = Object(module);
  return [
    '_PostgresMainLoopOnce',
    'stackRestore',
    '_PostgresSendReadyForQueryIfNecessary',
    '_pgl_pq_flush',
  ].every((name) => typeof found[name] === 'function');
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
}

function stoppedBy(error: unknown): EngineStoppedError {
  const reason = error instanceof Error ? error.message : String(statusOf(error) ?? error);
  return new EngineStoppedError(`PostgreSQL ended (${reason})`, { cause: error });
}
