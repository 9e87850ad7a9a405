import type { Subject } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import { callsTools, readRequest } from './read-request.ts';
import type { ScoredInteraction } from './score-rows.ts';
import type { CallFacts } from './scorer.ts';

/** An interaction with what its scores carry along. `subject` is null when no text of it was recorded. */
export interface LoadedInteraction extends ScoredInteraction {
  readonly subject: Subject | null;
  readonly facts: CallFacts;
}

/** Which interaction is meant; its time tells the partition. */
export interface InteractionPlace {
  readonly interactionId: string;
  readonly interactionCreatedAt: Date;
  readonly projectId: string;
}

interface LoadedRow extends CallFacts {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date | null;
  readonly operation: string;
  readonly finishReason: string | null;
  readonly truncated: boolean;
  readonly promptText: string | null;
  readonly answer: string | null;
  readonly answerCharacters: number | null;
  readonly requestBody: string | null;
  readonly responseBody: string | null;
  readonly hasResponse: boolean;
  readonly context: unknown;
}

/** Rules read heads only, but JSON must be whole to be judged. */
const MAX_ANSWER = 262_144;
const MAX_PROMPT = 100_000;
const MAX_REQUEST_BYTES = 262_144;
const RESPONSE_HEAD = 50_000;

/**
 * The interactions behind claimed rows, by id; those that are no longer there are missing from the map.
 * Bodies are cut in the database, so a batch never holds more than what evaluators read.
 */
export async function loadInteractions(
  db: Queryable,
  rows: readonly InteractionPlace[],
): Promise<ReadonlyMap<string, LoadedInteraction>> {
  if (rows.length === 0) return new Map();
  const times = rows.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  const found = await db.query<LoadedRow>(LOAD, [
    rows.map(({ interactionId }) => interactionId),
    rows.map(({ interactionCreatedAt }) => interactionCreatedAt),
    rows.map(({ projectId }) => projectId),
    new Date(Math.min(...times)),
    new Date(Math.max(...times) + 1000),
  ]);
  const loaded = new Map<string, LoadedInteraction>();
  for (const row of found) {
    const { id, projectId, createdAt, model, userId } = row;
    if (createdAt === null) continue;
    const subject = subjectOf(row);
    loaded.set(id, { id, projectId, createdAt, model, userId, subject, facts: factsOf(row) });
  }
  return loaded;
}

// The time bounds let the planner leave out partitions, `limit` makes it look each row up by its key whatever it
// believes of tables without statistics; a left join tells a missing interaction.
const LOAD = `
  select q.interaction_id as id, q.project_id as "projectId", i.created_at as "createdAt",
         i.origin, i.status, i.provider, i.model, i.response_model as "responseModel", i.route,
         i.user_id as "userId", i.session_id as "sessionId", i.tags, i.metadata,
         i.prompt_name as "promptName", i.prompt_version as "promptVersion",
         i.latency_ms as "latencyMs", i.first_token_ms as "firstTokenMs",
         i.input_tokens as "inputTokens", i.output_tokens as "outputTokens",
         i.cost_micro_usd as "costMicroUsd",
         i.operation, i.finish_reason as "finishReason", i.truncated,
         left(b.prompt_text, ${MAX_PROMPT}) as "promptText",
         left(b.response_text, ${MAX_ANSWER}) as answer,
         char_length(b.response_text) as "answerCharacters",
         case when b.request_encoding = 'utf8' and octet_length(b.request_body) <= ${MAX_REQUEST_BYTES}
              then b.request_body end as "requestBody",
         case when coalesce(b.response_text, '') = '' and b.response_encoding = 'utf8'
              then left(b.response_body, ${RESPONSE_HEAD}) end as "responseBody",
         b.response_body is not null as "hasResponse",
         b.context
  from unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) as q(interaction_id, interaction_created_at, project_id)
  left join lateral (
    select * from interactions
    where id = q.interaction_id and project_id = q.project_id
      and created_at >= q.interaction_created_at
      and created_at < q.interaction_created_at + interval '1 millisecond'
      and created_at >= $4 and created_at < $5
    limit 1
  ) i on true
  left join lateral (
    select * from interaction_bodies
    where created_at = i.created_at and interaction_id = q.interaction_id
      and created_at >= $4 and created_at < $5
    limit 1
  ) b on true`;

function factsOf(row: LoadedRow): CallFacts {
  const { origin, status, provider, model, responseModel, route, userId, sessionId } = row;
  const { tags, metadata, promptName, promptVersion, latencyMs, firstTokenMs } = row;
  const { inputTokens, outputTokens, costMicroUsd } = row;
  return {
    ...{ origin, status, provider, model, responseModel, route, userId, sessionId },
    ...{ tags, metadata, promptName, promptVersion, latencyMs, firstTokenMs },
    ...{ inputTokens, outputTokens, costMicroUsd },
  };
}

function subjectOf(row: LoadedRow): Subject | null {
  const tools = callsTools(row.finishReason, row.responseBody);
  // Without text an answer is empty only if the whole response was kept; else nothing is known of it.
  const known = row.answer !== null || tools || (row.hasResponse && !row.truncated);
  if (!known) return null;
  const answer = row.answer ?? '';
  return {
    operation: row.operation,
    prompt: row.promptText,
    ...readRequest(row.requestBody),
    answer,
    answerCharacters: row.answerCharacters ?? answer.length,
    finishReason: row.finishReason,
    callsTools: tools,
    context: Array.isArray(row.context)
      ? row.context.filter((passage) => typeof passage === 'string')
      : [],
  };
}
