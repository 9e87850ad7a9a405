-- Datasets, runs over them and what each item answered. Written by src/datasets alone.

create table datasets (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  description text not null,
  latest_version integer not null,
  -- Places are never used twice, so that pages stay stable.
  next_position bigint not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  unique (project_id, name)
);
create index datasets_list on datasets (project_id, id desc);

-- A version never changes: it is the items with added_in <= version and (removed_in is null or removed_in > version).
create table dataset_versions (
  dataset_id uuid not null references datasets on delete cascade,
  version integer not null,
  project_id uuid not null,
  items integer not null,
  -- SHA-256 of the file that the whole version is made of; null when it is more than one file.
  file_hash text,
  note text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (dataset_id, version)
);
create index dataset_versions_file on dataset_versions (project_id, file_hash) where file_hash is not null;

create table dataset_items (
  id uuid primary key,
  dataset_id uuid not null references datasets on delete cascade,
  project_id uuid not null,
  position bigint not null,
  added_in integer not null,
  removed_in integer,
  -- Names the question over versions: given by the file, else made from the content.
  key text not null,
  content_hash text not null,
  messages jsonb not null,
  reference text,
  context jsonb not null,
  variables jsonb not null,
  metadata jsonb not null,
  interaction_id uuid,
  unique (dataset_id, position)
);
create index dataset_items_key on dataset_items (dataset_id, key) where removed_in is null;

create table dataset_runs (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  dataset_id uuid not null references datasets on delete cascade,
  dataset_version integer not null,
  name text not null,
  model text not null,
  prompt_name text,
  prompt_version integer,
  parameters jsonb not null,
  evaluators jsonb not null,
  concurrency integer not null,
  timeout_ms integer not null,
  -- Asking stops before this much is spent; null: no limit of its own.
  limit_micro_usd bigint,
  status text not null check (status in ('running', 'paused', 'done', 'cancelled')),
  -- Why it stands still, for people; null while all is well.
  notice text,
  total integer not null,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- Who works on it; one that died is replaced when the lease has run out.
  lease_owner uuid,
  lease_until timestamptz
);
create index dataset_runs_list on dataset_runs (project_id, id desc);
create index dataset_runs_dataset on dataset_runs (dataset_id, id desc);
create index dataset_runs_open on dataset_runs (lease_until) where status = 'running';

create table dataset_run_results (
  run_id uuid not null references dataset_runs on delete cascade,
  -- The place of the item in its dataset.
  position bigint not null,
  item_id uuid not null,
  item_key text not null,
  project_id uuid not null,
  -- asking: a call may be under way, or was when the program died.
  status text not null check (status in ('waiting', 'asking', 'answered', 'done', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  asked_at timestamptz,
  finished_at timestamptz,
  interaction_id uuid,
  answer text,
  finish_reason text,
  input_tokens bigint,
  output_tokens bigint,
  cost_micro_usd bigint,
  latency_ms double precision,
  -- The recorded call has been seen, so that what it cost is known if it is known at all.
  recorded boolean not null default false,
  -- One figure for the item, 0 to 1: the mean of reference checks and judges, without any the rules' overall.
  quality double precision,
  -- [{name, value, label, reason, source, evaluator, evaluatorVersion, flagged}]
  scores jsonb not null default '[]',
  error_code text,
  error text,
  primary key (run_id, position)
);
create index dataset_run_results_work on dataset_run_results (run_id, status, position);
