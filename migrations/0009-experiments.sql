-- The prompt registry and experiments. Written by src/prompts and src/experiments alone.

create table prompts (
  project_id uuid not null references projects on delete cascade,
  name text not null,
  description text not null,
  latest_version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (project_id, name)
);

create table prompt_versions (
  project_id uuid not null,
  name text not null,
  version integer not null,
  -- One of the two.
  messages jsonb,
  text text,
  parameters jsonb not null,
  note text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (project_id, name, version),
  foreign key (project_id, name) references prompts on delete cascade,
  check ((messages is null) <> (text is null))
);

create table prompt_labels (
  project_id uuid not null,
  name text not null,
  label text not null,
  version integer not null,
  primary key (project_id, name, label),
  foreign key (project_id, name, version) references prompt_versions on delete cascade
);

create table experiments (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  hypothesis text not null,
  status text not null check (status in ('draft', 'running', 'paused', 'stopped', 'decided')),
  target_kind text not null check (target_kind in ('model', 'prompt')),
  target_name text not null,
  -- Unit, arms, metrics, guards, levels: fixed from the start on.
  design jsonb not null,
  -- Units are hashed with it, so that arms of different experiments are independent.
  salt text not null,
  decided_arm text,
  serving boolean not null default false,
  -- What looks have to remember: mixtures and smallest p-values.
  memory jsonb not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  ended_at timestamptz
);
create index experiments_list on experiments (project_id, id desc);
-- A call belongs to at most one experiment of each kind.
create unique index experiments_active on experiments (project_id, target_kind, target_name)
  where status in ('running', 'paused') or serving;

-- Sums of every unit's calls. No key to experiments: recording must never fail for a row that is gone.
create table experiment_units (
  experiment_id uuid not null,
  arm text not null,
  unit text not null,
  project_id uuid not null,
  first_seen timestamptz not null,
  calls bigint not null,
  -- Calls that ended well or badly through the arm; those that the caller left count in neither.
  outcomes bigint not null,
  errors bigint not null,
  cost_n bigint not null,
  cost_sum float8 not null,
  latency_n bigint not null,
  latency_sum float8 not null,
  first_token_n bigint not null,
  first_token_sum float8 not null,
  primary key (experiment_id, arm, unit)
);

create table experiment_unit_scores (
  experiment_id uuid not null,
  metric text not null,
  arm text not null,
  unit text not null,
  project_id uuid not null,
  n bigint not null,
  value_sum float8 not null,
  primary key (experiment_id, metric, arm, unit)
);

-- What shadows cost so far.
create table experiment_spend (
  experiment_id uuid not null,
  arm text not null,
  project_id uuid not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  micro_usd bigint not null,
  primary key (experiment_id, arm)
);

create table experiment_looks (
  experiment_id uuid not null references experiments on delete cascade,
  -- The hour; a later look of the same hour takes the place of the earlier one.
  hour timestamptz not null,
  project_id uuid not null,
  look jsonb not null,
  primary key (experiment_id, hour)
);

create table experiment_decisions (
  id uuid primary key,
  experiment_id uuid not null references experiments on delete cascade,
  project_id uuid not null,
  at timestamptz not null,
  actor text not null,
  kind text not null check (kind in ('start', 'pause', 'resume', 'stop', 'roll_back', 'decide', 'notice')),
  arm text,
  reason text not null,
  figures jsonb
);
create index experiment_decisions_list on experiment_decisions (experiment_id, id desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is never changed', tg_table_name using errcode = '55000';
end
$$;
create trigger prompt_versions_fixed before update on prompt_versions
  for each row execute function refuse_change();
create trigger experiment_decisions_fixed before update on experiment_decisions
  for each row execute function refuse_change();

create function forget_experiment() returns trigger language plpgsql as $$
begin
  delete from experiment_units where experiment_id = old.id;
  delete from experiment_unit_scores where experiment_id = old.id;
  delete from experiment_spend where experiment_id = old.id;
  return null;
end
$$;
create trigger experiments_forgotten after delete on experiments
  for each row execute function forget_experiment();

-- Counts changes to prompts and running experiments. Processes keep both in memory and read this one
-- number to learn whether they are stale.
create table arms_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into arms_version (version) values (1);

create function bump_arms_version() returns trigger language plpgsql as $$
begin
  update arms_version set version = version + 1;
  return null;
end
$$;
create trigger prompts_changed
  after insert or delete or update of latest_version on prompts
  for each statement execute function bump_arms_version();
create trigger prompt_versions_changed
  after insert or delete on prompt_versions
  for each statement execute function bump_arms_version();
create trigger prompt_labels_changed
  after insert or update or delete on prompt_labels
  for each statement execute function bump_arms_version();
-- The memory of looks changes every minute and assigns nobody.
create trigger experiments_changed
  after insert or delete or update of status, design, target_kind, target_name, serving, decided_arm on experiments
  for each statement execute function bump_arms_version();
create trigger experiment_spend_changed
  after insert or update or delete on experiment_spend
  for each statement execute function bump_arms_version();
