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

/** Newest days whose scores exist as rows; those of older days are in the roll-ups alone. */
const SCORED_DAYS = 3;

/**
 * Thirty days of one project's traffic, made by the database itself: nine models of three providers, 2 % errors,
 * skewed latencies, 500 users. Interactions are all there; scores (two for each successful call) for the newest three
 * days, bodies for the newest. Roll-ups of these three days are made by the code that rebuilds them, those of the
 * older days are copies of yesterday's.
 */
export async function fillWithTraffic(database: Database, rows: number): Promise<void> {
  const perDay = Math.ceil(rows / DAYS);
  await database.query(
    `insert into projects (id, slug, name) values ($1, 'bench', 'Bench') on conflict do nothing`,
    [PROJECT_ID],
  );
  for (let day = DAYS - 1; day >= 0; day--) {
    const from = startOfDay(day);
    const to = new Date(from.getTime() + DAY_MS);
    const seconds = day === 0 ? (NOW_MS - from.getTime()) / 1000 : 86_400;
    await database.transaction(async (tx) => {
      await ensurePartitions(tx, [from], NOW_MS);
      await tx.query(INTERACTIONS, [PROJECT_ID, from, perDay, seconds]);
      if (day < SCORED_DAYS) await tx.query(SCORES, [PROJECT_ID, from, to]);
      if (day === 0) await tx.query(BODIES, [PROJECT_ID, from, to]);
    });
  }
  await rebuildRollUps(database, {
    projectId: PROJECT_ID,
    from: startOfDay(SCORED_DAYS - 1),
    to: new Date(NOW_MS),
  });
  for (let day = SCORED_DAYS; day < DAYS; day++) await copyRollUps(database, day);
  // The program's housekeeping does this by itself after a while.
  await database.exec('vacuum analyze');
}

function startOfDay(daysAgo: number): Date {
  return new Date((Math.floor(NOW_MS / DAY_MS) - daysAgo) * DAY_MS);
}

async function copyRollUps(database: Database, daysAgo: number): Promise<void> {
  const yesterday = [PROJECT_ID, startOfDay(1), startOfDay(0)];
  const tables = ['usage_rollups', 'error_rollups', 'score_rollups', 'coverage_rollups'];
  await database.transaction(async (tx) => {
    for (const table of tables) {
      await tx.query(
        `insert into ${table} select r.* from ${table} t cross join lateral
           jsonb_populate_record(t, jsonb_build_object('at', t.at - make_interval(days => ${daysAgo - 1}))) r
         where t.project_id = $1 and t.at >= $2 and t.at < $3`,
        yesterday,
      );
    }
    await tx.query(
      `insert into facet_rollups select project_id, facet, day - ${daysAgo - 1}, counts from facet_rollups
       where project_id = $1 and day = $2::date`,
      yesterday.slice(0, 2),
    );
  });
}

/** An id whose first 48 bits are the milliseconds of a time, and the rest a number. */
const timedId = (at: string, n: string, version: string): string =>
  `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '${version}000'
    || '8' || lpad(to_hex(${n}), 15, '0'))::uuid`;

const INTERACTIONS = `
insert into interactions (id, project_id, created_at, origin, dialect, operation, provider, model, response_model,
  status, error_type, http_status, stream, finish_reason, user_id, session_id, tags, metadata, input_tokens,
  cached_input_tokens, output_tokens, usage_source, cost_micro_usd, cost_source, latency_ms, first_token_ms,
  overhead_ms, request_bytes, response_bytes, truncated, attempts, prompt_preview, response_preview)
select ${timedId('t.at', 'n', '7')}, $1::uuid, t.at, 'gateway', 'openai',
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

const SCORES = `
insert into scores (id, project_id, created_at, interaction_id, interaction_created_at, model, user_id, name, value,
  native_value, label, source, evaluator, evaluator_version, flagged)
select ${timedId('i.created_at', 'abs(hashtext(i.id::text)) * 2::bigint + v.half', '8')},
  i.project_id, i.created_at, i.id, i.created_at, i.model, i.user_id, v.name,
  (v.level - 1) / 4.0, v.level, (array['ok', 'short', 'long'])[1 + v.level % 3], 'rule', 'rules', '1', v.level = 1
from interactions i cross join lateral (
  values ('overall', 0, 1 + abs(hashtext(i.id::text)) % 5), ('length', 1, 1 + abs(hashtext(i.id::text)) % 4)
) v(name, half, level)
where i.project_id = $1 and i.created_at >= $2 and i.created_at < $3 and i.status = 'success'`;

const BODIES = `
insert into interaction_bodies (interaction_id, project_id, created_at, request_body, response_body,
  request_encoding, response_encoding, prompt_text, response_text, context)
select id, project_id, created_at, repeat('request body ', 70), repeat('response body ', 100), 'utf8', 'utf8',
  prompt_preview || repeat(' lorem ipsum', 60), response_preview || repeat(' dolor sit', 100), '[]'
from interactions where project_id = $1 and created_at >= $2 and created_at < $3`;
