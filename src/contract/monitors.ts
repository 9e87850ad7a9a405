import { z } from 'zod';
import { Estimate, Id, page, Time } from './common.ts';

export const Severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

const score = z.string().min(1).max(128);
const evaluator = z.string().min(1).max(128).optional();

/**
 * What a monitor measures. Rates and means carry n; percentiles come from histograms; `cost`, `tokens` and `volume`
 * are sums over the window; `evaluation_lag`, `ledger_drops`, `spool_age` and `channel_failures` are about the program.
 */
export const MonitorMetric = z.discriminatedUnion('kind', [
  /** Mean of a score's value, 0 to 1. */
  z.strictObject({ kind: z.literal('score_mean'), score, evaluator }),
  /** Share of scores of at least `passAt`. */
  z.strictObject({
    kind: z.literal('score_rate'),
    score,
    evaluator,
    passAt: z.number().min(0).max(1).default(0.6),
  }),
  /** Share of a score's judgements that are flagged; without `score`, of interactions with any flagged score. */
  z.strictObject({ kind: z.literal('flag_rate'), score: score.optional() }),
  z.strictObject({ kind: z.literal('error_rate') }),
  z.strictObject({
    kind: z.literal('latency'),
    percentile: z.union([z.literal(50), z.literal(90), z.literal(95), z.literal(99)]).default(95),
    of: z.enum(['total', 'first_token']).default('total'),
  }),
  /** US dollars. */
  z.strictObject({ kind: z.literal('cost') }),
  z.strictObject({ kind: z.literal('tokens'), type: z.enum(['input', 'output', 'total']) }),
  z.strictObject({ kind: z.literal('volume') }),
  /** Share of feedback that is positive. */
  z.strictObject({ kind: z.literal('feedback_rate') }),
  /** Share of retrievals with a hit; with `minScore`, only hits of at least this relevance count. */
  z.strictObject({ kind: z.literal('rag_hit_rate'), minScore: z.number().optional() }),
  z.strictObject({ kind: z.literal('cache_hit_rate'), cache: z.enum(['answers', 'embeddings']) }),
  /** Seconds that the oldest interaction due for evaluation has waited. */
  z.strictObject({ kind: z.literal('evaluation_lag') }),
  /** Records dropped or rejected. */
  z.strictObject({ kind: z.literal('ledger_drops') }),
  /** Seconds that the oldest record in the spool has waited. */
  z.strictObject({ kind: z.literal('spool_age') }),
  /** Messages that a channel could not deliver for good. */
  z.strictObject({ kind: z.literal('channel_failures') }),
  /** Highest used share of a budget's accounts; without `budgetId`, of any budget of the project. */
  z.strictObject({ kind: z.literal('budget'), budgetId: Id.optional() }),
  /** Mean verdict of a judge over the anchor set, which does not change: when this moves, the judge did. */
  z.strictObject({ kind: z.literal('judge_anchor'), rubric: score }),
]);
export type MonitorMetric = z.infer<typeof MonitorMetric>;

const part = z.string().min(1).max(256).optional();

/** Which interactions count; all given parts must hold. Empty: the whole project. */
export const MonitorSlice = z.strictObject({
  model: part,
  provider: part,
  route: part,
  /** `name` or `name@version`. */
  prompt: part,
  user: part,
  tag: part,
  /** ISO 639-1 code of the answer's language. */
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .optional(),
});
export type MonitorSlice = z.infer<typeof MonitorSlice>;

const windowMinutes = z.number().int().min(1).max(43_200);
const minSamples = z.number().int().min(1).max(1_000_000);

