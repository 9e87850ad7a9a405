import { z } from 'zod';
import { type BodyRow, type InteractionRow, PLAIN_HANDLING } from '../interactions/record.ts';
import { fillUsage } from '../pricing/count-tokens.ts';
import type { Pricer } from '../pricing/price.ts';
import { countTexts } from '../pricing/price-texts.ts';
import type { ParsedExchange } from '../providers/exchange.ts';
import { readExchange } from '../providers/read-exchange.ts';
import { preview } from './preview.ts';
import { type EventRows, readEvent } from './read-event.ts';
import { joinRecord } from './spool-body.ts';
import type { ExchangeRecord, SpoolRecord } from './spool-record.ts';

/** What every record carries, whatever it holds beside; checked before a batch goes to the database. */
const Frame = z.looseObject({
  kind: z.enum(['exchange', 'event']),
  id: z.uuid(),
  projectId: z.uuid(),
  receivedAtMs: z.number(),
});

/**
 * The record of a spool line, with the bodies that stand behind its text; throws when the text is not one. Written
 * by this program, so only its frame is checked.
 */
export function parseRecord(text: string, bodies: readonly string[] = []): SpoolRecord {
  const value: SpoolRecord = JSON.parse(text);
  Frame.parse(value);
  return joinRecord(value, bodies);
}

/** The rows a record is stored as: read, counted and priced. Throws when it cannot be read. */
export async function readRecord(record: SpoolRecord, price: Pricer): Promise<EventRows> {
  if (record.kind === 'exchange') return fromExchange(record, price);
  const rows = readEvent(record);
  if (rows.interaction === null) return rows;
  return {
    ...rows,
    interaction: withCost(await counted(rows.interaction, rows.body), price, null),
  };
}

/** Events often come without token counts; what can be counted is. */
async function counted(row: InteractionRow, body: BodyRow | null): Promise<InteractionRow> {
  const texts = { prompt: body?.promptText ?? null, answer: body?.responseText ?? null };
  if (row.status === 'error' || row.model === null) return row;
  return { ...row, usage: await countTexts(texts, row.usage, row.responseModel ?? row.model) };
}

async function fromExchange(record: ExchangeRecord, price: Pricer): Promise<EventRows> {
  const parsed = readExchange({
    ...record,
    responseDialect: record.handling?.responseDialect ?? null,
  });
  const model = parsed.requestModel ?? record.model;
  const usage = await fillUsage(parsed, parsed.responseModel ?? model);
  const row = withCost(
    interactionOf(record, { ...parsed, requestModel: model, usage }),
    price,
    parsed.serviceTier,
  );
  return {
    interaction: record.handling?.cache === 'hit' ? asSaved(row) : row,
    body: bodyOf(record, parsed),
    span: null,
    score: null,
    charges: record.handling?.charges ?? [],
  };
}

const MAX_ERROR_LENGTH = 8_000;

function interactionOf(record: ExchangeRecord, parsed: ParsedExchange): InteractionRow {
  const { context, request, response } = record;
  const failed = record.status === 'error';
  const message = record.errorMessage ?? (failed ? parsed.errorMessage : null);
  return {
    id: record.id,
    projectId: record.projectId,
    createdAt: new Date(record.receivedAtMs),
    origin: record.origin,
    dialect: record.dialect,
    operation: record.operation,
    provider: record.provider,
    model: parsed.requestModel,
    responseModel: parsed.responseModel,
    status: record.status,
    errorType: record.errorType,
    errorMessage: message?.slice(0, MAX_ERROR_LENGTH) ?? null,
    httpStatus: record.httpStatus,
    stream: record.stream,
    finishReason: parsed.finishReason,
    userId: context.userId ?? parsed.userId,
    sessionId: context.sessionId ?? parsed.sessionId,
    tags: context.tags,
    metadata: { ...parsed.metadata, ...context.metadata },
    promptName: context.promptName,
    promptVersion: context.promptVersion,
    traceId: context.traceId,
    parentSpanId: context.parentSpanId,
    keyId: context.keyId,
    usage: parsed.usage,
    costMicroUsd: null,
    costSource: null,
    priceVersion: null,
    latencyMs: record.latencyMs,
    firstTokenMs: record.firstTokenMs,
    overheadMs: record.overheadMs,
    requestBytes: request?.bytes ?? null,
    responseBytes: response?.bytes ?? null,
    truncated: request?.truncated === true || response?.truncated === true,
    attempts: record.attempts,
    handling: handlingOf(record),
    promptPreview: preview(parsed.promptText),
    responsePreview: preview(parsed.responseText),
  };
}

function bodyOf(
  { id, projectId, receivedAtMs, request, response, context }: ExchangeRecord,
  parsed: ParsedExchange,
): BodyRow {
  return {
    interactionId: id,
    projectId,
    createdAt: new Date(receivedAtMs),
    requestBody: request?.text ?? null,
    responseBody: response?.text ?? null,
    requestEncoding: request?.encoding ?? 'utf8',
    responseEncoding: response?.encoding ?? 'utf8',
    requestContentType: request?.contentType ?? null,
    responseContentType: response?.contentType ?? null,
    promptText: parsed.promptText,
    responseText: parsed.responseText,
    context: context.passages,
  };
}

function handlingOf({ handling }: ExchangeRecord): InteractionRow['handling'] {
  if (handling === undefined) return PLAIN_HANDLING;
  const { charges: _, ...handled } = handling;
  return { ...handled, savedMicroUsd: null };
}

/** A cache hit costs nothing: what it would have cost is what it saved. */
function asSaved(row: InteractionRow): InteractionRow {
  const handling = { ...row.handling, savedMicroUsd: row.costMicroUsd };
  return { ...row, handling, costMicroUsd: 0, costSource: 'reported', priceVersion: 'cache' };
}

/** The row with its cost, unless the sender stated one. */
function withCost(row: InteractionRow, price: Pricer, serviceTier: string | null): InteractionRow {
  if (row.costMicroUsd !== null) return row;
  const { projectId, provider, model, responseModel, usage, createdAt: at } = row;
  const cost = price({ projectId, provider, model, responseModel, serviceTier, usage, at });
  return cost === null ? row : { ...row, ...cost };
}
