import type { Clock } from '../core/clock.ts';
import type { Database } from '../store/database.ts';
import type { JobDefinition } from '../store/jobs.ts';
import { endDeadHolders, HOLDER_DEAD_MS } from './authority.ts';

const DAY_MS = 86_400_000;
/** Accounts of older periods are looked at by nobody. */
const KEPT_DAYS = 400;

/** Ends leases of processes that died while nobody else asked for one, and drops accounts of long ago. */
export function budgetJobs({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): JobDefinition[] {
  return [
    {
      name: 'budgets-end-dead-leases',
      cron: '* * * * *',
      work: (): Promise<void> => endDeadHolders(database, new Date(clock.now() - HOLDER_DEAD_MS)),
    },
    {
      name: 'budgets-drop-old-accounts',
      cron: '41 3 * * *',
      work: async (): Promise<void> => {
        const before = new Date(clock.now() - KEPT_DAYS * DAY_MS);
        await database.query(
          `delete from budget_accounts a using budgets b
           where b.id = a.budget_id and b.period <> 'total' and a.period < $1`,
          [before],
        );
        await database.query('delete from budget_days where day < $1::date', [
          before.toISOString().slice(0, 10),
        ]);
      },
    },
  ];
}
