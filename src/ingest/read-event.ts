import { z } from 'zod';
import {
  type AgentChatEvent,
  AnyEvent,
  type EmbedCacheEvent,
  type FeedbackEvent,
  type InteractionEvent,
  type LlmCallEvent,
  type OllamaUsageEvent,
  type RagRetrieveEvent,
  type ScoreEvent,
  type SpanEvent,
} from '../contract/events.ts';
import { isUuid } from '../core/ids.ts';
import { microUsdFromUsd } from '../core/money.ts';
import {
  type BodyRow,
  type BudgetCharge,
  type ErrorType,
  type InteractionRow,
  PLAIN_HANDLING,
  type ScoreRow,
  type SpanRow,
} from '../interactions/record.ts';
import { NO_USAGE } from '../providers/exchange.ts';
import { preview } from './preview.ts';
import type { EventRecord } from './spool-record.ts';

/** A score whose interaction has yet to be found, by its id or by the id that its trace carries. */
export interface PendingScore {
  readonly link: string;
  readonly row: Omit<ScoreRow, 'interactionId' | 'interactionCreatedAt' | 'model' | 'userId'>;
}

/** What one event is stored as: an interaction with its body, a span, or a score. */
export interface EventRows {
  readonly interaction: InteractionRow | null;
  readonly body: BodyRow | null;
  readonly span: SpanRow | null;
  readonly score: PendingScore | null;
  /** What the interaction holds of budgets. */
  readonly charges: readonly BudgetCharge[];
}

const NOTHING: EventRows = {
  interaction: null,
  body: null,
  span: null,
  score: null,
  charges: [],
};
const At = z.looseObject({ at: z.number() });

/** The rows of an event; throws when the record does not hold a sound event. */
export function readEvent(record: EventRecord): EventRows {
  const { at } = At.parse(record.event);
  const { at: _own, ...fields } = record.event;
  const event = AnyEvent.parse(fields);
  return rowsOf({ ...record, createdAt: new Date(at) }, event);
}

type Dated = EventRecord & { readonly createdAt: Date };

function rowsOf(record: Dated, event: AnyEvent): EventRows {
  switch (event.event) {
    case 'llm.call':
      return fromLlmCall(record, event);
    case 'rag.retrieve':
      return fromRetrieval(record, event);
    case 'ollama.usage':
      return fromUsage(record, event);
    case 'embed.cache':
      return fromCache(record, event);
    case 'agent_chat':
      return fromAgentChat(record, event);
    case 'feedback':
      return fromFeedback(record, event);
    case 'interaction':
      return fromInteraction(record, event);
    case 'span':
      return fromSpan(record, event);
    case 'score':
      return fromScore(record, event);
  }
}

function baseInteraction(record: Dated): InteractionRow {
  return {
    id: record.id,
    projectId: record.projectId,
    createdAt: record.createdAt,
    origin: record.origin,
    dialect: 'event',
    operation: 'chat',
    provider: 'unknown',
    model: null,
    responseModel: null,
    status: 'success',
    errorType: null,
    errorMessage: null,
    httpStatus: null,
    stream: false,
    finishReason: null,
    userId: null,
    sessionId: null,
    tags: [],
    metadata: {},
    promptName: null,
    promptVersion: null,
    traceId: null,
    parentSpanId: null,
    keyId: null,
    usage: NO_USAGE,
    costMicroUsd: null,
    costSource: null,
    priceVersion: null,
    latencyMs: null,
    firstTokenMs: null,
    overheadMs: null,
    requestBytes: null,
    responseBytes: null,
    truncated: false,
    attempts: [],
    handling: PLAIN_HANDLING,
    promptPreview: '',
    responsePreview: '',
  };
}

interface Texts {
  readonly prompt: string | null;
  readonly response: string | null;
  readonly context?: readonly string[];
}

