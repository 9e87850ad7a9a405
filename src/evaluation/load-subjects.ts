import type { Subject } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import type { ClaimedRow } from './queue.ts';
import { callsTools, readRequest } from './read-request.ts';

/** An interaction with what its scores carry along. `subject` is null when no text of it was recorded. */
export interface LoadedInteraction {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
  readonly subject: Subject | null;
}

interface LoadedRow {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: Date | null;
  readonly model: string | null;
  readonly userId: string | null;
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
  rows: readonly ClaimedRow[],
): Promise<ReadonlyMap<string, LoadedInteraction>> {
  const times = rows.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  const found = await db.query<LoadedRow>(LOAD, [
    rows.map(({ interactionId }) => interactionId),
    new Date(Math.min(...times)),
    new Date(Math.max(...times) + 1000),
  ]);
  const loaded = new Map<string, LoadedInteraction>();
  for (const row of found) {
    const { id, projectId, createdAt, model, userId } = row;
    if (createdAt === null) continue;
    loaded.set(id, { id, projectId, createdAt, model, userId, subject: subjectOf(row) });
  }
  return loaded;
}

// The time bounds let the planner leave out partitions, `limit` makes it look each row up by its key whatever it
// believes of tables without statistics; a left join tells a missing interaction.
const LOAD = `
  select q.interaction_id as id, q.project_id as "projectId", i.created_at as "createdAt",
         i.model, i.user_id as "userId", i.operation, i.finish_reason as "finishReason", i.truncated,
         left(b.prompt_text, ${MAX_PROMPT}) as "promptText",
         left(b.response_text, ${MAX_ANSWER}) as answer,
         char_length(b.response_text) as "answerCharacters",
         case when b.request_encoding = 'utf8' and octet_length(b.request_body) <= ${MAX_REQUEST_BYTES}
              then b.request_body end as "requestBody",
         case when coalesce(b.response_text, '') = '' and b.response_encoding = 'utf8'
              then left(b.response_body, ${RESPONSE_HEAD}) end as "responseBody",
         b.response_body is not null as "hasResponse",
         b.context
  from evaluation_queue q
  left join lateral (
    select * from interactions
    where created_at = q.interaction_created_at and id = q.interaction_id and project_id = q.project_id
      and created_at >= $2 and created_at < $3
    limit 1
  ) i on true
  left join lateral (
    select * from interaction_bodies
    where created_at = q.interaction_created_at and interaction_id = q.interaction_id
      and created_at >= $2 and created_at < $3
    limit 1
  ) b on true
  where q.interaction_id = any($1::uuid[])`;

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
