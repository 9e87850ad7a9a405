import type { InteractionSummary, Score } from '../contract/interactions.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import type { StoredInteraction, StoredScore } from './stored-row.ts';

/** An interaction without its scores, as lists and details show it. */
export function presentInteraction(row: StoredInteraction): Omit<InteractionSummary, 'scores'> {
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    origin: row.origin,
    dialect: row.dialect,
    operation: row.operation,
    provider: row.provider,
    model: row.model,
    responseModel: row.response_model,
    status: row.status,
    errorType: row.error_type,
    httpStatus: row.http_status,
    stream: row.stream,
    finishReason: row.finish_reason,
    userId: row.user_id,
    sessionId: row.session_id,
    tags: [...row.tags],
    usage: {
      input: row.input_tokens,
      cachedInput: row.cached_input_tokens,
      cacheWriteInput: row.cache_write_input_tokens,
      audioInput: row.audio_input_tokens,
      output: row.output_tokens,
      reasoning: row.reasoning_tokens,
      audioOutput: row.audio_output_tokens,
      source: row.usage_source,
    },
    costMicroUsd: row.cost_micro_usd,
    costUsd: usdFromMicroUsd(row.cost_micro_usd),
    costSource: row.cost_source,
    latencyMs: row.latency_ms,
    firstTokenMs: row.first_token_ms,
    overheadMs: row.overhead_ms,
    route: row.route,
    cache: row.cache,
    savedMicroUsd: row.saved_micro_usd,
    experiment:
      row.experiment_id === null || row.experiment_arm === null
        ? null
        : { id: row.experiment_id, arm: row.experiment_arm },
    shadowOf: row.shadow_of,
    promptPreview: row.prompt_preview,
    responsePreview: row.response_preview,
  };
}

/** A score in full. */
export function presentScore(row: StoredScore): Score {
  return {
    id: row.id,
    interactionId: row.interaction_id,
    createdAt: row.created_at.toISOString(),
    name: row.name,
    value: row.value,
    nativeValue: row.native_value,
    label: row.label,
    reason: row.reason,
    source: row.source,
    evaluator: row.evaluator,
    evaluatorVersion: row.evaluator_version,
    flagged: row.flagged,
    details: row.details === null ? null : { ...row.details },
  };
}