/** When a monitor fires. Minutes are whole; shares and scores are fractions of 1. */
export const MonitorCondition = z.discriminatedUnion('kind', [
  /** Fires beyond `fire` for `forMinutes`; resolves at `resolve` (hysteresis; `fire` when absent). */
  z.strictObject({
    kind: z.literal('threshold'),
    comparison: z.enum(['above', 'below']),
    fire: z.number(),
    resolve: z.number().optional(),
    windowMinutes: windowMinutes.default(5),
    forMinutes: z.number().int().min(0).max(1_440).default(0),
    minSamples: minSamples.default(20),
    /** Only when the interval of the window, too, lies beyond `fire`. */
    certain: z.boolean().default(false),
  }),
  /** Fires when the window differs from a reference period by at least `by`, and surely so (95 %). */
  z.strictObject({
    kind: z.literal('change'),
    direction: z.enum(['fall', 'rise', 'either']),
    by: z.number().positive(),
    /** `by` is a share of the reference instead of a difference. */
    relative: z.boolean().default(false),
    windowMinutes: windowMinutes.default(60),
    reference: z.enum(['previous', 'day_before', 'week_before']).default('week_before'),
    minSamples: minSamples.default(50),
  }),
  /**
   * Sequential change detection (Page's CUSUM or an e-detector) of a mean or rate, with its threshold chosen for at
   * most one false alarm in `falseAlarmDays`. The baseline is what `baselineDays` before showed.
   */
  z.strictObject({
    kind: z.literal('drift'),
    method: z.enum(['cusum', 'e_process']).default('cusum'),
    direction: z.enum(['fall', 'rise']),
    /** The change to be found, in the units of the metric: 0.05 is five points of a rate. */
    by: z.number().positive(),
    falseAlarmDays: z.number().int().min(1).max(3_650).default(30),
    baselineDays: z.number().int().min(1).max(90).default(14),
    minSamples: minSamples.default(100),
  }),
  /** Fires when nothing was seen for so long. */
  z.strictObject({ kind: z.literal('absence'), forMinutes: windowMinutes }),
  /** Multi-window, multi-burn-rate over an objective for a rate (Google SRE Workbook, chapter 5). */
  z.strictObject({
    kind: z.literal('burn_rate'),
    /** Share of good events that is promised, over 28 days: 0.99. */
    objective: z.number().gt(0).lt(1),
    minSamples: minSamples.default(50),
  }),
  z.strictObject({
    kind: z.literal('budget_level'),
    level: z.enum(['warning', 'critical', 'exceeded']).default('critical'),
  }),
]);
export type MonitorCondition = z.infer<typeof MonitorCondition>;

const settings = {
  name: z.string().trim().min(1).max(128),
  description: z.string().max(2_000),
  metric: MonitorMetric,
  slice: MonitorSlice,
  condition: MonitorCondition,
  severity: Severity,
  enabled: z.boolean(),
  /** Names of channels of the project; none: the alert is only shown. */
  channels: z.array(z.string().min(1).max(128)).max(20),
  /** An alert that stays open is told again after so long; null: never. */
  renotifyMinutes: z.number().int().min(5).max(10_080).nullable(),
  /** Told to further channels when nobody acknowledges in time. */
  escalation: z
    .strictObject({
      afterMinutes: z.number().int().min(1).max(10_080),
      channels: z.array(z.string().min(1).max(128)).min(1).max(20),
    })
    .nullable(),
  /** For silences and grouping, beside `severity`, `monitor` and the slice. */
  labels: z.record(z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/), z.string().max(256)),
  /** Alerts with equal values of these labels are told in one message. */
  groupBy: z.array(z.string().max(63)).max(8),
  runbookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .nullable(),
};

/** `POST /api/v1/monitors`, and one entry of a monitors file. */
export const NewMonitor = z.strictObject({
  ...settings,
  description: settings.description.default(''),
  slice: settings.slice.default({}),
  severity: settings.severity.default('warning'),
  enabled: settings.enabled.default(true),
  channels: settings.channels.default([]),
  renotifyMinutes: settings.renotifyMinutes.default(180),
  escalation: settings.escalation.default(null),
  labels: settings.labels.default({}),
  groupBy: settings.groupBy.default([]),
  runbookUrl: settings.runbookUrl.default(null),
});
export type NewMonitor = z.infer<typeof NewMonitor>;

/** `PUT /api/v1/monitors/{id}` takes the whole; `PATCH` only these. */
export const MonitorChange = z.strictObject({ enabled: z.boolean() });

/** `no_data`: fewer samples than needed; `learning`: the baseline is not known yet. */
export const MonitorState = z.enum(['ok', 'pending', 'firing', 'no_data', 'learning', 'disabled']);
export type MonitorState = z.infer<typeof MonitorState>;

