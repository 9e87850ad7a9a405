import type { CopyValue, Queryable } from '../store/database.ts';
import { ensurePartitions } from '../store/partitions.ts';
import { jsonText } from '../store/values.ts';
import type {
  BodyRow,
  InteractionRow,
  RecordBatch,
  RecordStep,
  ScoreRow,
  SpanRow,
} from './record.ts';

/** What a column of a table is made of. */
type Columns<Row> = Readonly<Record<string, (row: Row) => CopyValue>>;

const INTERACTION: Columns<InteractionRow> = {
  id: (row) => row.id,
  project_id: (row) => row.projectId,
  created_at: (row) => row.createdAt,
  origin: (row) => row.origin,
  dialect: (row) => row.dialect,
  operation: (row) => row.operation,
  provider: (row) => row.provider,
  model: (row) => row.model,
  response_model: (row) => row.responseModel,
  status: (row) => row.status,
  error_type: (row) => row.errorType,
  error_message: (row) => row.errorMessage,
  http_status: (row) => row.httpStatus,
  stream: (row) => row.stream,
  finish_reason: (row) => row.finishReason,
  user_id: (row) => row.userId,
  session_id: (row) => row.sessionId,
  tags: (row) => row.tags,
  metadata: (row) => jsonText(row.metadata),
  prompt_name: (row) => row.promptName,
  prompt_version: (row) => row.promptVersion,
  trace_id: (row) => row.traceId,
  parent_span_id: (row) => row.parentSpanId,
  key_id: (row) => row.keyId,
  input_tokens: (row) => row.usage.input,
  cached_input_tokens: (row) => row.usage.cachedInput,
  cache_write_input_tokens: (row) => row.usage.cacheWriteInput,
  audio_input_tokens: (row) => row.usage.audioInput,
  output_tokens: (row) => row.usage.output,
  reasoning_tokens: (row) => row.usage.reasoning,
  audio_output_tokens: (row) => row.usage.audioOutput,
  usage_source: (row) => row.usage.source,
  cost_micro_usd: (row) => row.costMicroUsd,
  cost_source: (row) => row.costSource,
  price_version: (row) => row.priceVersion,
  latency_ms: (row) => row.latencyMs,
  first_token_ms: (row) => row.firstTokenMs,
  overhead_ms: (row) => row.overheadMs,
  request_bytes: (row) => row.requestBytes,
  response_bytes: (row) => row.responseBytes,
  truncated: (row) => row.truncated,
  attempts: (row) => jsonText(row.attempts),
  route: (row) => row.handling.route,
  response_dialect: (row) => row.handling.responseDialect,
  cache: (row) => row.handling.cache,
  saved_micro_usd: (row) => row.handling.savedMicroUsd,
  experiment_id: (row) => row.handling.exposure?.experimentId ?? null,
  experiment_arm: (row) => row.handling.exposure?.arm ?? null,
  experiment_unit: (row) => row.handling.exposure?.unit ?? null,
  shadow_of: (row) => row.handling.shadowOf,
  prompt_preview: (row) => row.promptPreview,
  response_preview: (row) => row.responsePreview,
  language: (row) => row.language ?? null,
};

const BODY: Columns<BodyRow> = {
  interaction_id: (row) => row.interactionId,
  project_id: (row) => row.projectId,
  created_at: (row) => row.createdAt,
  request_body: (row) => row.requestBody,
  response_body: (row) => row.responseBody,
  request_encoding: (row) => row.requestEncoding,
  response_encoding: (row) => row.responseEncoding,
  request_content_type: (row) => row.requestContentType,
  response_content_type: (row) => row.responseContentType,
  prompt_text: (row) => row.promptText,
  response_text: (row) => row.responseText,
  context: (row) => jsonText(row.context),
};

const SPAN: Columns<SpanRow> = {
  id: (row) => row.id,
  project_id: (row) => row.projectId,
  created_at: (row) => row.createdAt,
  trace_id: (row) => row.traceId,
  span_id: (row) => row.spanId,
  parent_span_id: (row) => row.parentSpanId,
  interaction_id: (row) => row.interactionId,
  kind: (row) => row.kind,
  name: (row) => row.name,
  duration_ms: (row) => row.durationMs,
  status: (row) => row.status,
  attributes: (row) => jsonText(row.attributes),
};

const SCORE: Columns<ScoreRow> = {
  id: (row) => row.id,
  project_id: (row) => row.projectId,
  created_at: (row) => row.createdAt,
  interaction_id: (row) => row.interactionId,
  interaction_created_at: (row) => row.interactionCreatedAt,
  model: (row) => row.model,
  user_id: (row) => row.userId,
  name: (row) => row.name,
  value: (row) => row.value,
  native_value: (row) => row.nativeValue,
  label: (row) => row.label,
  reason: (row) => row.reason,
  source: (row) => row.source,
  evaluator: (row) => row.evaluator,
  evaluator_version: (row) => row.evaluatorVersion,
  flagged: (row) => row.flagged,
  details: (row) => (row.details === null ? null : jsonText(row.details)),
};

/**
 * Writes the rows of a batch by COPY and makes the partitions they need. Rows that are already there
 * make it fail (`23505`): whoever calls it leaves them out.
 */
export const storeRecords: RecordStep = async (tx, batch) => {
  await ensurePartitions(tx, daysOf(batch));
  // Sent at once: the database takes one while the next is being encoded. All have to end before the
  // transaction may, also when one of them fails.
  const ended = await Promise.allSettled([
    copyRows(tx, 'interactions', { columns: INTERACTION, rows: batch.interactions }),
    copyRows(tx, 'interaction_bodies', { columns: BODY, rows: batch.bodies }),
    copyRows(tx, 'spans', { columns: SPAN, rows: batch.spans }),
    copyRows(tx, 'scores', { columns: SCORE, rows: batch.scores }),
  ]);
  // The first cause: what follows in a failed transaction fails for that alone.
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

const DAY_MS = 86_400_000;

/** One moment of each day (UTC) that rows of the batch belong to, in order. */
export function daysOf(batch: RecordBatch): Date[] {
  const days = new Set<number>();
  const add = (at: Date): unknown => days.add(Math.floor(at.getTime() / DAY_MS));
  for (const row of batch.interactions) add(row.createdAt);
  for (const row of batch.spans) add(row.createdAt);
  for (const row of batch.scores) add(row.interactionCreatedAt);
  return [...days].sort((a, b) => a - b).map((day) => new Date(day * DAY_MS));
}

async function copyRows<Row>(
  tx: Queryable,
  table: string,
  { columns, rows }: { columns: Columns<Row>; rows: readonly Row[] },
): Promise<void> {
  if (rows.length === 0) return;
  const read = Object.values(columns);
  await tx.copyIn({
    table,
    columns: Object.keys(columns),
    rows: rows.map((row) => read.map((column) => column(row))),
  });
}
