import type { Queryable } from '../../store/database.ts';
import { ALERT_COLUMNS, type AlertRow } from '../alerts/alert-row.ts';
import { closeAlerts } from '../alerts/close-alerts.ts';
import { lockAlerts } from '../alerts/lock-alerts.ts';
import { settle } from '../alerts/settle.ts';
import type { AlertingDeps } from '../deps.ts';
import type { DueChannel } from './claim.ts';

/** The program's own alert about a channel that does not deliver. */
export const CHANNEL_FAILED = 'channel_failed';
const RENOTIFY_MINUTES = 360;

/** Raises an alert about a channel, or goes on with the open one; told through every other channel of its project. */
export async function raiseChannelFailed(
  tx: Queryable,
  deps: AlertingDeps,
  of: { readonly channel: DueChannel; readonly since: Date; readonly problem: string },
): Promise<void> {
  const { channel, since, problem } = of;
  const others = await tx.query<{ name: string }>(
    'select name from channels where project_id = $1 and enabled and id <> $2 order by name limit 100',
    [channel.projectId, channel.id],
  );
  const severity = 'critical';
  await settle(tx, deps, [
    {
      projectId: channel.projectId,
      source: 'program',
      monitorId: null,
      name: CHANNEL_FAILED,
      subject: channel.name,
      severity,
      state: 'firing',
      reason: {
        kind: 'channel_failed',
        metric: null,
        unit: null,
        current: { value: null, n: 0, low: null, high: null },
        against: null,
        details: { channel: channel.name, channelKind: channel.kind, problem },
      },
      labels: { monitor: CHANNEL_FAILED, severity, channel: channel.name },
      notify: {
        channels: others.map(({ name }) => name),
        renotifyMinutes: RENOTIFY_MINUTES,
        escalation: null,
        groupBy: [],
      },
      since,
      changedAt: null,
      runbookUrl: null,
      at: new Date(deps.clock.now()),
    },
  ]);
}

/** Ends the alerts about channels that deliver again, were switched off, renamed or removed. */
export async function closeRecovered(
  tx: Queryable,
  deps: AlertingDeps,
  projectId: string,
): Promise<void> {
  await lockAlerts(tx, [projectId]);
  const rows = await tx.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts a
     where a.project_id = $1 and a.source = 'program' and a.name = $2 and a.ended_at is null
       and not exists (
         select 1 from channels c join channel_states s on s.channel_id = c.id
         where c.project_id = a.project_id and c.name = a.subject and c.enabled and s.failing_since is not null)`,
    [projectId, CHANNEL_FAILED],
  );
  if (rows.length === 0) return;
  await closeAlerts(tx, deps, { rows, at: new Date(deps.clock.now()) });
}
