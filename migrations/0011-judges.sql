-- LLM judges: rubrics and their versions, how projects use them, what waits to be judged, and what was spent.

create table rubrics (
  project_id uuid not null references projects on delete cascade,
  name text not null,
  latest_version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, name)
);

-- Versions are never changed. Built-in rubrics are code and have no rows.
create table rubric_versions (
  project_id uuid not null,
  name text not null,
  version integer not null,
  content jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (project_id, name, version),
  foreign key (project_id, name) references rubrics (project_id, name) on delete cascade
);

-- How a project uses a rubric, built-in or its own; without a row the defaults count.
create table rubric_plans (
  project_id uuid not null references projects on delete cascade,
  rubric text not null,
  plan jsonb not null,
  updated_at timestamptz not null,
  primary key (project_id, rubric)
);

create table judge_settings (
  project_id uuid primary key references projects on delete cascade,
  settings jsonb not null,
  updated_at timestamptz not null
);

create table judge_backfills (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  rubric text not null,
  version integer not null,
  filter jsonb not null,
  share double precision not null check (share > 0 and share <= 1),
  state text not null check (state in ('running', 'paused', 'done', 'cancelled')),
  most bigint not null,
  queued bigint not null default 0,
  -- Everything that fits has been queued.
  enumerated boolean not null default false,
  created_at timestamptz not null,
  created_by text not null
);
create index judge_backfills_list on judge_backfills (project_id, created_at desc, id desc);

-- What waits to be judged: one row for an interaction and a version of a rubric; a row leaves when it is judged.
create table judge_tasks (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  rubric text not null,
  version integer not null,
  interaction_id uuid not null,
  interaction_created_at timestamptz not null,
  -- Why it was chosen, and with what probability: estimates weigh by its inverse.
  stratum text not null check (stratum in ('base', 'flagged', 'unclear', 'low_feedback', 'new_prompt_version', 'backfill', 'manual')),
  probability double precision not null check (probability > 0 and probability <= 1),
  backfill_id uuid references judge_backfills on delete cascade,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  claimed_by uuid,
  claimed_until timestamptz,
  -- Money held for a call under way; given back when the claim runs out.
  reserved_micro_usd bigint not null default 0,
  reserved_day date,
  last_error text,
  raw_reply text,
  set_aside_at timestamptz,
  created_at timestamptz not null default now(),
  unique (project_id, rubric, version, interaction_id)
) with (fillfactor = 60);
create index judge_tasks_due on judge_tasks (next_attempt_at, id) where set_aside_at is null;
create index judge_tasks_set_aside on judge_tasks (project_id, set_aside_at desc, id desc) where set_aside_at is not null;
create index judge_tasks_backfill on judge_tasks (backfill_id) where backfill_id is not null;

-- Calls of a judging, noted before they are made: after a crash an answer that was paid for is found by its id.
create table judge_calls (
  task_id uuid not null references judge_tasks on delete cascade,
  step text not null,
  interaction_id uuid not null,
  random text not null,
  noted_at timestamptz not null default now(),
  -- What it cost is part of what was spent.
  settled boolean not null default false,
  primary key (task_id, step)
);

-- What judges of a project spent in a day (UTC), and what is held for calls under way.
create table judge_spending (
  project_id uuid not null references projects on delete cascade,
  day date not null,
  spent_micro_usd bigint not null default 0,
  reserved_micro_usd bigint not null default 0,
  -- Since when there was not enough left for a call.
  exhausted_at timestamptz,
  primary key (project_id, day)
) with (fillfactor = 70);

create table judge_days (
  project_id uuid not null references projects on delete cascade,
  day date not null,
  rubric text not null,
  asked bigint not null default 0,
  judged bigint not null default 0,
  reused bigint not null default 0,
  by_rule bigint not null default 0,
  failed bigint not null default 0,
  unreadable bigint not null default 0,
  cost_micro_usd bigint not null default 0,
  primary key (project_id, day, rubric)
) with (fillfactor = 70);

-- When a version of a prompt was first seen.
create table judge_prompt_versions (
  project_id uuid not null references projects on delete cascade,
  prompt_name text not null,
  prompt_version text not null,
  first_seen_at timestamptz not null,
  primary key (project_id, prompt_name, prompt_version)
);

-- The evaluations of LLM-Quality-Observer: its judge model is the model that judged, not our name of the rubric.
create or replace view llm_evaluations as
select s.id, s.created_at, s.interaction_id as log_id,
       round(coalesce(s.native_value, 1 + 4 * s.value))::int as overall_score,
       round((s.details ->> 'instruction_following')::numeric)::int as score_instruction_following,
       round((s.details ->> 'truthfulness')::numeric)::int as score_truthfulness,
       s.flagged as is_flagged,
       case s.source when 'judge' then 'llm-judge' else coalesce(s.label, 'ok') end as label,
       case when s.evaluator like 'judge:%' then substr(s.evaluator_version, strpos(s.evaluator_version, '@') + 1)
            else s.evaluator || '-' || s.evaluator_version end as judge_model,
       case s.source when 'judge' then 'llm' else s.source end as judge_type, s.reason as comment,
       s.details ->> 'raw' as raw_judge_response
from scores s
where s.name = 'overall' and s.source in ('rule', 'judge');

-- What the program asks models itself was no log in LLM-Quality-Observer.
create or replace view llm_logs as
select i.id, i.created_at, i.user_id,
       coalesce(b.prompt_text, i.prompt_preview) as prompt,
       coalesce(b.response_text, i.response_preview) as response,
       i.model as model_version, i.latency_ms, i.status
from interactions i
left join interaction_bodies b on b.created_at = i.created_at and b.interaction_id = i.id
where i.origin not in ('judge', 'run');