/** What a drift monitor knows of itself; null where the baseline is unknown. */
export const DriftFigures = z.object({
  baseline: Estimate,
  /** Of the statistic, and where it stands now. */
  threshold: z.number(),
  statistic: z.number(),
  samplesPerDay: z.number(),
  /** By simulation or theory: days between false alarms, samples until a change of `by` is found (median). */
  falseAlarmDays: z.number(),
  delaySamples: z.number(),
});

export const Monitor = z.object({
  id: Id,
  ...settings,
  /** `file`: changed by applying the file, not by people. */
  managedBy: z.enum(['api', 'file']),
  createdAt: Time,
  updatedAt: Time,
  state: MonitorState,
  stateSince: Time.nullable(),
  /** The last window: its value with n and interval; null before the first look. */
  current: Estimate.nullable(),
  checkedAt: Time.nullable(),
  /** Why it could not be looked at; null when all is well. */
  problem: z.string().nullable(),
  drift: DriftFigures.nullable(),
  openAlertId: Id.nullable(),
  /** One letter for each of the last 24 hours, oldest first: `o` ok, `f` firing, `p` pending, `n` no data, `-` not looked at. */
  strip: z.string().length(24),
});
export type Monitor = z.infer<typeof Monitor>;

export const MonitorPage = page(Monitor);

/** One point of a monitor's series: what was observed in this stretch of time. */
export const MonitorPoint = z.object({
  at: Time,
  current: Estimate,
  state: MonitorState.nullable(),
});
export type MonitorPoint = z.infer<typeof MonitorPoint>;

/** `GET /api/v1/monitors/{id}/points?from&to`: at most 500, oldest first. */
export const MonitorPoints = z.object({
  unit: z.enum(['share', 'score', 'ms', 'usd', 'tokens', 'calls', 'seconds', 'records']),
  stepMinutes: z.number().int(),
  points: z.array(MonitorPoint),
  /** Lines of the chart: where it fires and resolves, and the baseline. */
  lines: z.array(z.object({ kind: z.enum(['fire', 'resolve', 'baseline']), value: z.number() })),
});
export type MonitorPoints = z.infer<typeof MonitorPoints>;

/** `POST /api/v1/monitors/backtest` with a NewMonitor: what the last 30 days would have been. */
export const MonitorBacktest = z.object({
  from: Time,
  to: Time,
  /** Observations, and how many a day on average. */
  n: z.number().int(),
  samplesPerDay: z.number(),
  /** True when only a part of the rows was read. */
  sampled: z.boolean(),
  /** When it would have fired, oldest first, at most 100. */
  firings: z.array(
    z.object({
      from: Time,
      /** Null: still firing at the end. */
      to: Time.nullable(),
      current: Estimate,
    }),
  ),
  firingCount: z.number().int(),
  /**
   * Alarms in 30 days that nothing but chance would raise, by simulating the monitor on a steady series with this
   * volume and level; null: not enough data (`n` of `needed`).
   */
  falseAlarmsPer30Days: Estimate.nullable(),
  /** Expected delay until a stated drop is found. */
  delays: z.array(
    z.object({
      drop: z.number(),
      /** Share of simulated drops that were found within 7 days. */
      found: z.number(),
      medianSamples: z.number().nullable(),
      medianHours: z.number().nullable(),
    }),
  ),
  needed: z.number().int(),
  series: MonitorPoints,
});
export type MonitorBacktest = z.infer<typeof MonitorBacktest>;

/** `GET /api/v1/monitors/templates`: monitors that need no more than a click. `id` is the key of its translated title. */
export const MonitorTemplate = z.object({ id: z.string(), monitor: NewMonitor });
export const MonitorTemplates = z.object({ items: z.array(MonitorTemplate) });
export type MonitorTemplates = z.infer<typeof MonitorTemplates>;

/** `POST /api/v1/monitors/apply` and `lqo monitors apply FILE`: a file's monitors, and no other of managedBy `file`. */
export const MonitorsFile = z.strictObject({
  version: z.literal(1).default(1),
  monitors: z.array(NewMonitor).max(500),
});
export type MonitorsFile = z.infer<typeof MonitorsFile>;
export const MonitorsApplied = z.object({
  created: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
  unchanged: z.array(z.string()),
  /** True when nothing was written (`?dryRun=true`). */
  dryRun: z.boolean(),
});
export type MonitorsApplied = z.infer<typeof MonitorsApplied>;
