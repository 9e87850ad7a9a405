-- Groups of prompts of one form, and how often each failed. Written by src/patterns alone.

-- Forms of prompts. Several make one pattern, known by its root; tokens are as src/patterns/template.ts stores them,
-- `shown` is what a search looks through.
create table patterns (
  project_id uuid not null references projects on delete cascade,
  id uuid not null,
  pattern_id uuid not null,
  tokens jsonb not null,
  shown text not null,
  first_seen timestamptz not null,
  primary key (project_id, id)
);

-- Prompts of a form by hour and by day (UTC). A form that was given up counts among all others, like prompts without
-- words, which have the id of zeros. `counts` has 18 places: error (no, yes) × quality (unknown, fine, low) × flags
-- (unknown, none, some). Hours keep a few examples.
create table pattern_rollups (
  project_id uuid not null references projects on delete cascade,
  grain text not null,
  at timestamptz not null,
  form_id uuid not null,
  counts bigint[] not null,
  examples jsonb,
  primary key (project_id, grain, at, form_id)
);
create index pattern_rollups_form on pattern_rollups (project_id, form_id, grain, at desc);

-- Hours that were counted, with what the other roll-ups said of them then: another fingerprint, another count.
create table pattern_hours (
  project_id uuid not null references projects on delete cascade,
  at timestamptz not null,
  fingerprint text not null,
  primary key (project_id, at)
);

-- Whose turn it is: one process works on a project at a time.
create table pattern_turns (
  project_id uuid primary key references projects on delete cascade,
  claimed_until timestamptz,
  next_look_at timestamptz not null,
  -- What `activity` said at the last look at recent hours, and at the last look at all.
  seen text not null default '',
  seen_all text not null default '',
  all_looked_at timestamptz
) with (fillfactor = 50);

-- Retrievals and looks into embedding caches, by hour and by day (UTC); written by src/analytics/roll-up-retrievals.ts
-- in the transaction that stores the spans. `relevance` counts retrievals with known scores by their best one in
-- hundredths, `hits` and `selected` count retrievals by number, `bins` are packed durations, `slowest` and
-- `misses` (queries without hits) hold a few each.
create table retrieval_rollups (
  project_id uuid not null,
  grain text not null,
  at timestamptz not null,
  retrievals bigint not null,
  errors bigint not null,
  hits_known bigint not null,
  with_hits bigint not null,
  without_hits bigint not null,
  scored bigint not null,
  rerank_known bigint not null,
  reranked bigint not null,
  cache_looks bigint not null,
  cache_hits bigint not null,
  relevance jsonb not null,
  hits jsonb not null,
  selected jsonb not null,
  bins bytea not null,
  slowest jsonb not null,
  misses jsonb not null,
  primary key (project_id, grain, at)
) with (fillfactor = 70);

-- The loader must not fail for spans of a project that was deleted while they waited, so nothing refers to projects.
create function forget_project_retrievals() returns trigger language plpgsql as $$
begin
  delete from retrieval_rollups where project_id = old.id;
  return old;
end $$;
create trigger projects_forget_retrievals after delete on projects
  for each row execute function forget_project_retrievals();
