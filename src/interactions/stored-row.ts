import type { InteractionRow, ScoreRow } from './record.ts';

/** Every column of `interactions`, in one list, because lists and details read the same row. */
export const INTERACTION_COLUMNS = `i.id, i.project_id, i.created_at, i.origin, i.dialect, i.operation, i.provider,
  i.model, i.response_model, i.status, i.error_type, i.error_message, i.http_status, i.stream, i.finish_reason,
  i.user_id, i.session_id, i.tags, i.metadata, i.prompt_name, i.prompt_version, i.trace_id, i.parent_span_id,
  i.key_id, i.input_tokens, i.cached_input_tokens, i.cache_write_input_tokens, i.audio_input_tokens,
  i.output_tokens, i.reasoning_tokens, i.audio_output_tokens, i.usage_source, i.cost_micro_usd, i.cost_source,
  i.price_version, i.latency_ms, i.first_token_ms, i.overhead_ms, i.request_bytes, i.response_bytes, i.truncated,
  i.attempts, i.route, i.response_dialect, i.cache, i.saved_micro_usd, i.experiment_id, i.experiment_arm,
  i.experiment_unit, i.shadow_of, i.prompt_preview, i.response_preview, i.created_at::text as at_text`;

/** A row of `interactions` as the database gives it. */
export interface StoredInteraction {
  readonly id: string;
  readonly project_id: string;
  readonly created_at: Date;
  /** The exact time, which a Date would cut to milliseconds. */
  readonly at_text: string;
  readonly origin: InteractionRow['origin'];
  readonly dialect: string;
  readonly operation: string;
  readonly provider: string;
  readonly model: string | null;
  readonly response_model: string | null;
  readonly status: InteractionRow['status'];
  readonly error_type: InteractionRow['errorType'];
  readonly error_message: string | null;
  readonly http_status: number | null;
  readonly stream: boolean;
  readonly finish_reason: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly prompt_name: string | null;
  readonly prompt_version: string | null;
  readonly trace_id: string | null;
  readonly parent_span_id: string | null;
  readonly key_id: string | null;
  readonly input_tokens: number | null;
  readonly cached_input_tokens: number | null;
  readonly cache_write_input_tokens: number | null;
  readonly audio_input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly audio_output_tokens: number | null;
  readonly usage_source: InteractionRow['usage']['source'];
  readonly cost_micro_usd: number | null;
  readonly cost_source: InteractionRow['costSource'];
  readonly price_version: string | null;
  readonly latency_ms: number | null;
  readonly first_token_ms: number | null;
  readonly overhead_ms: number | null;
  readonly request_bytes: number | null;
  readonly response_bytes: number | null;
  readonly truncated: boolean;
  readonly attempts: InteractionRow['attempts'];
  readonly route: string | null;
  readonly response_dialect: string | null;
  readonly cache: 'hit' | 'miss' | null;
  readonly saved_micro_usd: number | null;
  readonly experiment_id: string | null;
  readonly experiment_arm: string | null;
  readonly experiment_unit: string | null;
  readonly shadow_of: string | null;
  readonly prompt_preview: string;
  readonly response_preview: string;
}

/** The interaction of a stored row. */
export function interactionOf(row: StoredInteraction): InteractionRow {
  return {
    id: row.id,
    projectId: row.project_id,
    createdAt: row.created_at,
    origin: row.origin,
    dialect: row.dialect,
    operation: row.operation,
    provider: row.provider,
    model: row.model,
    responseModel: row.response_model,
    status: row.status,
    errorType: row.error_type,
    errorMessage: row.error_message,
    httpStatus: row.http_status,
    stream: row.stream,
    finishReason: row.finish_reason,
    userId: row.user_id,
    sessionId: row.session_id,
    tags: row.tags,
    metadata: row.metadata,
    promptName: row.prompt_name,
    promptVersion: row.prompt_version,
    traceId: row.trace_id,
    parentSpanId: row.parent_span_id,
    keyId: row.key_id,
    usage: usageOf(row),
    costMicroUsd: row.cost_micro_usd,
    costSource: row.cost_source,
    priceVersion: row.price_version,
    latencyMs: row.latency_ms,
    firstTokenMs: row.first_token_ms,
    overheadMs: row.overhead_ms,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    truncated: row.truncated,
    attempts: row.attempts,
    handling: handlingOf(row),
    promptPreview: row.prompt_preview,
    responsePreview: row.response_preview,
  };
}

function handlingOf(row: StoredInteraction): InteractionRow['handling'] {
  const { experiment_id: experimentId, experiment_arm: arm, experiment_unit: unit } = row;
  const exposed = experimentId !== null && arm !== null && unit !== null;
  return {
    route: row.route,
    responseDialect: row.response_dialect,
    cache: row.cache,
    savedMicroUsd: row.saved_micro_usd,
    exposure: exposed ? { experimentId, arm, unit } : null,
    shadowOf: row.shadow_of,
  };
}

function usageOf(row: StoredInteraction): InteractionRow['usage'] {
  return {
    input: row.input_tokens,
    cachedInput: row.cached_input_tokens,
    cacheWriteInput: row.cache_write_input_tokens,
    audioInput: row.audio_input_tokens,
    output: row.output_tokens,
    reasoning: row.reasoning_tokens,
    audioOutput: row.audio_output_tokens,
    source: row.usage_source,
  };
}

/** A row of `scores` as the database gives it. */
export interface StoredScore {
  readonly id: string;
  readonly project_id: string;
  readonly created_at: Date;
  readonly interaction_id: string;
  readonly interaction_created_at: Date;
  readonly model: string | null;
  readonly user_id: string | null;
  readonly name: string;
  readonly value: number;
  readonly native_value: number | null;
  readonly label: string | null;
  readonly reason: string | null;
  readonly source: ScoreRow['source'];
  readonly evaluator: string;
  readonly evaluator_version: string;
  readonly flagged: boolean;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** The score of a stored row. */
export function scoreOf(row: StoredScore): ScoreRow {
  return {
    id: row.id,
    projectId: row.project_id,
    createdAt: row.created_at,
    interactionId: row.interaction_id,
    interactionCreatedAt: row.interaction_created_at,
    model: row.model,
    userId: row.user_id,
    name: row.name,
    value: row.value,
    nativeValue: row.native_value,
    label: row.label,
    reason: row.reason,
    source: row.source,
    evaluator: row.evaluator,
    evaluatorVersion: row.evaluator_version,
    flagged: row.flagged,
    details: row.details,
  };
}
