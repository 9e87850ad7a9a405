-- Rate limits, settings of the answer cache, and results of costly evaluators for use again.

-- Rules about how many requests and tokens a minute, and how many requests at once.
create table rate_limits (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  scope text not null check (scope in ('ip', 'user', 'key', 'model', 'project')),
  -- One subject, or * for every one.
  match text not null,
  metric text not null check (metric in ('requests_per_minute', 'tokens_per_minute', 'concurrent_requests')),
  most bigint not null check (most > 0),
  enabled boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, scope, match, metric)
);
create index rate_limits_list on rate_limits (project_id, id desc);

-- Counts changes. Processes keep the rules in memory and read this one number to learn whether they are stale.
create table rate_limits_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into rate_limits_version (version) values (1);

create function bump_rate_limits_version() returns trigger language plpgsql as $$
begin
  update rate_limits_version set version = version + 1;
  return null;
end
$$;
create trigger rate_limits_changed
  after insert or update or delete on rate_limits
  for each statement execute function bump_rate_limits_version();

-- Whether and how a project keeps answers. Emptying raises the epoch: entries of an earlier one are never found again.
create table cache_settings (
  project_id uuid primary key references projects on delete cascade,
  enabled boolean not null,
  ttl_seconds integer not null,
  max_bytes bigint not null,
  operations text[] not null,
  only_deterministic boolean not null,
  per_user boolean not null,
  epoch bigint not null default 0,
  -- Null: only emptied, never changed.
  updated_at timestamptz
);

create table cache_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into cache_version (version) values (1);

create function bump_cache_version() returns trigger language plpgsql as $$
begin
  update cache_version set version = version + 1;
  return null;
end
$$;
create trigger cache_settings_changed
  after insert or update or delete on cache_settings
  for each statement execute function bump_cache_version();

-- What evaluators that are costly to ask said of a content; the key is a SHA-256 of evaluator, version, options
-- and everything that was judged.
create table evaluation_results (
  project_id uuid not null references projects on delete cascade,
  key bytea not null,
  evaluator text not null,
  evaluator_version text not null,
  -- JSON as text: what was judged may hold characters that jsonb refuses.
  drafts text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (project_id, key)
);
create index evaluation_results_expiry on evaluation_results (expires_at);
