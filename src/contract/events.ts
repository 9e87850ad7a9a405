import { z } from 'zod';
import { Id, Time } from './common.ts';

/** Times of events may carry any offset, or none, which means UTC (as Python writes `utcnow().isoformat()`). */
const EventTime = z
  .string()
  .max(40)
  .transform((text) => (/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`))
  .pipe(Time);

const count = z.number().int().nonnegative();
const text = (length: number) => z.string().max(length);
/** Ids that link events: any text, usually a UUID. */
const Link = text(128).min(1);

/** `llm.call`: one call to a model. */
export const LlmCallEvent = z.looseObject({
  event: z.literal('llm.call'),
  ts: EventTime,
  model: text(256).min(1),
  provider: text(128).min(1),
  success: z.boolean(),
  latency_ms: z.number().nonnegative().nullish(),
  prompt_tokens: count.nullish(),
  completion_tokens: count.nullish(),
  error: text(8000).nullish(),
  interaction_id: Link.nullish(),
  prompt: z.string().nullish(),
  response: z.string().nullish(),
  user_id: text(256).nullish(),
  session_id: text(256).nullish(),
});

/** `rag.retrieve`: passages looked up for a question. */
export const RagRetrieveEvent = z.looseObject({
  event: z.literal('rag.retrieve'),
  ts: EventTime,
  query: z.string(),
  hits: count,
  topk: count.nullish(),
  rerank_enabled: z.boolean().nullish(),
  rerank_model: text(256).nullish(),
  latency_ms: z.number().nonnegative().nullish(),
  interaction_id: Link.nullish(),
});

/** `ollama.usage`: how many calls of a kind were made. */
export const OllamaUsageEvent = z.looseObject({
  event: z.literal('ollama.usage'),
  ts: EventTime,
  kind: text(64).min(1),
  model: text(256).min(1),
  count,
  latency_ms: z.number().nonnegative().nullish(),
  interaction_id: Link.nullish(),
});

/** `embed.cache`: one look into the cache of embeddings. */
export const EmbedCacheEvent = z.looseObject({
  event: z.literal('embed.cache'),
  ts: EventTime,
  key: text(256),
  hit: z.boolean(),
  interaction_id: Link.nullish(),
});

/** A line of `agent_chat.jsonl`; there it has a `kind` and no `event`. */
export const AgentChatEvent = z.looseObject({
  event: z.literal('agent_chat'),
  ts: EventTime,
  interaction_id: Link,
  mode: text(64).nullish(),
  message: z.string(),
  filename: text(1024).nullish(),
  used_logs: z.unknown(),
  tool_steps: z.array(z.unknown()).nullish(),
  sources: z.array(z.unknown()).nullish(),
  answer: z.string(),
});

/** A line of `feedback.jsonl`; there it has a `rating` and neither `event` nor `kind`. */
export const FeedbackEvent = z.looseObject({
  event: z.literal('feedback'),
  ts: EventTime,
  interaction_id: Link,
  rating: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  comment: text(8000).nullish(),
});

const EventUsage = z.strictObject({
  input: count.nullish(),
  cachedInput: count.nullish(),
  cacheWriteInput: count.nullish(),
  audioInput: count.nullish(),
  output: count.nullish(),
  reasoning: count.nullish(),
  audioOutput: count.nullish(),
});

const INTERACTION_ERRORS = [
  'upstream_error',
  'rate_limited',
  'invalid_request',
  'unauthorized',
  'connection_failed',
  'timeout_connect',
  'timeout_first_byte',
  'timeout_idle',
  'timeout_total',
  'upstream_truncated',
  'client_closed',
  'shutdown',
  'unknown',
] as const;

/** `interaction`: a finished call in our own words, as the SDK sends it. Latencies in milliseconds. */
export const InteractionEvent = z.strictObject({
  event: z.literal('interaction'),
  id: Id.optional(),
  createdAt: EventTime.optional(),
  provider: text(128).min(1),
  model: text(256).min(1).nullable(),
  responseModel: text(256).nullish(),
  operation: text(64).default('chat'),
  prompt: z.string().nullish(),
  response: z.string().nullish(),
  status: z.enum(['success', 'error']).default('success'),
  errorType: z.enum(INTERACTION_ERRORS).nullish(),
  errorMessage: text(8000).nullish(),
  httpStatus: z.number().int().min(100).max(599).nullish(),
  stream: z.boolean().default(false),
  finishReason: text(64).nullish(),
  latencyMs: z.number().nonnegative().nullish(),
  firstTokenMs: z.number().nonnegative().nullish(),
  usage: EventUsage.nullish(),
  /** What the call cost, when the sender knows; otherwise it is computed from tokens and prices. */
  costUsd: z.number().nonnegative().max(1_000_000).nullish(),
  userId: text(256).nullish(),
  sessionId: text(256).nullish(),
  tags: z.array(text(128)).max(50).default([]),
  metadata: z.record(text(128), text(4000)).default({}),
  promptName: text(128).nullish(),
  promptVersion: text(128).nullish(),
  traceId: text(128).nullish(),
  parentSpanId: text(128).nullish(),
  context: z.array(z.string()).max(1000).default([]),
});

/** `span`: a step around interactions. */
export const SpanEvent = z.strictObject({
  event: z.literal('span'),
  id: Id.optional(),
  createdAt: EventTime.optional(),
  kind: z.enum(['retrieval', 'rerank', 'embedding', 'tool', 'chain', 'cache', 'usage', 'other']),
  name: text(256).min(1),
  traceId: text(128).nullish(),
  spanId: text(128).nullish(),
  parentSpanId: text(128).nullish(),
  interactionId: Id.nullish(),
  durationMs: z.number().nonnegative().nullish(),
  status: z.enum(['success', 'error']).default('success'),
  attributes: z.record(text(128), z.unknown()).default({}),
});

/** `score`: one judgement of an interaction, made elsewhere; `value` from 0 to 1, 1 is good. */
export const ScoreEvent = z.strictObject({
  event: z.literal('score'),
  id: Id.optional(),
  createdAt: EventTime.optional(),
  interactionId: Id,
  name: text(64).min(1),
  value: z.number().min(0).max(1),
  nativeValue: z.number().nullish(),
  label: text(128).nullish(),
  reason: text(4000).nullish(),
  source: z.enum(['rule', 'detector', 'judge', 'human']).default('human'),
  evaluator: text(128).min(1).default('event'),
  evaluatorVersion: text(64).default('1'),
  flagged: z.boolean().default(false),
});

/** Every event that can be sent, told apart by `event`. */
export const AnyEvent = z.discriminatedUnion('event', [
  LlmCallEvent,
  RagRetrieveEvent,
  OllamaUsageEvent,
  EmbedCacheEvent,
  AgentChatEvent,
  FeedbackEvent,
  InteractionEvent,
  SpanEvent,
  ScoreEvent,
]);
export type AnyEvent = z.infer<typeof AnyEvent>;

/** A value as it came in with its `event`, which two files leave out because their fields tell. */
export function nameEvent(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'event' in value) return value;
  if ('kind' in value && value.kind === 'agent_chat') return { ...value, event: 'agent_chat' };
  if ('rating' in value) return { ...value, event: 'feedback' };
  return value;
}

/** `POST /api/v1/events`: what was taken, and what was refused by its line or place, from 1. */
export const EventsReply = z.object({
  accepted: z.number().int(),
  /** Events that could not be kept because the spool is full and set to serve on. */
  dropped: z.number().int(),
  rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })),
});
export type EventsReply = z.infer<typeof EventsReply>;
