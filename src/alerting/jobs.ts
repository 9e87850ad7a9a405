import type { JobDefinition } from '../store/jobs.ts';
import { type ExpireDeps, removeOld } from './outbox/expire.ts';

/** The job that removes messages and alerts that are old enough to be forgotten. */
export function alertingJobs(deps: ExpireDeps): JobDefinition[] {
  return [{ name: 'alerting-remove-old', cron: '41 * * * *', work: () => removeOld(deps) }];
}
