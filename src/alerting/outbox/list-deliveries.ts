import type { z } from 'zod';
import type { Delivery, DeliveryQuery } from '../../contract/alerts.ts';
import { AppError } from '../../core/errors.ts';
import { cutPageById } from '../../core/keyset.ts';
import type { Queryable } from '../../store/database.ts';
import type { ManageDeps, Person } from '../manage-deps.ts';

const MAX_OF_ALERT = 200;

type DeliveryOut = z.infer<typeof Delivery>;

interface DeliveryRow {
  readonly id: string;
  readonly channel_id: string;
  readonly channel: string;
  readonly alert_id: string | null;
  readonly kind: string;
  readonly attempts: number;
  readonly created_at: Date;
  readonly next_attempt_at: Date;
  readonly delivered_at: Date | null;
  readonly dead_at: Date | null;
  readonly last_error: string | null;
}

const SELECT = `select o.id, o.channel_id, c.name as channel, o.alert_id, o.kind, o.attempts, o.created_at, o.next_attempt_at,
    o.delivered_at, o.dead_at, o.last_error
  from outbox o join channels c on c.id = o.channel_id`;

function toDelivery(row: DeliveryRow): DeliveryOut {
  const waits = row.delivered_at === null && row.dead_at === null;
  const ended = row.dead_at === null ? 'delivered' : 'dead';
  return {
    id: row.id,
    channelId: row.channel_id,
    channel: row.channel,
    alertId: row.alert_id,
    kind: row.kind,
    state: waits ? 'waiting' : ended,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    nextAttemptAt: waits ? row.next_attempt_at.toISOString() : null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    lastError: row.last_error,
  };
}

/** Messages of a project, newest first. */
export async function listDeliveries(
  db: Queryable,
  projectId: string,
  query: z.infer<typeof DeliveryQuery>,
): Promise<{ items: DeliveryOut[]; nextCursor: string | null; estimate: null }> {
  const rows = await db.query<DeliveryRow>(
    `${SELECT}
     where o.project_id = $1 and ($2::uuid is null or o.id < $2) and ($3::uuid is null or o.channel_id = $3)
       and ($4::text is null
         or ($4 = 'waiting' and o.delivered_at is null and o.dead_at is null)
         or ($4 = 'delivered' and o.delivered_at is not null)
         or ($4 = 'dead' and o.dead_at is not null))
     order by o.id desc limit $5`,
    [projectId, query.cursor ?? null, query.channel ?? null, query.state ?? null, query.limit + 1],
  );
  return cutPageById(rows.map(toDelivery), query.limit);
}

/** The last messages that told about an alert, newest first. */
export async function deliveriesOfAlert(db: Queryable, alertId: string): Promise<DeliveryOut[]> {
  const rows = await db.query<DeliveryRow>(
    `${SELECT} join alert_messages m on m.message_id = o.id
     where m.alert_id = $1 order by o.id desc limit ${MAX_OF_ALERT}`,
    [alertId],
  );
  return rows.map(toDelivery);
}

/**
 * Puts a message that was given up back into the queue, as if it had not been tried; one that is older than two days gets
 * one more try. Throws `not_found`, and `conflict` for a message that was not given up.
 */
export async function retryDelivery(
  deps: ManageDeps,
  by: Person,
  id: string,
): Promise<DeliveryOut> {
  return await deps.database.transaction(async (tx) => {
    const [row] = await tx.query<DeliveryRow>(
      `${SELECT} where o.project_id = $1 and o.id = $2 for update of o`,
      [by.projectId, id],
    );
    if (row === undefined) throw new AppError('not_found', 'There is no such delivery.');
    if (row.dead_at === null) {
      throw new AppError('conflict', 'Only a delivery that was given up can be tried again.');
    }
    const at = new Date(deps.clock.now());
    await tx.query(
      'update outbox set dead_at = null, attempts = 0, next_attempt_at = $2 where id = $1',
      [id, at],
    );
    await deps.recordDeed(tx, {
      ...by,
      action: 'delivery.retried',
      target: id,
      details: { channel: row.channel, kind: row.kind },
    });
    return toDelivery({ ...row, dead_at: null, attempts: 0, next_attempt_at: at });
  });
}
