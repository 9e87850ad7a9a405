import type { InteractionDetail } from '../contract/interactions.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { findInteraction, scoresOf } from './find.ts';
import { presentInteraction, presentScore } from './present.ts';
import type { StoredInteraction, StoredScore } from './stored-row.ts';

interface StoredBody {
  readonly request_body: string | null;
  readonly response_body: string | null;
  readonly request_encoding: 'utf8' | 'base64';
  readonly response_encoding: 'utf8' | 'base64';
  readonly request_content_type: string | null;
  readonly response_content_type: string | null;
  readonly prompt_text: string | null;
  readonly response_text: string | null;
  readonly context: string[];
}

const NO_BODY: StoredBody = {
  request_body: null,
  response_body: null,
  request_encoding: 'utf8',
  response_encoding: 'utf8',
  request_content_type: null,
  response_content_type: null,
  prompt_text: null,
  response_text: null,
  context: [],
};

/** One interaction with bodies, scores and spans. Throws `not_found`, also when it is of another project. */
export async function readInteraction(
  database: Queryable,
  of: { readonly projectId: string; readonly id: string },
): Promise<InteractionDetail> {
  const row = await findInteraction(database, of);
  if (row === null) throw new AppError('not_found', 'There is no interaction with this id.');
  const [body = NO_BODY] = await database.query<StoredBody>(
    `select request_body, response_body, request_encoding, response_encoding, request_content_type,
       response_content_type, prompt_text, response_text, context
     from interaction_bodies where created_at = $1::timestamptz and interaction_id = $2`,
    [row.at_text, row.id],
  );
  const scores = await scoresOf(database, row);
  return {
    ...presentInteraction(row),
    ...facts(row),
    scores: scores.map(presentScore),
    spans: await spansOf(database, row),
    shadows: await shadowsOf(database, row),
    ...bodies(body),
    masked: false,
    evaluation: await evaluationState(database, row, scores),
  };
}

type Facts = Pick<
  InteractionDetail,
  | 'errorMessage'
  | 'metadata'
  | 'promptName'
  | 'promptVersion'
  | 'traceId'
  | 'keyId'
  | 'priceVersion'
  | 'requestBytes'
  | 'responseBytes'
  | 'truncated'
  | 'responseDialect'
  | 'attempts'
>;

function facts(row: StoredInteraction): Facts {
  return {
    errorMessage: row.error_message,
    metadata: { ...row.metadata },
    promptName: row.prompt_name,
    promptVersion: row.prompt_version,
    traceId: row.trace_id,
    keyId: row.key_id,
    priceVersion: row.price_version,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    truncated: row.truncated,
    responseDialect: row.response_dialect,
    attempts: row.attempts.map(({ startedAtMs, ...attempt }) => ({
      ...attempt,
      startedAt: new Date(startedAtMs).toISOString(),
    })),
  };
}

function bodies(
  body: StoredBody,
): Pick<InteractionDetail, 'request' | 'response' | 'promptText' | 'responseText' | 'context'> {
  return {
    request: {
      body: body.request_body,
      encoding: body.request_encoding,
      contentType: body.request_content_type,
    },
    response: {
      body: body.response_body,
      encoding: body.response_encoding,
      contentType: body.response_content_type,
    },
    promptText: body.prompt_text,
    responseText: body.response_text,
    context: body.context,
  };
}

/**
 * The calls that an experiment made beside this one, at most 50. They begin when it does, and only calls that were
 * exposed to an experiment have any, so that few rows are looked at.
 */
async function shadowsOf(
  database: Queryable,
  row: StoredInteraction,
): Promise<InteractionDetail['shadows']> {
  if (row.experiment_id === null || row.shadow_of !== null) return [];
  return await database.query<InteractionDetail['shadows'][number]>(
    `select id, experiment_arm as arm, model from interactions
     where project_id = $1 and created_at between $2::timestamptz - interval '1 minute'
       and $2::timestamptz + interval '10 minutes' and shadow_of = $3 and experiment_id = $4
     order by created_at, id limit 50`,
    [row.project_id, row.at_text, row.id, row.experiment_id],
  );
}

interface StoredSpan {
  readonly id: string;
  readonly created_at: Date;
  readonly kind: string;
  readonly name: string;
  readonly span_id: string | null;
  readonly parent_span_id: string | null;
  readonly duration_ms: number | null;
  readonly status: string;
  readonly attributes: Record<string, unknown>;
}

/** Steps of the same trace or interaction within an hour of it, in order, at most 200. */
async function spansOf(
  database: Queryable,
  row: StoredInteraction,
): Promise<InteractionDetail['spans']> {
  const spans = await database.query<StoredSpan>(
    `select id, created_at, kind, name, span_id, parent_span_id, duration_ms, status, attributes from spans
     where project_id = $1 and created_at between $2::timestamptz - interval '1 hour'
       and $2::timestamptz + interval '1 hour' and (interaction_id = $3 or trace_id = $4)
     order by created_at, id limit 200`,
    [row.project_id, row.at_text, row.id, row.trace_id],
  );
  return spans.map((span) => ({
    id: span.id,
    createdAt: span.created_at.toISOString(),
    kind: span.kind,
    name: span.name,
    spanId: span.span_id,
    parentSpanId: span.parent_span_id,
    durationMs: span.duration_ms,
    status: span.status,
    attributes: span.attributes,
  }));
}

async function evaluationState(
  database: Queryable,
  row: StoredInteraction,
  scores: readonly StoredScore[],
): Promise<InteractionDetail['evaluation']> {
  const [queued] = await database.query<{ set_aside_at: Date | null; last_error: string | null }>(
    'select set_aside_at, last_error from evaluation_queue where interaction_id = $1',
    [row.id],
  );
  if (queued !== undefined) {
    return queued.set_aside_at === null
      ? { state: 'pending', reason: null }
      : { state: 'set_aside', reason: queued.last_error };
  }
  const isScored = scores.some((score) => score.source !== 'human');
  return { state: isScored ? 'done' : 'none', reason: null };
}
