import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { idTimeMs, isUuid } from '../core/ids.ts';
import type { Origin } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';

/** What a score takes over from its interaction. */
export interface ScoredInteraction {
  readonly id: string;
  readonly createdAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
  readonly origin: Origin;
}

/** An id made by us names its time, give or take the clocks. */
const NEAR_MS = 60_000;
/** Ids and traces of others are looked for among the interactions of this time. */
const RECENT_MS = 31 * 86_400_000;
/** A caller may be faster than the way from spool to database. */
const LOAD_WAIT_MS = 2_000;
const LOOK_EVERY_MS = 100;

/**
 * The interaction of a project by its id or, for callers with ids of their own, by its trace id. One that was
 * made a moment ago is waited for. Throws `not_found`.
 */
export async function findInteraction(
  deps: { readonly database: Queryable; readonly clock: Clock },
  projectId: string,
  link: string,
): Promise<ScoredInteraction> {
  const until = deps.clock.monotonic() + (isRecent(link, deps.clock.now()) ? LOAD_WAIT_MS : 0);
  for (;;) {
    const found = await lookUp(deps, projectId, link);
    if (found !== null) return found;
    if (deps.clock.monotonic() >= until) break;
    await delay(LOOK_EVERY_MS);
  }
  throw new AppError('not_found', 'There is no interaction with this id.');
}

function isRecent(link: string, nowMs: number): boolean {
  return namesItsTime(link) && Math.abs(nowMs - idTimeMs(link)) < NEAR_MS;
}

function namesItsTime(link: string): boolean {
  return isUuid(link) && /^.{14}[78]/.test(link);
}

const COLUMNS = 'id, created_at as "createdAt", model, user_id as "userId", origin';

async function lookUp(
  { database, clock }: { readonly database: Queryable; readonly clock: Clock },
  projectId: string,
  link: string,
): Promise<ScoredInteraction | null> {
  const nowMs = clock.now();
  const named = namesItsTime(link) ? idTimeMs(link) : null;
  const from = new Date(named === null ? nowMs - RECENT_MS : named - NEAR_MS);
  const to = new Date(named === null ? nowMs + NEAR_MS : named + NEAR_MS);
  const byId = isUuid(link)
    ? await database.query<ScoredInteraction>(
        `select ${COLUMNS} from interactions
         where created_at between $1 and $2 and id = $3 and project_id = $4 limit 1`,
        [from, to, link, projectId],
      )
    : [];
  if (byId[0] !== undefined || named !== null) return byId[0] ?? null;
  const [byTrace] = await database.query<ScoredInteraction>(
    `select ${COLUMNS} from interactions
     where project_id = $1 and created_at between $2 and $3 and trace_id = $4
     order by created_at desc, id desc limit 1`,
    [projectId, from, to, link],
  );
  return byTrace ?? null;
}
