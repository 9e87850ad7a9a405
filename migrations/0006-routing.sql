-- Where calls go: providers with their credentials, the models they serve and the routes that callers name.
-- Written by src/routing alone.

create table providers (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  title text not null,
  kind text not null,
  dialect text not null,
  base_url text not null,
  auth_style text not null,
  -- AES-256-GCM of src/routing/credential-box.ts, bound to the provider's id.
  credential bytea,
  -- Which secret key opens it.
  credential_key_id text,
  credential_hint text,
  api_version text,
  allow_link_local boolean not null default false,
  is_default boolean not null default false,
  enabled boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, name),
  check ((credential is null) = (credential_key_id is null))
);
-- One default for each dialect.
create unique index providers_default on providers (project_id, dialect) where is_default;

-- The table that LLM-Quality-Observer planned for its version 0.7. `provider_id` is the id of a row of
-- `providers`, or names a provider of the environment or the built-in one, which have no row.
create table llm_models (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  provider_id text not null,
  name text not null,
  alias text,
  title text not null,
  enabled boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, provider_id, name)
);

-- `plan` holds targets, stickiness, retries, fallbacks and breaker as src/contract/routing.ts describes them.
create table routes (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  title text not null,
  enabled boolean not null default true,
  plan jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, name)
);

-- As access_version: one number tells every process whether what it keeps in memory is stale.
create table routing_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into routing_version (version) values (1);

create function bump_routing_version() returns trigger language plpgsql as $$
begin
  update routing_version set version = version + 1;
  return null;
end
$$;
create trigger providers_changed after insert or update or delete on providers
  for each statement execute function bump_routing_version();
create trigger llm_models_changed after insert or update or delete on llm_models
  for each statement execute function bump_routing_version();
create trigger routes_changed after insert or update or delete on routes
  for each statement execute function bump_routing_version();

-- Tries at providers by hour and outcome ('success' or the kind of failure), kept in the transaction that
-- writes their interactions. A missing model is the empty text. Nothing here tells of a person.
create table attempt_rollups (
  project_id uuid not null references projects on delete cascade,
  at timestamptz not null,
  provider text not null,
  model text not null,
  outcome text not null,
  attempts bigint not null,
  duration_ms_sum double precision not null,
  primary key (project_id, at, provider, model, outcome)
) with (fillfactor = 70);
