import type { JobDefinition } from '../store/jobs.ts';
import type { ExperimentDeps } from './experiment-store.ts';
import { lookAtAll, type Rests } from './watch.ts';

/** The job that looks at running experiments every minute, tells what it finds, and follows their stop policies. */
export function experimentJobs(deps: ExperimentDeps): JobDefinition[] {
  const rests: Rests = new Map();
  return [
    {
      name: 'experiments-look',
      cron: '* * * * *',
      retries: 1,
      timeoutSeconds: 600,
      work: (signal): Promise<void> => lookAtAll(deps, rests, signal),
    },
  ];
}
