import { z } from 'zod';
import { Id, PageQuery, page, RangeQuery, Time } from './common.ts';

export const ScoreSource = z.enum(['rule', 'detector', 'judge', 'human']);

export const Score = z.object({
  id: Id,
  interactionId: Id,
  createdAt: Time,
  name: z.string(),
  /** 0 to 1, 1 is good. */
  value: z.number(),
  nativeValue: z.number().nullable(),
  label: z.string().nullable(),
  reason: z.string().nullable(),
  source: ScoreSource,
  evaluator: z.string(),
  evaluatorVersion: z.string(),
  flagged: z.boolean(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type Score = z.infer<typeof Score>;

export const Usage = z.object({
  input: z.number().int().nullable(),
  cachedInput: z.number().int().nullable(),
  cacheWriteInput: z.number().int().nullable(),
  audioInput: z.number().int().nullable(),
  output: z.number().int().nullable(),
  reasoning: z.number().int().nullable(),
  audioOutput: z.number().int().nullable(),
  source: z.enum(['reported', 'counted', 'estimated']).nullable(),
});

export const Attempt = z.object({
  provider: z.string(),
  model: z.string().nullable(),
  startedAt: Time,
  durationMs: z.number(),
  httpStatus: z.number().int().nullable(),
  errorType: z.string().nullable(),
  errorMessage: z.string().nullable(),
});

/** A row of the interactions list. */
export const InteractionSummary = z.object({
  id: Id,
  createdAt: Time,
  origin: z.string(),
  dialect: z.string(),
  operation: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  responseModel: z.string().nullable(),
  status: z.enum(['success', 'error']),
  errorType: z.string().nullable(),
  httpStatus: z.number().int().nullable(),
  stream: z.boolean(),
  finishReason: z.string().nullable(),
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  tags: z.array(z.string()),
  usage: Usage,
  costMicroUsd: z.number().int().nullable(),
  costUsd: z.number().nullable(),
  costSource: z.string().nullable(),
  latencyMs: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  overheadMs: z.number().nullable(),
  /** The route it took; null when the model was taken as it is. */
  route: z.string().nullable(),
  /** Whether the answer came from the cache; null: it was not looked up. */
  cache: z.enum(['hit', 'miss']).nullable(),
  /** What a cache hit would have cost. */
  savedMicroUsd: z.number().int().nullable(),
  /** The arm of an experiment that the call was exposed to. */
  experiment: z.object({ id: Id, arm: z.string() }).nullable(),
  /** The interaction that this shadow call accompanied; null for calls that answered somebody. */
  shadowOf: Id.nullable(),
  promptPreview: z.string(),
  responsePreview: z.string(),
  scores: z.array(
    Score.pick({
      name: true,
      value: true,
      nativeValue: true,
      label: true,
      flagged: true,
      source: true,
    }),
  ),
});
export type InteractionSummary = z.infer<typeof InteractionSummary>;

export const Span = z.object({
  id: Id,
  createdAt: Time,
  kind: z.string(),
  name: z.string(),
  spanId: z.string().nullable(),
  parentSpanId: z.string().nullable(),
  durationMs: z.number().nullable(),
  status: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});

/** One interaction with its bodies. */
export const InteractionDetail = InteractionSummary.omit({ scores: true }).extend({
  errorMessage: z.string().nullable(),
  /** Personal data or secrets were hidden, as asked for with `mask=pii`. */
  masked: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  promptName: z.string().nullable(),
  promptVersion: z.string().nullable(),
  traceId: z.string().nullable(),
  keyId: z.string().nullable(),
  priceVersion: z.string().nullable(),
  requestBytes: z.number().nullable(),
  responseBytes: z.number().nullable(),
  truncated: z.boolean(),
  /** The dialect of the recorded answer where it is not the caller's. */
  responseDialect: z.string().nullable(),
  /** The shadow calls that accompanied this one, whose answers nobody was given. */
  shadows: z.array(z.object({ id: Id, arm: z.string().nullable(), model: z.string().nullable() })),
  attempts: z.array(Attempt),
  scores: z.array(Score),
  spans: z.array(Span),
  request: z.object({
    body: z.string().nullable(),
    encoding: z.enum(['utf8', 'base64']),
    contentType: z.string().nullable(),
  }),
  response: z.object({
    body: z.string().nullable(),
    encoding: z.enum(['utf8', 'base64']),
    contentType: z.string().nullable(),
  }),
  promptText: z.string().nullable(),
  responseText: z.string().nullable(),
  context: z.array(z.string()),
  /** State of automatic evaluation: `pending`, `done`, `set_aside` (with the reason) or `none`. */
  evaluation: z.object({
    state: z.enum(['pending', 'done', 'set_aside', 'none']),
    reason: z.string().nullable(),
  }),
});
export type InteractionDetail = z.infer<typeof InteractionDetail>;

/** Filters of the list. `q` is text searched in prompts and answers (any language). */
export const InteractionQuery = RangeQuery.extend(PageQuery.shape).extend({
  q: z.string().max(500).optional(),
  model: z.string().max(256).optional(),
  provider: z.string().max(128).optional(),
  status: z.enum(['success', 'error']).optional(),
  errorType: z.string().max(64).optional(),
  operation: z.string().max(64).optional(),
  user: z.string().max(256).optional(),
  session: z.string().max(256).optional(),
  tag: z.string().max(128).optional(),
  origin: z.string().max(32).optional(),
  /** Only calls of applications, or only those that the program made itself (judges, dataset runs); default both. */
  traffic: z.enum(['applications', 'inside']).optional(),
  traceId: z.string().max(64).optional(),
  route: z.string().max(256).optional(),
  cache: z.enum(['hit', 'miss']).optional(),
  experiment: Id.optional(),
  arm: z.string().max(64).optional(),
  flagged: z.stringbool().optional(),
  /** Score filter, `name>0.5` or `name<=0.25`; operators < <= > >= =. */
  score: z.string().max(128).optional(),
  minLatencyMs: z.coerce.number().optional(),
  minCostUsd: z.coerce.number().optional(),
});
export type InteractionQuery = z.infer<typeof InteractionQuery>;
export const InteractionPage = page(InteractionSummary);

/** Values with counts for the filter panel, over the range, from roll-ups; at most 50 per facet. */
export const FacetsReply = z.object({
  facets: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.object({ value: z.string(), count: z.number().int() })),
    }),
  ),
});