/** Interaction and body with their texts. */
function withTexts(row: InteractionRow, { prompt, response, context = [] }: Texts): EventRows {
  const interaction = {
    ...row,
    promptPreview: preview(prompt),
    responsePreview: preview(response),
    requestBytes: prompt === null ? null : Buffer.byteLength(prompt),
    responseBytes: response === null ? null : Buffer.byteLength(response),
  };
  const body: BodyRow = {
    interactionId: row.id,
    projectId: row.projectId,
    createdAt: row.createdAt,
    requestBody: null,
    responseBody: null,
    requestEncoding: 'utf8',
    responseEncoding: 'utf8',
    requestContentType: null,
    responseContentType: null,
    promptText: prompt,
    responseText: response,
    context,
  };
  return { ...NOTHING, interaction, body };
}

function fromLlmCall(record: Dated, event: z.infer<typeof LlmCallEvent>): EventRows {
  const input = event.prompt_tokens ?? null;
  const output = event.completion_tokens ?? null;
  const source = input === null && output === null ? null : ('reported' as const);
  const row: InteractionRow = {
    ...baseInteraction(record),
    provider: event.provider,
    model: event.model,
    status: event.success ? 'success' : 'error',
    errorType: event.success ? null : errorTypeOf(event.error ?? null),
    errorMessage: event.success ? null : (event.error ?? null),
    latencyMs: event.latency_ms ?? null,
    traceId: event.interaction_id ?? null,
    userId: event.user_id ?? null,
    sessionId: event.session_id ?? null,
    usage: { ...NO_USAGE, input, output, source },
  };
  return withTexts(row, { prompt: event.prompt ?? null, response: event.response ?? null });
}

const ERROR_WORDS: readonly (readonly [RegExp, ErrorType])[] = [
  [/connect\w* (time|timed)[ -]?out|ConnectTimeout/i, 'timeout_connect'],
  [/time[ -]?out|timed out|deadline/i, 'timeout_total'],
  [/rate.?limit|too many requests|\b429\b|quota/i, 'rate_limited'],
  [/unauthori[sz]ed|forbidden|api.?key|permission|\b40[13]\b/i, 'unauthorized'],
  [/connection|connect|ECONN|refused|unreachable|getaddrinfo|dns/i, 'connection_failed'],
  [/bad request|invalid|context.?length|\b4(?:00|04|13|22)\b/i, 'invalid_request'],
];

/** The type an error text of another system stands for; `unknown` without a text. */
export function errorTypeOf(text: string | null): ErrorType {
  if (text === null || text.trim() === '') return 'unknown';
  return ERROR_WORDS.find(([words]) => words.test(text))?.[1] ?? 'upstream_error';
}

function fromAgentChat(record: Dated, event: z.infer<typeof AgentChatEvent>): EventRows {
  const metadata: Record<string, string> = {};
  if (event.mode) metadata['mode'] = event.mode;
  if (event.filename) metadata['filename'] = event.filename;
  metadata['used_logs'] = String(event.used_logs ?? false);
  metadata['tool_steps'] = String(event.tool_steps?.length ?? 0);
  const row: InteractionRow = {
    ...baseInteraction(record),
    provider: 'agent',
    traceId: event.interaction_id,
    tags: ['agent_chat'],
    metadata,
  };
  return withTexts(row, {
    prompt: event.message,
    response: event.answer,
    context: (event.sources ?? []).map((source) => sourceText(source)),
  });
}

function sourceText(source: unknown): string {
  return typeof source === 'string' ? source : JSON.stringify(source);
}

