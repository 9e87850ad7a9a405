import type { AlertMessage } from '../../channels/message.ts';
import type { Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { type AlertRow, toAlert } from './alert-row.ts';

/** Alerts of one group that are told together to one channel. */
export interface AlertTelling {
  readonly kind: AlertMessage['kind'];
  readonly occasion: AlertMessage['occasion'];
  readonly groupKey: string;
  readonly channelId: string;
  readonly alerts: readonly AlertRow[];
  readonly dedupeKey: string;
}

/** Writes the message and which alerts it tells about. */
export async function enqueueAlerts(
  tx: Queryable,
  deps: AlertingDeps,
  { kind, occasion, groupKey, channelId, alerts, dedupeKey }: AlertTelling,
): Promise<void> {
  const [first] = alerts;
  if (first === undefined) return;
  const nowMs = deps.clock.now();
  const message: AlertMessage = {
    kind,
    groupKey,
    occasion,
    alerts: alerts.map((row) => ({ ...toAlert(row, nowMs), state: kind })),
  };
  const [messageId] = await enqueue(tx, deps, {
    projectId: first.project_id,
    channelIds: [channelId],
    sequenceKey: groupKey,
    dedupeKey,
    alertId: alerts.length === 1 ? first.id : null,
    message,
  });
  if (messageId === undefined) return;
  for (const { id, episode } of alerts) {
    await tx.query(
      'insert into alert_messages (alert_id, message_id, episode) values ($1, $2, $3)',
      [id, messageId, episode],
    );
  }
}