export const NewScore = z.strictObject({
  interactionId: Id,
  name: z.string().min(1).max(64),
  value: z.number().min(0).max(1),
  nativeValue: z.number().optional(),
  label: z.string().max(128).optional(),
  reason: z.string().max(4000).optional(),
});

/**
 * Exactly one of `rating` (−1, 0, 1) and `stars` (1 to 5), about the interaction with this id or the newest one of this
 * trace. Feedback is kept as it comes; of several by one giver the latest counts, and the same one twice in a row is
 * kept once.
 */
export const NewFeedback = z
  .strictObject({
    interactionId: Id.optional(),
    traceId: z.string().min(1).max(128).optional(),
    rating: z.union([z.literal(-1), z.literal(0), z.literal(1)]).optional(),
    stars: z.number().int().min(1).max(5).optional(),
    /** What it is about, in the application's own words: `wrong`, `too_long` … Kept as `details.label`. */
    label: z.string().min(1).max(64).optional(),
    comment: z.string().max(4000).optional(),
    /** Who gives it, in the caller's own terms; else the signed-in user or the key. */
    userId: z.string().max(256).optional(),
  })
  .refine(({ rating, stars }) => (rating === undefined) !== (stars === undefined), {
    error: 'give either rating or stars',
  })
  .refine(
    ({ interactionId, traceId }) => (interactionId === undefined) !== (traceId === undefined),
    {
      error: 'give either interactionId or traceId',
    },
  );

/** Of one request, so that sending it again adds nothing. */
export const FeedbackHeaders = z.object({
  'idempotency-key': z.string().min(1).max(255).optional(),
});
/** All that a public key is told. */
export const FeedbackAccepted = z.object({ accepted: z.literal(true) });
