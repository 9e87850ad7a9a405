-- Projects, access, interactions, scores, spans, roll-ups, the evaluation queue and the ledger.
-- Common subset of PostgreSQL 15 and PGlite. Partitions of the four big tables are made by
-- src/store/partitions.ts, one a day (UTC), with a default partition for anything outside its window.

create table projects (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  is_demo boolean not null default false,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  role text not null check (role in ('admin', 'developer', 'viewer')),
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);

create table sessions (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  csrf_token text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_seen_at timestamptz not null default now()
);

create table sign_in_links (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_keys (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  prefix text not null,
  key_hash bytea not null unique,
  scopes text[] not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_project on api_keys (project_id, created_at desc);

create table audit_log (
  id uuid primary key,
  project_id uuid,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  target text,
  details jsonb not null default '{}'
);
create index audit_log_at on audit_log (at desc, id desc);

create table interactions (
  id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  origin text not null,
  dialect text not null,
  operation text not null,
  provider text not null,
  model text,
  response_model text,
  status text not null,
  error_type text,
  error_message text,
  http_status integer,
  stream boolean not null,
  finish_reason text,
  user_id text,
  session_id text,
  tags text[] not null,
  metadata jsonb not null,
  prompt_name text,
  prompt_version text,
  trace_id text,
  parent_span_id text,
  key_id uuid,
  input_tokens bigint,
  cached_input_tokens bigint,
  cache_write_input_tokens bigint,
  audio_input_tokens bigint,
  output_tokens bigint,
  reasoning_tokens bigint,
  audio_output_tokens bigint,
  usage_source text,
  cost_micro_usd bigint,
  cost_source text,
  price_version text,
  latency_ms double precision,
  first_token_ms double precision,
  overhead_ms double precision,
  request_bytes bigint,
  response_bytes bigint,
  truncated boolean not null,
  attempts jsonb not null,
  prompt_preview text not null,
  response_preview text not null,
  primary key (created_at, id)
) partition by range (created_at);
create index interactions_list on interactions (project_id, created_at desc, id desc);

create table interaction_bodies (
  interaction_id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  request_body text,
  response_body text,
  request_encoding text not null,
  response_encoding text not null,
  request_content_type text,
  response_content_type text,
  prompt_text text,
  response_text text,
  context jsonb not null,
  primary key (created_at, interaction_id)
) partition by range (created_at);
alter table interaction_bodies alter column request_body set storage external;
alter table interaction_bodies alter column response_body set storage external;
alter table interaction_bodies alter column prompt_text set storage external;
alter table interaction_bodies alter column response_text set storage external;

create table spans (
  id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  trace_id text,
  span_id text,
  parent_span_id text,
  interaction_id uuid,
  kind text not null,
  name text not null,
  duration_ms double precision,
  status text not null,
  attributes jsonb not null,
  primary key (created_at, id)
) partition by range (created_at);
create index spans_list on spans (project_id, created_at desc, id desc);
create index spans_trace on spans (trace_id) where trace_id is not null;

create table scores (
  id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  interaction_id uuid not null,
  interaction_created_at timestamptz not null,
  model text,
  user_id text,
  name text not null,
  value double precision not null check (value between 0 and 1),
  native_value double precision,
  label text,
  reason text,
  source text not null,
  evaluator text not null,
  evaluator_version text not null,
  flagged boolean not null,
  details jsonb,
  primary key (interaction_created_at, id)
) partition by range (interaction_created_at);
create index scores_list on scores (project_id, created_at desc, id desc);
create index scores_interaction on scores (interaction_id, name);

-- Rows outside the window of days that get partitions of their own.
create table interactions_default partition of interactions default;
create table interaction_bodies_default partition of interaction_bodies default;
create table spans_default partition of spans default;
create table scores_default partition of scores default;

-- What waits for automatic evaluation; a row leaves when it is scored or set aside.
create table evaluation_queue (
  interaction_id uuid primary key,
  interaction_created_at timestamptz not null,
  project_id uuid not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  claimed_until timestamptz,
  last_error text,
  set_aside_at timestamptz
);
create index evaluation_queue_due on evaluation_queue (next_attempt_at, interaction_id) where set_aside_at is null;

-- How far each spool was loaded; moves in the transaction that writes the rows.
create table spool_offsets (
  spool_id text primary key,
  segment bigint not null,
  position bigint not null,
  last_sequence bigint not null default 0,
  stored bigint not null default 0,
  rejected bigint not null default 0,
  dropped bigint not null default 0,
  duplicates bigint not null default 0,
  updated_at timestamptz not null default now()
);

create table prices (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  provider text,
  model text not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  input_usd_per_million double precision,
  cached_input_usd_per_million double precision,
  cache_write_input_usd_per_million double precision,
  output_usd_per_million double precision,
  audio_input_usd_per_million double precision,
  audio_output_usd_per_million double precision,
  created_at timestamptz not null default now()
);

create table settings (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- The relations of LLM-Quality-Observer, with its documented columns.
create view llm_logs as
select i.id, i.created_at, i.user_id,
       coalesce(b.prompt_text, i.prompt_preview) as prompt,
       coalesce(b.response_text, i.response_preview) as response,
       i.model as model_version, i.latency_ms, i.status
from interactions i
left join interaction_bodies b on b.created_at = i.created_at and b.interaction_id = i.id;

create view llm_evaluations as
select s.id, s.created_at, s.interaction_id as log_id,
       round(coalesce(s.native_value, 1 + 4 * s.value))::int as overall_score,
       round((s.details ->> 'instruction_following')::numeric)::int as score_instruction_following,
       round((s.details ->> 'truthfulness')::numeric)::int as score_truthfulness,
       s.flagged as is_flagged, coalesce(s.label, 'ok') as label,
       s.evaluator || '-' || s.evaluator_version as judge_model,
       case s.source when 'judge' then 'llm' else s.source end as judge_type, s.reason as comment,
       s.details ->> 'raw' as raw_judge_response
from scores s
where s.name = 'overall' and s.source in ('rule', 'judge');
