import type { z } from 'zod';
import type { Alert, AlertDetail, AlertEvent, AlertQuery } from '../../contract/alerts.ts';
import { AppError } from '../../core/errors.ts';
import { cutPage, fromCursor } from '../../core/keyset.ts';
import type { Queryable } from '../../store/database.ts';
import { deliveriesOfAlert } from '../outbox/list-deliveries.ts';
import { ALERT_COLUMNS, type AlertRow, toAlert } from './alert-row.ts';

const MAX_EVENTS = 500;

interface AlertList {
  items: Alert[];
  nextCursor: string | null;
  estimate: null;
}

/**
 * Alerts of a project, newest first. `from` and `to` ask for those that were open in between. What was pending and never
 * fired is shown only while it is open.
 */
export async function listAlerts(
  db: Queryable,
  projectId: string,
  { query, nowMs }: { readonly query: z.infer<typeof AlertQuery>; readonly nowMs: number },
): Promise<AlertList> {
  const place = fromCursor(query.cursor);
  const rows = await db.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts
     where project_id = $1 and (fired_at is not null or ended_at is null)
       and ($2::text is null or state = $2 or ($2 = 'open' and ended_at is null))
       and ($3::text is null or severity = $3) and ($4::uuid is null or monitor_id = $4)
       and ($5::text is null or name ilike $5 or subject ilike $5 or note ilike $5)
       and ($6::timestamptz is null or ended_at is null or ended_at >= $6)
       and ($7::timestamptz is null or started_at < $7)
       and ($8::timestamptz is null or (started_at, id) < ($8, $9::uuid))
     order by started_at desc, id desc limit $10`,
    [
      projectId,
      query.state ?? null,
      query.severity ?? null,
      query.monitor ?? null,
      query.search === undefined ? null : `%${query.search.replaceAll(/[\\%_]/g, '\\$&')}%`,
      query.from ?? null,
      query.to ?? null,
      place?.at ?? null,
      place?.id ?? null,
      query.limit + 1,
    ],
  );
  const page = cutPage(rows, query.limit, ({ started_at: at, id }) => ({ at, id }));
  return { ...page, items: page.items.map((row) => toAlert(row, nowMs)), estimate: null };
}

/** The row of an alert. Throws `not_found`, also for one of another project. */
export async function findAlert(
  db: Queryable,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): Promise<AlertRow> {
  const [row] = await db.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts where project_id = $1 and id = $2`,
    [projectId, id],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such alert.');
  return row;
}

/** One alert with its last 500 steps, oldest first, and its last messages. Throws `not_found`. */
export async function readAlert(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
  nowMs: number,
): Promise<z.infer<typeof AlertDetail>> {
  const row = await findAlert(db, of);
  const events = await db.query<Omit<AlertEvent, 'at'> & { at: Date }>(
    `select id, at, kind, actor, details from (
       select * from alert_events where alert_id = $1 order by id desc limit ${MAX_EVENTS}) newest
     order by id`,
    [row.id],
  );
  return {
    ...toAlert(row, nowMs),
    events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
    deliveries: await deliveriesOfAlert(db, row.id),
  };
}
