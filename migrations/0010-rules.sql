-- How evaluators run in a project, what went wrong with them, evaluation of what is stored already, and custom rules.

-- What was changed; an evaluator without a row runs by its defaults.
create table evaluator_settings (
  project_id uuid not null references projects on delete cascade,
  evaluator text not null,
  enabled boolean not null,
  options jsonb not null,
  sample_rate double precision not null check (sample_rate > 0 and sample_rate <= 1),
  -- False: its scores never flag an interaction.
  flags boolean not null,
  revision integer not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (project_id, evaluator)
);

-- Errors since the settings of the evaluator last changed.
create table evaluator_errors (
  project_id uuid not null references projects on delete cascade,
  evaluator text not null,
  errors bigint not null,
  last_version text not null,
  last_error text not null,
  last_interaction_id uuid not null,
  last_at timestamptz not null,
  primary key (project_id, evaluator)
);

-- Stored interactions that are evaluated again: newest first, page by page; `cursor` moves with what it did.
create table evaluation_backfills (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  status text not null check (status in ('running', 'paused', 'done', 'cancelled', 'failed')),
  evaluators text[] not null,
  filters jsonb not null,
  range_from timestamptz not null,
  range_to timestamptz not null,
  -- About how many will be looked at; null when that is not known beforehand.
  estimate bigint,
  cursor text,
  -- Time of the last interaction looked at.
  reached timestamptz,
  looked_at bigint not null default 0,
  taken bigint not null default 0,
  failed bigint not null default 0,
  error text,
  claimed_until timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  finished_at timestamptz
);
create index evaluation_backfills_list on evaluation_backfills (project_id, id desc);
create index evaluation_backfills_running on evaluation_backfills (claimed_until, id) where status = 'running';

-- The rules that people write. `definition` is the rule of the newest version.
create table custom_rules (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  version integer not null,
  definition jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  unique (project_id, name)
);
create index custom_rules_list on custom_rules (project_id, id desc);

create table custom_rule_versions (
  rule_id uuid not null references custom_rules on delete cascade,
  project_id uuid not null,
  version integer not null,
  definition jsonb not null,
  deed text not null check (deed in ('created', 'changed', 'restored', 'imported')),
  created_at timestamptz not null,
  created_by text not null,
  primary key (rule_id, version)
);
create trigger custom_rule_versions_fixed before update on custom_rule_versions
  for each row execute function refuse_change();

-- Counts changes to settings and rules. Programs keep both in memory and read this one number to learn whether they
-- are stale.
create table evaluation_settings_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into evaluation_settings_version (version) values (1);

create function bump_evaluation_settings_version() returns trigger language plpgsql as $$
begin
  update evaluation_settings_version set version = version + 1;
  return null;
end
$$;
create trigger evaluator_settings_changed
  after insert or update or delete on evaluator_settings
  for each statement execute function bump_evaluation_settings_version();
create trigger custom_rules_changed
  after insert or update or delete on custom_rules
  for each statement execute function bump_evaluation_settings_version();

-- By version of the evaluator: [n, sum, sum of squares, flagged]. What was counted before has no versions.
alter table score_rollups add column versions jsonb not null default '{}';
