import type { JobDefinition } from '../../store/jobs.ts';
import { type DigestDeps, tellDigests } from './digest.ts';

/** Digests at 08:00 UTC, those of a week on Mondays; once, however many programs run. */
export function digestJobs(deps: DigestDeps): JobDefinition[] {
  return [
    {
      name: 'digest-daily',
      cron: '0 8 * * *',
      work: (): Promise<void> => tellDigests(deps, 'daily'),
    },
    {
      name: 'digest-weekly',
      cron: '0 8 * * 1',
      work: (): Promise<void> => tellDigests(deps, 'weekly'),
    },
  ];
}