function fromInteraction(record: Dated, event: z.infer<typeof InteractionEvent>): EventRows {
  const { event: _event, id: _id, createdAt: _at, prompt, response, context, ...fields } = event;
  const { usage: given, costUsd, ...columns } = fields;
  const usage = { ...NO_USAGE, ...definedOf(given ?? {}) };
  const known = usage.input !== null || usage.output !== null;
  const row: InteractionRow = {
    ...baseInteraction(record),
    ...definedOf(columns),
    usage: { ...usage, source: known ? 'reported' : null },
    ...(typeof costUsd === 'number'
      ? { costMicroUsd: microUsdFromUsd(costUsd), costSource: 'reported' }
      : {}),
    ...(event.status === 'error'
      ? { errorType: event.errorType ?? errorTypeOf(event.errorMessage ?? null) }
      : { errorType: null }),
  };
  return withTexts(row, { prompt: prompt ?? null, response: response ?? null, context });
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that are given, so that absent ones keep their default. */
function definedOf<Fields extends object>(fields: Fields): Defined<Fields> {
  const given: Defined<Fields> = { ...(fields as Defined<Fields>) };
  for (const name of Object.keys(given) as (keyof Fields)[]) {
    if (given[name] === undefined) delete given[name];
  }
  return given;
}

function baseSpan(record: Dated): SpanRow {
  return {
    id: record.id,
    projectId: record.projectId,
    createdAt: record.createdAt,
    traceId: null,
    spanId: null,
    parentSpanId: null,
    interactionId: null,
    kind: 'other',
    name: 'event',
    durationMs: null,
    status: 'success',
    attributes: {},
  };
}

/** A span of an event that names the interaction it belongs to. */
function linkedSpan(
  record: Dated,
  link: string | null | undefined,
  span: Pick<SpanRow, 'kind' | 'name' | 'durationMs' | 'attributes'>,
): EventRows {
  const traceId = link ?? null;
  const interactionId = traceId !== null && isUuid(traceId) ? traceId : null;
  return { ...NOTHING, span: { ...baseSpan(record), traceId, interactionId, ...span } };
}

function fromRetrieval(record: Dated, event: z.infer<typeof RagRetrieveEvent>): EventRows {
  const { ts: _ts, event: _event, interaction_id, latency_ms, ...attributes } = event;
  return linkedSpan(record, interaction_id, {
    kind: 'retrieval',
    name: 'rag.retrieve',
    durationMs: latency_ms ?? null,
    attributes,
  });
}

function fromUsage(record: Dated, event: z.infer<typeof OllamaUsageEvent>): EventRows {
  const { ts: _ts, event: _event, interaction_id, latency_ms, ...attributes } = event;
  // Calls are counted by their own `llm.call` events; this one only carries the count along.
  return linkedSpan(record, interaction_id, {
    kind: 'usage',
    name: 'ollama.usage',
    durationMs: latency_ms ?? null,
    attributes,
  });
}

function fromCache(record: Dated, event: z.infer<typeof EmbedCacheEvent>): EventRows {
  const { ts: _ts, event: _event, interaction_id, ...attributes } = event;
  return linkedSpan(record, interaction_id, {
    kind: 'cache',
    name: 'embed.cache',
    durationMs: null,
    attributes,
  });
}

function fromSpan(record: Dated, event: z.infer<typeof SpanEvent>): EventRows {
  const span: SpanRow = {
    ...baseSpan(record),
    kind: event.kind,
    name: event.name,
    traceId: event.traceId ?? null,
    spanId: event.spanId ?? null,
    parentSpanId: event.parentSpanId ?? null,
    interactionId: event.interactionId ?? null,
    durationMs: event.durationMs ?? null,
    status: event.status,
    attributes: event.attributes,
  };
  return { ...NOTHING, span };
}

function fromFeedback(record: Dated, event: z.infer<typeof FeedbackEvent>): EventRows {
  const row: PendingScore['row'] = {
    ...identityOf(record),
    name: 'user_feedback',
    value: (event.rating + 1) / 2,
    nativeValue: event.rating,
    label: event.rating > 0 ? 'positive' : event.rating < 0 ? 'negative' : 'neutral',
    reason: event.comment ?? null,
    source: 'human',
    evaluator: 'feedback',
    evaluatorVersion: '1',
    flagged: event.rating < 0,
    details: null,
  };
  return { ...NOTHING, score: { link: event.interaction_id, row } };
}

function fromScore(record: Dated, event: z.infer<typeof ScoreEvent>): EventRows {
  const row: PendingScore['row'] = {
    ...identityOf(record),
    name: event.name,
    value: event.value,
    nativeValue: event.nativeValue ?? null,
    label: event.label ?? null,
    reason: event.reason ?? null,
    source: event.source,
    evaluator: event.evaluator,
    evaluatorVersion: event.evaluatorVersion,
    flagged: event.flagged,
    details: null,
  };
  return { ...NOTHING, score: { link: event.interactionId, row } };
}

function identityOf({
  id,
  projectId,
  createdAt,
}: Dated): Pick<ScoreRow, 'id' | 'projectId' | 'createdAt'> {
  return { id, projectId, createdAt };
}
