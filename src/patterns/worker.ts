import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Database } from '../store/database.ts';
import { type CountDeps, countProject, type Turn } from './count-project.ts';

export interface PatternWorkerDeps extends CountDeps {
  readonly log: Log;
}

/** Counts patterns in the background of one program. */
export interface PatternWorker {
  /** There may be something to do. Cheap. */
  nudge(): void;
  /** Stops after the hour in hand. */
  stop(): Promise<void>;
}

/** A claim holds so long without a sign; one hour of a busy project must fit. */
const LEASE_SECONDS = 300;
/** A project is looked at as rarely as keeps the work at a twentieth of the time. */
const REST_FACTOR = 19;
const MIN_REST_MS = 3_000;
const ALL_EVERY_SECONDS = 120;

/** Looks for projects with changed hours whenever it is nudged; one run at a time. */
export function createPatternWorker(deps: PatternWorkerDeps): PatternWorker {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    try {
      await countPatterns(deps, stopping.signal);
    } catch (thrown) {
      deps.log.warn({ err: asError(thrown) }, 'prompts are not grouped at the moment');
    }
  };
  return {
    nudge(): void {
      if (stopping.signal.aborted || running !== null) return;
      running = run().finally(() => {
        running = null;
      });
    },
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}

/**
 * Counts the changed hours of every project that is due, until none is or `signal` is aborted. Any number of programs
 * may do so: each project is one program's at a time. Throws when the database is away.
 */
export async function countPatterns(deps: PatternWorkerDeps, signal: AbortSignal): Promise<void> {
  const { database, clock } = deps;
  while (!signal.aborted) {
    const turn = await claim(database);
    if (turn === null) return;
    const startedAt = clock.monotonic();
    const { hours, isDone } = await countProject(deps, turn, signal);
    const tookMs = clock.monotonic() - startedAt;
    await endTurn(database, turn, {
      isDone,
      restMs: isDone ? Math.max(MIN_REST_MS, hours === 0 ? 0 : REST_FACTOR * tookMs) : 0,
    });
  }
}

interface Claimed extends Turn {
  readonly seen: string;
}

/** A project of which more or something else was recorded than at its last turn, or that was not looked through. */
async function claim(database: Database): Promise<Claimed | null> {
  const [row] = await database.query<Claimed>(
    `with due as (
       select a.project_id, concat_ws(':', a.interactions, a.scores, a.updated_at) as seen,
         t.all_looked_at is null
           or t.all_looked_at < now() - make_interval(secs => ${ALL_EVERY_SECONDS}) as looks_at_all
       from activity a join projects p on p.id = a.project_id
         left join pattern_turns t on t.project_id = a.project_id
       where (t.project_id is null or (t.next_look_at <= now()
           and (t.claimed_until is null or t.claimed_until < now())
           and (t.seen <> concat_ws(':', a.interactions, a.scores, a.updated_at)
             or (t.seen_all <> concat_ws(':', a.interactions, a.scores, a.updated_at)
               and t.all_looked_at < now() - make_interval(secs => ${ALL_EVERY_SECONDS})))))
       order by t.next_look_at nulls first, a.project_id limit 1
     )
     insert into pattern_turns as t (project_id, claimed_until, next_look_at, seen)
     select project_id, date_trunc('milliseconds', now() + make_interval(secs => ${LEASE_SECONDS})), now(), ''
     from due
     on conflict (project_id) do update set claimed_until = excluded.claimed_until
       where t.claimed_until is null or t.claimed_until < now()
     returning t.project_id as "projectId", t.claimed_until as "claimedUntil",
       (select seen from due) as seen, (select looks_at_all from due) as "looksAtAll"`,
  );
  return row ?? null;
}

async function endTurn(
  database: Database,
  { projectId, claimedUntil, seen, looksAtAll }: Claimed,
  { isDone, restMs }: { isDone: boolean; restMs: number },
): Promise<void> {
  await database.query(
    `update pattern_turns set claimed_until = null, next_look_at = now() + make_interval(secs => $3),
       seen = case when $4 then $5 else '' end,
       seen_all = case when $4 and $6 then $5 else seen_all end,
       all_looked_at = case when $4 and $6 then now() else all_looked_at end
     where project_id = $1 and claimed_until = $2`,
    [projectId, claimedUntil, restMs / 1000, isDone, seen, looksAtAll],
  );
}
