import type { Database } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { oldestWaiting } from './backoff.ts';
import { closeRecovered } from './channel-health.ts';

const DAY_MS = 24 * 60 * 60_000;
const KEEP_MESSAGES_DAYS = 90;
const KEEP_ALERTS_DAYS = 400;
/** What never fired told nobody anything. */
const KEEP_UNFIRED_DAYS = 7;
const ROWS_AT_ONCE = 5_000;

export interface ExpireDeps extends AlertingDeps {
  readonly database: Database;
}

/** Gives up what has waited for two days, for example for a channel that is switched off; answers the kinds of their channels. */
export async function giveUpOld(deps: ExpireDeps): Promise<string[]> {
  const now = new Date(deps.clock.now());
  const rows = await deps.database.query<{ kind: string }>(
    `update outbox o set dead_at = $1, claim = null, claimed_until = null,
       last_error = coalesce(o.last_error, 'The channel took nothing for 48 hours.')
     from channels c
     where c.id = o.channel_id and o.delivered_at is null and o.dead_at is null and o.created_at < $2
       and (o.claimed_until is null or o.claimed_until < $1)
     returning c.kind`,
    [now, oldestWaiting(now.getTime())],
  );
  return rows.map(({ kind }) => kind);
}

/** Ends alerts about channels that nobody will hear from again. */
export async function closeRecoveredEverywhere(deps: ExpireDeps): Promise<void> {
  const projects = await deps.database.query<{ project_id: string }>(
    `select distinct project_id from alerts where source = 'program' and ended_at is null limit 1000`,
  );
  for (const { project_id: projectId } of projects) {
    await deps.database.transaction((tx) => closeRecovered(tx, deps, projectId));
  }
}

/** Removes messages after 90 days and alerts after 400, some thousands at a time; what belongs to open alerts stays. */
export async function removeOld(deps: ExpireDeps): Promise<void> {
  const before = (days: number): Date => new Date(deps.clock.now() - days * DAY_MS);
  await deps.database.query(
    `delete from outbox where id in (
       select o.id from outbox o
       where coalesce(o.delivered_at, o.dead_at) < $1 and not exists (
         select 1 from alert_messages m join alerts a on a.id = m.alert_id
         where m.message_id = o.id and a.ended_at is null)
       limit ${ROWS_AT_ONCE})`,
    [before(KEEP_MESSAGES_DAYS)],
  );
  await deps.database.query(
    `delete from alerts where id in (
       select id from alerts where ended_at < $1 or (ended_at < $2 and fired_at is null) limit ${ROWS_AT_ONCE})`,
    [before(KEEP_ALERTS_DAYS), before(KEEP_UNFIRED_DAYS)],
  );
}
