import { z } from 'zod';
import { ChannelKind } from './channels.ts';
import { Estimate, Time } from './common.ts';
import { LegacyPageQuery } from './legacy.ts';

/** `GET /alerts/history` of LLM-Quality-Observer; `from` and `to` ask for alerts that were open in between. */
export const LegacyAlertsQuery = LegacyPageQuery.extend({
  severity: z.string().max(64).optional(),
  service: z.string().max(128).optional(),
  from: Time.optional(),
  to: Time.optional(),
});

const LegacyAlert = z.object({
  alert_name: z.string(),
  severity: z.string(),
  /** The label `service`; without one, this program's name. */
  service: z.string(),
  summary: z.string(),
  description: z.string(),
  started_at: Time,
  ended_at: Time.nullable(),
  /** Until now while it is open. */
  duration_seconds: z.number(),
  status: z.enum(['pending', 'firing', 'acknowledged', 'silenced', 'resolved']),
  resolved: z.boolean(),
  source: z.enum(['monitor', 'program', 'prometheus']),
});
export type LegacyAlert = z.infer<typeof LegacyAlert>;

/** What Prometheus says at the moment comes first, then the program's own alerts, newest first. */
export const LegacyAlertHistory = z.object({
  alerts: z.array(LegacyAlert),
  total: z.number().int(),
  page: z.number().int(),
  page_size: z.number().int(),
  total_pages: z.number().int(),
  /** `forbidden`: the caller lacks scope `metrics`; `not_configured`: `PROMETHEUS_URL` is not set. */
  prometheus: z.object({
    status: z.enum(['ok', 'unreachable', 'not_configured', 'forbidden']),
    message: z.string().nullable(),
  }),
});

const count = z.number().int();

/** `GET /notifications/stats` of LLM-Quality-Observer, over the messages that are kept (90 days). */
export const LegacyNotificationStats = z.object({
  total_sent: count,
  total_failed: count,
  waiting: count,
  by_channel: z.record(ChannelKind, count),
  by_type: z.object({
    low_quality_alert: count,
    batch_summary: count,
    alert: count,
    digest: count,
    test: count,
  }),
  /** Share of messages that arrived, of those that arrived or were given up; null without any. */
  success_rate: z.number().nullable(),
  intervals: z.object({ success_rate: Estimate }),
});
