import type { Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import type { AlertRow } from './alert-row.ts';
import { enqueueAlerts } from './enqueue-alerts.ts';
import { digest, groupKeyOf, inMessages } from './group-alerts.ts';

/**
 * Tells the end of alerts to the channels that were told of this episode of them, also while a silence keeps them: who
 * knows that something is wrong hears that it is not any more.
 */
export async function tellResolved(
  tx: Queryable,
  deps: AlertingDeps,
  closed: readonly AlertRow[],
): Promise<void> {
  const told = await tx.query<{ alert_id: string; channel_id: string }>(
    `select distinct a.id as alert_id, o.channel_id
     from alerts a
     join alert_messages m on m.alert_id = a.id and m.episode = a.episode
     join outbox o on o.id = m.message_id and o.kind = 'firing' and o.dead_at is null
     join channels c on c.id = o.channel_id and c.enabled
     where a.id = any($1::uuid[]) order by o.channel_id, a.id`,
    [closed.map(({ id }) => id)],
  );
  const rows = new Map(closed.map((row) => [row.id, row]));
  const pairs = told.flatMap(({ alert_id: alertId, channel_id: channelId }) => {
    const row = rows.get(alertId);
    return row === undefined ? [] : [{ row, channelId, groupKey: groupKeyOf(row) }];
  });
  const groups = Map.groupBy(pairs, ({ channelId, groupKey }) => `${channelId} ${groupKey}`);
  for (const members of groups.values()) {
    for (const some of inMessages(members)) {
      const [first] = some;
      if (first === undefined) continue;
      const { channelId, groupKey } = first;
      const alerts = some.map(({ row }) => row);
      const dedupeKey = `resolved:${digest(alerts.map(({ id, episode }) => [id, episode]))}`;
      await enqueueAlerts(tx, deps, {
        kind: 'resolved',
        occasion: 'first',
        groupKey,
        channelId,
        alerts,
        dedupeKey,
      });
    }
  }
}
