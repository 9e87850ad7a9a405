import { z } from 'zod';
import { Estimate, Id, PageQuery, page, RangeQuery, Time } from './common.ts';
import { MonitorSlice } from './monitors.ts';

/** What a marker is about. `deploy` is told by people and pipelines, all others are derived. */
export const MarkerKind = z.enum([
  'deploy',
  'prompt',
  'model',
  'route',
  'provider',
  'judge',
  'rubric',
  'evaluator',
  'rule',
  'experiment',
  'price',
  'cache',
  'alert',
]);
export type MarkerKind = z.infer<typeof MarkerKind>;

/** Something that happened, for charts and for whoever looks for causes. */
export const Marker = z.object({
  id: Id,
  at: Time,
  kind: MarkerKind,
  /** `deploy`, the deed of the audit log (`prompt.label_moved`, …), `alert.fired` or `evaluator.version`. */
  action: z.string(),
  /** What it happened to: the deploy's title, the name of a prompt, route, rubric, alert. */
  title: z.string(),
  /** Further words: version, label, changed fields. */
  details: z.record(z.string(), z.unknown()),
  url: z.string().nullable(),
  /** Who did it; null for the program. */
  actor: z.string().nullable(),
});
export type Marker = z.infer<typeof Marker>;

/** `GET /api/v1/markers`: newest first. `kinds` is a comma-separated list; default: all. */
export const MarkersQuery = RangeQuery.extend({
  ...PageQuery.shape,
  kinds: z.string().max(200).optional(),
});
export const MarkerPage = page(Marker);

/** `POST /api/v1/markers`: a pipeline tells that it deployed. Without `at`: now. */
export const NewMarker = z.strictObject({
  kind: z.literal('deploy').default('deploy'),
  title: z.string().trim().min(1).max(200),
  at: Time.optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});
export type NewMarker = z.infer<typeof NewMarker>;

export const ChangeMetric = z.enum([
  'error_rate',
  'score_mean',
  'score_rate',
  'flag_rate',
  'latency',
  'cost',
]);
export type ChangeMetric = z.infer<typeof ChangeMetric>;

/**
 * `GET /api/v1/analytics/changes`: why a mean or rate differs between [from, to) and the time before it, by default as
 * long. `latency` is the mean in ms, `cost` the mean cost of a call in USD, `flag_rate` without `score` the share of
 * scored calls with any flag.
 */
export const ChangesQuery = RangeQuery.extend({
  metric: ChangeMetric,
  /** Of `score_mean`, `score_rate` (default `overall`) and, if given, `flag_rate`. */
  score: z.string().min(1).max(128).optional(),
  evaluator: z.string().min(1).max(128).optional(),
  passAt: z.coerce.number().min(0).max(1).default(0.6),
  beforeFrom: Time.optional(),
  beforeTo: Time.optional(),
  ...MonitorSlice.shape,
});
export type ChangesQuery = z.infer<typeof ChangesQuery>;

export const SliceDimension = z.enum([
  'model',
  'provider',
  'route',
  'prompt',
  'user',
  'tag',
  'language',
]);
export type SliceDimension = z.infer<typeof SliceDimension>;

/** What one slice has to do with the change. */
export const SliceChange = z.object({
  dimension: SliceDimension,
  /** Empty: calls without one (without a route, a prompt, a user, a known language). */
  value: z.string(),
  before: Estimate,
  after: Estimate,
  /** How much of the change it makes, by changing itself and by growing or shrinking; in units of the metric. */
  contribution: Estimate,
  /** The same as a share of the change. */
  share: z.number().nullable(),
  /** Contribution beyond that of a change that is the same everywhere. */
  excess: z.number(),
  /** Of "it changed like the rest"; `qValue` controls false discoveries over all slices. Null: not enough data. */
  pValue: z.number().nullable(),
  qValue: z.number().nullable(),
  /** In the direction of the change, more than its part, and no chance (q at most 5 %). */
  explains: z.boolean(),
});
export type SliceChange = z.infer<typeof SliceChange>;

/**
 * Whether a judge's scores moved because the product did or because the judge did: the judge's mean over its anchor set,
 * which never changes, in the same two periods.
 */
export const JudgeAttribution = z.object({
  rubric: z.string(),
  /** `unknown`: no anchor set, not judged in both periods, or the figures allow both. */
  verdict: z.enum(['judge', 'product', 'both', 'unknown']),
  /** The change of the scores of traffic, after minus before. */
  traffic: Estimate,
  /** The change over the anchor set; n is the number of its answers judged in both periods. */
  anchor: Estimate,
  /** What is left of the change of traffic when the judge's own is taken off. */
  product: Estimate,
  /** Versions of the judge that gave the anchor's verdicts, before and after. */
  versions: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
});
export type JudgeAttribution = z.infer<typeof JudgeAttribution>;

const Period = z.object({ from: Time, to: Time, current: Estimate });

export const ChangesReply = z.object({
  /** Null where the metric is not one that can be taken apart: markers alone are told. */
  metric: ChangeMetric.nullable(),
  unit: z.enum(['share', 'score', 'ms', 'usd']).nullable(),
  before: Period,
  after: Period,
  /** After minus before with its interval; n is the smaller of both. */
  change: Estimate.extend({ pValue: z.number().nullable() }),
  /** How many observations of sessions say as much as one independent one. */
  designEffect: z.number(),
  /** True when only the newest observations of a period were read. */
  sampled: z.boolean(),
  /** Fewer observations than this, before and after together, and a slice is not tested. */
  needed: z.number().int(),
  /** Those that explain the change first, then by contribution; at most 20 of a dimension. */
  slices: z.array(SliceChange),
  /** Near the change, newest first, at most 100. */
  markers: z.array(Marker),
  judge: JudgeAttribution.nullable(),
});
export type ChangesReply = z.infer<typeof ChangesReply>;
