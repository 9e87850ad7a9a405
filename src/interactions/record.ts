import type { Queryable } from '../store/database.ts';

/** Where an interaction came in; `judge` and `run` are calls that the program made itself. */
export type Origin = 'gateway' | 'event' | 'import' | 'sdk' | 'otlp' | 'demo' | 'judge' | 'run';

/** Calls of the program itself: they cost money and are no traffic of anybody's application. */
export type InsideOrigin = Extract<Origin, 'judge' | 'run'>;

export function isInside(origin: Origin): origin is InsideOrigin {
  return origin === 'judge' || origin === 'run';
}

/** How a token count or a cost came to be known. */
export type Provenance = 'reported' | 'counted' | 'estimated';

/** Why an interaction failed; null on success. */
export type ErrorType =
  | 'upstream_error'
  | 'rate_limited'
  | 'invalid_request'
  | 'unauthorized'
  | 'connection_failed'
  | 'timeout_connect'
  | 'timeout_first_byte'
  | 'timeout_idle'
  | 'timeout_total'
  | 'upstream_truncated'
  | 'client_closed'
  | 'shutdown'
  | 'unknown';

/**
 * Tokens of one call. `input` is the total with `cachedInput`, `cacheWriteInput` and `audioInput` as parts
 * of it; `output` is the total with `reasoning` and `audioOutput` as parts of it. Null is unknown.
 */
export interface Usage {
  readonly input: number | null;
  readonly cachedInput: number | null;
  readonly cacheWriteInput: number | null;
  readonly audioInput: number | null;
  readonly output: number | null;
  readonly reasoning: number | null;
  readonly audioOutput: number | null;
  readonly source: Provenance | null;
}

/** One try at one target. Durations in milliseconds. */
export interface Attempt {
  readonly provider: string;
  readonly model: string | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly httpStatus: number | null;
  readonly errorType: ErrorType | null;
  readonly errorMessage: string | null;
}

/** What an experiment assigned to a call. `unit` is a hash of user, session or call, never a name. */
export interface Exposure {
  readonly experimentId: string;
  readonly arm: string;
  readonly unit: string;
}

/** How the gateway handled a call beyond forwarding it. */
export interface Handling {
  /** The route's name; null when the model was taken as it is. */
  readonly route: string | null;
  /** The dialect of the recorded answer where it is not the caller's. */
  readonly responseDialect: string | null;
  /** Null: the call was not looked up. */
  readonly cache: 'hit' | 'miss' | null;
  /** What a hit would have cost; null when unknown or no hit. */
  readonly savedMicroUsd: number | null;
  readonly exposure: Exposure | null;
  /** The interaction that this shadow call accompanies; null for calls that answer somebody. */
  readonly shadowOf: string | null;
}

/** A call that was forwarded and nothing more, or came in another way. */
export const PLAIN_HANDLING: Handling = {
  route: null,
  responseDialect: null,
  cache: null,
  savedMicroUsd: null,
  exposure: null,
  shadowOf: null,
};

/** Part of a budget that a call holds until its bill is booked. */
export interface BudgetCharge {
  readonly budgetId: string;
  /** The key id, user or model whose account it is; empty for a project's budget. */
  readonly subject: string;
  /** First moment of the period, ISO 8601 UTC. */
  readonly period: string;
  /** The process that holds the reservation. */
  readonly holder: string;
  readonly microUsd: number;
}

/** The charges of one stored interaction. */
export interface InteractionCharges {
  readonly interactionId: string;
  readonly projectId: string;
  readonly charges: readonly BudgetCharge[];
}

