import type { Queryable } from '../../store/database.ts';
import type { AlertingDeps } from '../deps.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-row.ts';
import { enqueueAlerts } from './enqueue-alerts.ts';
import { digest } from './group-alerts.ts';
import { type PlannedMessage, planTellings, type Told } from './plan-tellings.ts';
import { recordEvent } from './record-event.ts';
import { readSilencing } from './silence-row.ts';

/**
 * Does what is due for a project's open alerts at this moment: silences begin and end, alerts are told, told again and
 * passed on. The alerts of the project have to be held.
 */
export async function tellDue(tx: Queryable, deps: AlertingDeps, projectId: string): Promise<void> {
  const nowMs = deps.clock.now();
  const at = new Date(nowMs);
  const alerts = await tx.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts
     where project_id = $1 and ended_at is null and state in ('firing', 'silenced')`,
    [projectId],
  );
  if (alerts.length === 0) return;
  const channels = await readChannels(tx, projectId);
  const plan = planTellings({
    nowMs,
    alerts,
    told: await readTold(tx, alerts),
    channels: new Map(channels.map(({ id, name }) => [name, id])),
    silencing: await readSilencing(tx, projectId, nowMs),
  });
  for (const { alertId, silenceId } of plan.silence) {
    await changeState(tx, { alertId, state: 'silenced', silenceId, at });
    await recordEvent(tx, deps, { alertId, at, kind: 'silenced', details: { silenceId } });
  }
  for (const alertId of plan.unsilence) {
    await changeState(tx, { alertId, state: 'firing', silenceId: null, at });
    await recordEvent(tx, deps, { alertId, at, kind: 'unsilenced' });
  }
  for (const { alertId, channels: further } of plan.escalate) {
    await tx.query('update alerts set escalated_at = $2, updated_at = $2 where id = $1', [
      alertId,
      at,
    ]);
    await recordEvent(tx, deps, { alertId, at, kind: 'escalated', details: { channels: further } });
  }
  await tellAll(tx, deps, { alerts, messages: plan.messages, channels, at });
}

async function changeState(
  tx: Queryable,
  of: {
    readonly alertId: string;
    readonly state: 'firing' | 'silenced';
    readonly silenceId: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await tx.query('update alerts set state = $2, silence_id = $3, updated_at = $4 where id = $1', [
    of.alertId,
    of.state,
    of.silenceId,
    of.at,
  ]);
}

interface ChannelName {
  readonly id: string;
  readonly name: string;
}

function readChannels(tx: Queryable, projectId: string): Promise<ChannelName[]> {
  return tx.query<ChannelName>(
    'select id, name from channels where project_id = $1 and enabled order by name limit 1000',
    [projectId],
  );
}

/** What channels were told of these alerts, from the messages themselves: those know when they arrived. */
async function readTold(tx: Queryable, alerts: readonly AlertRow[]): Promise<Told[]> {
  const rows = await tx.query<{
    alert_id: string;
    channel_id: string;
    first: Date | null;
    last: Date;
    waiting: boolean;
  }>(
    `select m.alert_id, o.channel_id,
       min(o.created_at) filter (where m.episode = a.episode and o.dead_at is null) as first,
       max(coalesce(o.delivered_at, o.dead_at, o.created_at)) as last,
       bool_or(o.delivered_at is null and o.dead_at is null) as waiting
     from alert_messages m
     join alerts a on a.id = m.alert_id
     join outbox o on o.id = m.message_id
     where m.alert_id = any($1::uuid[]) and o.kind = 'firing'
     group by m.alert_id, o.channel_id`,
    [alerts.map(({ id }) => id)],
  );
  return rows.map((row) => ({
    alertId: row.alert_id,
    channelId: row.channel_id,
    firstMs: row.first?.getTime() ?? null,
    lastMs: row.last.getTime(),
    waiting: row.waiting,
  }));
}

async function tellAll(
  tx: Queryable,
  deps: AlertingDeps,
  of: {
    readonly alerts: readonly AlertRow[];
    readonly messages: readonly PlannedMessage[];
    readonly channels: readonly ChannelName[];
    readonly at: Date;
  },
): Promise<void> {
  const { alerts, messages, channels, at } = of;
  const rows = new Map(alerts.map((row) => [row.id, row]));
  const names = new Map(channels.map(({ id, name }) => [id, name]));
  const news = new Map<string, { alertId: string; occasion: string; channels: string[] }>();
  for (const { channelId, groupKey, occasion, alertIds, basis } of messages) {
    await enqueueAlerts(tx, deps, {
      kind: 'firing',
      occasion,
      groupKey,
      channelId,
      alerts: alertIds.flatMap((id) => rows.get(id) ?? []),
      dedupeKey: `firing:${digest(basis)}`,
    });
    for (const alertId of alertIds) {
      const key = `${alertId} ${occasion}`;
      const told = news.get(key) ?? { alertId, occasion, channels: [] };
      told.channels.push(names.get(channelId) ?? channelId);
      news.set(key, told);
    }
  }
  for (const { alertId, ...details } of news.values()) {
    await tx.query('update alerts set last_notified_at = $2, updated_at = $2 where id = $1', [
      alertId,
      at,
    ]);
    await recordEvent(tx, deps, { alertId, at, kind: 'notified', details });
  }
}
