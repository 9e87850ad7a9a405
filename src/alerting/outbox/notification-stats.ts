import type { z } from 'zod';
import type { ChannelKind } from '../../contract/channels.ts';
import type { LegacyNotificationStats } from '../../contract/legacy-alerts.ts';
import { rateInterval } from '../../statistics/intervals.ts';
import type { Queryable } from '../../store/database.ts';

type Stats = z.infer<typeof LegacyNotificationStats>;

/** What LLM-Quality-Observer calls each kind of message. */
const TYPES: Readonly<Record<string, keyof Stats['by_type']>> = {
  firing: 'alert',
  resolved: 'alert',
  low_quality: 'low_quality_alert',
  summary: 'batch_summary',
  digest: 'digest',
  test: 'test',
};

/** How many messages arrived, by channel and type, over those that are kept. */
export async function notificationStats(db: Queryable, projectId: string): Promise<Stats> {
  const rows = await db.query<{
    channel: ChannelKind;
    kind: string;
    sent: number;
    dead: number;
    waiting: number;
  }>(
    `select c.kind as channel, o.kind, count(o.delivered_at) as sent, count(o.dead_at) as dead,
       count(*) filter (where o.delivered_at is null and o.dead_at is null) as waiting
     from outbox o join channels c on c.id = o.channel_id where o.project_id = $1 group by c.kind, o.kind`,
    [projectId],
  );
  const sumOf = (
    some: readonly (typeof rows)[number][],
    what: 'sent' | 'dead' | 'waiting',
  ): number => some.reduce((sum, row) => sum + row[what], 0);
  const sent = sumOf(rows, 'sent');
  const dead = sumOf(rows, 'dead');
  const byType = (type: keyof Stats['by_type']): number =>
    sumOf(
      rows.filter(({ kind }) => TYPES[kind] === type),
      'sent',
    );
  const ofKind = (kind: ChannelKind): number =>
    sumOf(
      rows.filter(({ channel }) => channel === kind),
      'sent',
    );
  const rate = rateInterval(sent, sent + dead);
  return {
    total_sent: sent,
    total_failed: dead,
    waiting: sumOf(rows, 'waiting'),
    by_channel: byChannel(ofKind),
    by_type: {
      low_quality_alert: byType('low_quality_alert'),
      batch_summary: byType('batch_summary'),
      alert: byType('alert'),
      digest: byType('digest'),
      test: byType('test'),
    },
    success_rate: rate.value,
    intervals: { success_rate: rate },
  };
}

function byChannel(countOf: (kind: ChannelKind) => number): Stats['by_channel'] {
  return {
    slack: countOf('slack'),
    discord: countOf('discord'),
    email: countOf('email'),
    webhook: countOf('webhook'),
    alertmanager: countOf('alertmanager'),
    pagerduty: countOf('pagerduty'),
    teams: countOf('teams'),
  };
}
