import { z } from 'zod';
import { Estimate, Id, PageQuery, ProjectQuery, page, Time } from './common.ts';
import { Severity } from './monitors.ts';

/** `silenced` is open and told to nobody; `acknowledged` is open and told no more until it resolves. */
export const AlertState = z.enum(['pending', 'firing', 'acknowledged', 'silenced', 'resolved']);
export type AlertState = z.infer<typeof AlertState>;

/** Where an alert comes from: a monitor, or the program itself (a channel that fails, monitors that stand still). */
export const AlertSource = z.enum(['monitor', 'program']);

/** Why an alert fired, in parts that every language can say. */
export const AlertReason = z.object({
  kind: z.enum([
    'above',
    'below',
    'fell',
    'rose',
    'drift_down',
    'drift_up',
    'absent',
    'burning',
    'budget',
    'channel_failed',
    'monitors_late',
    'evaluation_stalled',
  ]),
  /** The metric's kind, for its name and unit; null for alerts of the program. */
  metric: z.string().nullable(),
  unit: z.enum(['share', 'score', 'ms', 'usd', 'tokens', 'calls', 'seconds', 'records']).nullable(),
  current: Estimate,
  /** The limit, reference or baseline it is held against; null without one. */
  against: z.number().nullable(),
  /** For burn rates, and minutes of the window; further words by kind. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type AlertReason = z.infer<typeof AlertReason>;

export const Alert = z.object({
  id: Id,
  source: AlertSource,
  monitorId: Id.nullable(),
  name: z.string(),
  /** The budget account or channel it is about, where one monitor has several; empty otherwise. */
  subject: z.string(),
  severity: Severity,
  state: AlertState,
  labels: z.record(z.string(), z.string()),
  reason: AlertReason,
  /** When the condition first held; when it was told; when it ended. */
  startedAt: Time,
  firedAt: Time.nullable(),
  endedAt: Time.nullable(),
  durationSeconds: z.number(),
  /** For drift: the most likely moment of the change. */
  changedAt: Time.nullable(),
  acknowledgedAt: Time.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  silenceId: Id.nullable(),
  escalatedAt: Time.nullable(),
  lastNotifiedAt: Time.nullable(),
  runbookUrl: z.string().nullable(),
});
export type Alert = z.infer<typeof Alert>;
export const AlertPage = page(Alert);

export const AlertEvent = z.object({
  id: Id,
  at: Time,
  kind: z.enum([
    'pending',
    'firing',
    'acknowledged',
    'unacknowledged',
    'silenced',
    'unsilenced',
    'escalated',
    'notified',
    'resolved',
    'note',
  ]),
  /** Who did it; null for the program. */
  actor: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** One message to one channel, for the alert's page and the list of deliveries. */
export const Delivery = z.object({
  id: Id,
  channelId: Id,
  channel: z.string(),
  alertId: Id.nullable(),
  kind: z.string(),
  state: z.enum(['waiting', 'delivered', 'dead']),
  attempts: z.number().int(),
  createdAt: Time,
  nextAttemptAt: Time.nullable(),
  deliveredAt: Time.nullable(),
  lastError: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
export const DeliveryPage = page(Delivery);

/** `GET /api/v1/deliveries`, newest first; `dead` ones were given up and can be retried. */
export const DeliveryQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  cursor: Id.optional(),
  state: z.enum(['waiting', 'delivered', 'dead']).optional(),
  channel: Id.optional(),
});

/** `GET /api/v1/alerts/{id}`. */
export const AlertDetail = Alert.extend({
  events: z.array(AlertEvent),
  deliveries: z.array(Delivery),
});

/** `GET /api/v1/alerts`; `open` is everything that is not resolved. */
export const AlertQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  state: z.enum(['open', ...AlertState.options]).optional(),
  severity: Severity.optional(),
  monitor: Id.optional(),
  search: z.string().max(200).optional(),
  from: Time.optional(),
  to: Time.optional(),
});

/** `POST /api/v1/alerts/{id}/acknowledge` and `/unacknowledge`, `/note`. */
export const AlertNote = z.strictObject({ note: z.string().max(2_000).default('') });

/** All of them must match. Label names: `monitor`, `severity`, the slice's parts, and the monitor's own. */
export const Matcher = z.strictObject({
  label: z.string().min(1).max(63),
  operator: z.enum(['=', '!=', '=~', '!~']),
  /** A regular expression (RE2, whole value) for `=~` and `!~`. */
  value: z.string().max(256),
});
export type Matcher = z.infer<typeof Matcher>;

/** A stretch of each given week day, in a time zone: a maintenance window. */
export const Recurrence = z.strictObject({
  /** 1 is Monday. */
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  /** `HH:MM`; `to` before `from` ends on the next day. */
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  timeZone: z.string().max(64).default('UTC'),
});

/** `POST /api/v1/silences`. At most 400 days long. */
export const NewSilence = z.strictObject({
  matchers: z.array(Matcher).min(1).max(20),
  startsAt: Time.optional(),
  endsAt: Time,
  recurrence: Recurrence.nullable().default(null),
  comment: z.string().trim().min(1).max(1_000),
});
export type NewSilence = z.infer<typeof NewSilence>;

export const Silence = z.object({
  id: Id,
  matchers: z.array(Matcher),
  startsAt: Time,
  endsAt: Time,
  recurrence: Recurrence.nullable(),
  comment: z.string(),
  createdBy: z.string(),
  createdAt: Time,
  state: z.enum(['pending', 'active', 'expired']),
  /** Open alerts that it keeps quiet now. */
  alerts: z.number().int(),
});
export type Silence = z.infer<typeof Silence>;
export const SilencePage = page(Silence);

/** `GET /api/v1/silences`, newest first; `current` is everything that is not over. */
export const SilenceQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  cursor: Id.optional(),
  state: z.enum(['current', 'expired']).optional(),
});
