import { asError } from '../core/errors.ts';
import { type BackfillWorkDeps, runBackfills } from './backfill-step.ts';

/** Works on backfills in the background of one program. */
export interface BackfillWorker {
  /** There may be something to do. Cheap. */
  nudge(): void;
  /** Stops after the piece in hand, which another program or the next start goes on from. */
  stop(): Promise<void>;
}

/** Looks for backfills whenever it is nudged; one run at a time. */
export function createBackfillWorker(deps: BackfillWorkDeps): BackfillWorker {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let again = false;
  const run = async (): Promise<void> => {
    try {
      await runBackfills(deps, stopping.signal);
    } catch (thrown) {
      // The next nudge tries again.
      deps.log.warn({ err: asError(thrown) }, 'backfills wait: the database is away');
    }
  };
  const nudge = (): void => {
    if (stopping.signal.aborted) return;
    if (running !== null) {
      again = true;
      return;
    }
    again = false;
    running = run().finally(() => {
      running = null;
      if (again) nudge();
    });
  };
  return {
    nudge,
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
