import { contentId, createIdGenerator } from '../../src/core/ids.ts';
import {
  type BodyRow,
  EMPTY_BATCH,
  type InteractionRow,
  PLAIN_HANDLING,
  type RecordBatch,
  type ScoreRow,
} from '../../src/interactions/record.ts';
import type { Database, Queryable } from '../../src/store/database.ts';

const EPOCH_MS = Date.parse('2026-11-20T10:15:00.000Z');

/** An interaction of a test: successful, of `gpt-test`, unless told otherwise. The id carries its time. */
export function interactionRow(
  given: Partial<InteractionRow> & Pick<InteractionRow, 'projectId'>,
): InteractionRow {
  const createdAt = given.createdAt ?? new Date(EPOCH_MS);
  return {
    id: createIdGenerator({ now: () => createdAt.getTime(), monotonic: () => 0 })(),
    createdAt,
    origin: 'gateway',
    dialect: 'openai',
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-test',
    responseModel: null,
    status: 'success',
    errorType: null,
    errorMessage: null,
    httpStatus: 200,
    stream: false,
    finishReason: 'stop',
    userId: null,
    sessionId: null,
    tags: [],
    metadata: {},
    promptName: null,
    promptVersion: null,
    traceId: null,
    parentSpanId: null,
    keyId: null,
    usage: {
      input: 10,
      cachedInput: 0,
      cacheWriteInput: null,
      audioInput: null,
      output: 20,
      reasoning: null,
      audioOutput: null,
      source: 'reported',
    },
    costMicroUsd: 150,
    costSource: 'estimated',
    priceVersion: null,
    latencyMs: 500,
    firstTokenMs: null,
    overheadMs: 0.4,
    requestBytes: 100,
    responseBytes: 200,
    truncated: false,
    attempts: [],
    handling: PLAIN_HANDLING,
    promptPreview: 'a question',
    responsePreview: 'an answer',
    ...given,
  };
}

export function bodyRow(interaction: InteractionRow, given: Partial<BodyRow> = {}): BodyRow {
  return {
    interactionId: interaction.id,
    projectId: interaction.projectId,
    createdAt: interaction.createdAt,
    requestBody: '{"messages":[]}',
    responseBody: '{"choices":[]}',
    requestEncoding: 'utf8',
    responseEncoding: 'utf8',
    requestContentType: 'application/json',
    responseContentType: 'application/json',
    promptText: interaction.promptPreview,
    responseText: interaction.responsePreview,
    context: [],
    ...given,
  };
}

/** A score of the rule evaluator named `overall`, unless told otherwise. */
export function scoreRow(interaction: InteractionRow, given: Partial<ScoreRow> = {}): ScoreRow {
  const name = given.name ?? 'overall';
  const evaluator = given.evaluator ?? 'rules';
  const value = given.value ?? 1;
  return {
    id: contentId(interaction.createdAt.getTime(), interaction.id, evaluator, name),
    projectId: interaction.projectId,
    createdAt: interaction.createdAt,
    interactionId: interaction.id,
    interactionCreatedAt: interaction.createdAt,
    model: interaction.model,
    userId: interaction.userId,
    name,
    value,
    nativeValue: 1 + 4 * value,
    label: 'ok',
    reason: null,
    source: 'rule',
    evaluator,
    evaluatorVersion: '1',
    flagged: false,
    details: null,
    ...given,
  };
}

export function batchOf(given: Partial<RecordBatch>): RecordBatch {
  return { ...EMPTY_BATCH, ...given };
}

/** Runs steps over a batch in one transaction, as the loader does. */
export async function record(
  database: Database,
  batch: RecordBatch,
  steps: readonly ((tx: Queryable, batch: RecordBatch) => Promise<void>)[],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const step of steps) await step(tx, batch);
  });
}
