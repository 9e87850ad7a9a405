import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { isDatabaseUnavailable, isRetryable } from '../store/database-error.ts';
import type { Jobs } from '../store/jobs.ts';
import { type RepriceDeps, runRepricing } from './reprice.ts';

const JOB = 'reprice';
const OPEN_JOB = 'reprice-open';

/** Re-pricing of one program. */
export interface RepricingJobs {
  /** Begins a re-pricing that is noted, or goes on with it. */
  send(id: string): Promise<void>;
}

/** Defines the job that prices past calls anew, and one that finds what nobody began; before `jobs.start()`. */
export function defineRepricingJobs(
  jobs: Jobs,
  deps: RepriceDeps & { readonly log: Log },
): RepricingJobs {
  const send = async (id: string): Promise<void> => {
    await jobs.send(JOB, { id }, { singletonKey: id });
  };
  jobs.define({
    name: JOB,
    timeoutSeconds: 3600,
    work: async (signal, data) => {
      const { id } = data as { readonly id?: unknown };
      if (typeof id !== 'string') return;
      try {
        await runRepricing(deps, id, signal);
      } catch (error) {
        if (signal.aborted || isRetryable(error) || isDatabaseUnavailable(error)) throw error;
        deps.log.error({ err: asError(error), repricing: id }, 're-pricing failed');
        await fail(deps, id, asError(error));
      }
    },
  });
  jobs.define({
    name: OPEN_JOB,
    cron: '* * * * *',
    work: async () => {
      const rows = await deps.database.query<{ id: string }>(
        "select id from repricings where status in ('queued', 'running') order by id limit 100",
      );
      for (const { id } of rows) await send(id);
    },
  });
  return { send };
}

async function fail({ database, clock }: RepriceDeps, id: string, error: Error): Promise<void> {
  await database.query(
    `update repricings set status = 'failed', finished_at = $2, error = $3
     where id = $1 and status in ('queued', 'running')`,
    [id, new Date(clock.now()), error.message.slice(0, 1000)],
  );
}
