import { rebuildRollUps } from '../src/analytics/rebuild.ts';
import type { Database } from '../src/store/database.ts';
import { ensurePartitions } from '../src/store/partitions.ts';

export const PROJECT_ID = '01900000-0000-7000-8000-00000000be4c';
export const NOW_MS = Date.parse('2026-11-20T12:34:56.000Z');
const DAY_MS = 86_400_000;
export const DAYS = 30;
/** Text that one in 997 prompts holds, and text that only the first prompts of the range hold. */
export const COMMON_TEXT = '환불 정책';
export const RARE_TEXT = '東京タワー';

/**
 * Thirty days of one project's traffic, made by the database itself: nine models of three providers, 2 % errors,
 * skewed latencies, 500 users, an overall score for every successful call, a second score and bodies for the newest
 * day. Then the roll-ups, by the code that counts live traffic.
 */
export async function fillWithTraffic(database: Database, rows: number): Promise<void> {
  const perDay = Math.ceil(rows / DAYS);
  await database.query(
    `insert into projects (id, slug, name) values ($1, 'bench', 'Bench') on conflict do nothing`,
    [PROJECT_ID],
  );
  for (let day = DAYS - 1; day >= 0; day--) {
    const from = new Date(Math.floor(NOW_MS / DAY_MS) * DAY_MS - day * DAY_MS);
    const seconds = day === 0 ? (NOW_MS - from.getTime()) / 1000 : 86_400;
    await database.transaction(async (tx) => {
      await ensurePartitions(tx, [from], NOW_MS);
      await tx.query(INTERACTIONS, [PROJECT_ID, from, perDay, seconds]);
      const to = new Date(from.getTime() + DAY_MS);
      await tx.query(scoresSql('overall'), [PROJECT_ID, from, to]);
      if (day > 0) return;
      await tx.query(scoresSql('length'), [PROJECT_ID, from, to]);
      await tx.query(BODIES, [PROJECT_ID, from, to]);
    });
  }
  const to = new Date(NOW_MS + DAY_MS);
  await rebuildRollUps(database, {
    projectId: PROJECT_ID,
    from: new Date(NOW_MS - DAYS * DAY_MS),
    to,
  });
  // The program's housekeeping does this by itself after a while.
  await database.exec('vacuum analyze');
}

/** An id whose first 48 bits are the milliseconds of a time. */
const TIMED_ID = (at: string): string =>
  `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
    || '8' || substr(md5(random()::text), 1, 15))::uuid`;

const INTERACTIONS = `
insert into interactions (id, project_id, created_at, origin, dialect, operation, provider, model, response_model,
  status, error_type, http_status, stream, finish_reason, user_id, session_id, tags, metadata, input_tokens,
  cached_input_tokens, output_tokens, usage_source, cost_micro_usd, cost_source, latency_ms, first_token_ms,
  overhead_ms, request_bytes, response_bytes, truncated, attempts, prompt_preview, response_preview)
select ${TIMED_ID('t.at')}, $1::uuid, t.at, 'gateway', 'openai',
  case when m = 8 then 'embeddings' else 'chat' end,
  (array['openai', 'anthropic', 'gemini'])[1 + m % 3], 'model-' || m, 'model-' || m || '-2026',
  case when failed then 'error' else 'success' end,
  case when failed then (array['timeout_total', 'rate_limited', 'upstream_error'])[1 + n % 3] end,
  case when failed then 500 else 200 end, n % 2 = 0, 'stop', 'user-' || n % 500, 'session-' || n / 7,
  array['tag-' || n % 5], '{}', 100 + n % 4000, 0, 50 + n % 900, 'reported', 10 + n % 5000, 'estimated',
  exp(6.5 + 0.3 * m / 8 + 0.7 * (random() + random() + random() + random() - 2)), 120 + 400 * random(),
  0.3, 900, 1500, false, '[]',
  'Question ' || n || case when n % 997 = 0 then ' ${COMMON_TEXT}' else '' end, 'Answer ' || n
from (
  select n, (n * 7919) % 9 as m, n % 50 = 0 as failed,
    date_trunc('milliseconds', $2::timestamptz + make_interval(secs => $4::float8 * n / $3)) as at
  from generate_series(0, $3::int - 1) as n
) t`;

const scoresSql = (name: string): string => `
insert into scores (id, project_id, created_at, interaction_id, interaction_created_at, model, user_id, name, value,
  native_value, label, source, evaluator, evaluator_version, flagged)
select ${TIMED_ID('i.created_at')}, i.project_id, i.created_at, i.id, i.created_at, i.model, i.user_id, '${name}',
  (v.level - 1) / 4.0, v.level, (array['ok', 'short', 'long'])[1 + v.level % 3], 'rule', 'rules', '1', v.level = 1
from interactions i cross join lateral (select 1 + abs(hashtext(i.id::text)) % 5 as level) v
where i.project_id = $1 and i.created_at >= $2 and i.created_at < $3 and i.status = 'success'`;

const BODIES = `
insert into interaction_bodies (interaction_id, project_id, created_at, request_body, response_body,
  request_encoding, response_encoding, prompt_text, response_text, context)
select id, project_id, created_at, repeat('request body ', 70), repeat('response body ', 100), 'utf8', 'utf8',
  prompt_preview || repeat(' lorem ipsum', 60), response_preview || repeat(' dolor sit', 100), '[]'
from interactions where project_id = $1 and created_at >= $2 and created_at < $3`;