/** A row of `interactions`: everything lists and roll-ups need, without bodies. */
export interface InteractionRow {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly origin: Origin;
  /** `openai`, `anthropic`, …: the dialect of the caller. */
  readonly dialect: string;
  /** `chat`, `responses`, `completions`, `embeddings`, `models`, `passthrough`. */
  readonly operation: string;
  readonly provider: string;
  /** The model as the caller named it; null where a call has none. */
  readonly model: string | null;
  /** The model as the provider named it in its answer. */
  readonly responseModel: string | null;
  readonly status: 'success' | 'error';
  readonly errorType: ErrorType | null;
  readonly errorMessage: string | null;
  readonly httpStatus: number | null;
  readonly stream: boolean;
  readonly finishReason: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
  readonly traceId: string | null;
  readonly parentSpanId: string | null;
  readonly keyId: string | null;
  readonly usage: Usage;
  readonly costMicroUsd: number | null;
  readonly costSource: Provenance | null;
  /** Which price list the cost was made with: `genai-prices@0.1.8`, `project:<price id>`. */
  readonly priceVersion: string | null;
  /** From the request's arrival to the last byte. */
  readonly latencyMs: number | null;
  /** To the first content byte of a stream. */
  readonly firstTokenMs: number | null;
  /** Spent by us, not waiting for the provider. */
  readonly overheadMs: number | null;
  readonly requestBytes: number | null;
  readonly responseBytes: number | null;
  /** True when a body was longer than what is kept. */
  readonly truncated: boolean;
  readonly attempts: readonly Attempt[];
  readonly handling: Handling;
  /** The first 200 characters of the last user message and of the answer. */
  readonly promptPreview: string;
  readonly responsePreview: string;
  /** ISO 639-1 code of the answer's language; null when it cannot be told, absent before somebody looked. */
  readonly language?: string | null;
}

/** A row of `interaction_bodies`. Text as the reader sees it beside the raw bodies. */
export interface BodyRow {
  readonly interactionId: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly requestBody: string | null;
  readonly responseBody: string | null;
  /** `utf8` or `base64`, for each raw body. */
  readonly requestEncoding: 'utf8' | 'base64';
  readonly responseEncoding: 'utf8' | 'base64';
  readonly requestContentType: string | null;
  readonly responseContentType: string | null;
  /** The plain text of the last user message and of the (assembled) answer. */
  readonly promptText: string | null;
  readonly responseText: string | null;
  /** Passages the answer must be grounded in. */
  readonly context: readonly string[];
}

export type SpanKind =
  | 'retrieval'
  | 'rerank'
  | 'embedding'
  | 'tool'
  | 'chain'
  | 'cache'
  | 'usage'
  | 'other';

/** A row of `spans`: a step around interactions. */
export interface SpanRow {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly parentSpanId: string | null;
  readonly interactionId: string | null;
  readonly kind: SpanKind;
  readonly name: string;
  readonly durationMs: number | null;
  readonly status: 'success' | 'error';
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type ScoreSource = 'rule' | 'detector' | 'judge' | 'human';

/** A row of `scores`. Carries what roll-ups and lists need of its interaction, so nobody joins. */
export interface ScoreRow {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly interactionId: string;
  /** Scores live in the partition of their interaction. */
  readonly interactionCreatedAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
  /** `overall`, `instruction_following`, `truthfulness`, `length`, `user_feedback` … */
  readonly name: string;
  /** 0 to 1, 1 is good. */
  readonly value: number;
  /** The scale users know: 1–5 for `overall`; −1, 0, 1 or stars for feedback. */
  readonly nativeValue: number | null;
  readonly label: string | null;
  readonly reason: string | null;
  readonly source: ScoreSource;
  readonly evaluator: string;
  readonly evaluatorVersion: string;
  readonly flagged: boolean;
  readonly details: Readonly<Record<string, unknown>> | null;
  /** The score is of a call that the program made itself: stored, and left out of what analytics counts. */
  readonly uncounted?: true;
}

/** What is written together, in one transaction. */
export interface RecordBatch {
  readonly interactions: readonly InteractionRow[];
  readonly bodies: readonly BodyRow[];
  readonly spans: readonly SpanRow[];
  readonly scores: readonly ScoreRow[];
  /** Of the interactions of this batch; those without any are left out. */
  readonly charges: readonly InteractionCharges[];
}

/**
 * One part of recording a batch: storing rows, counting them into roll-ups, queueing evaluations.
 * The composition roots join the steps; every step runs in the transaction that it is given.
 */
export type RecordStep = (tx: Queryable, batch: RecordBatch) => Promise<void>;

export const EMPTY_BATCH: RecordBatch = {
  interactions: [],
  bodies: [],
  spans: [],
  scores: [],
  charges: [],
};
