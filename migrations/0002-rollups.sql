-- What dashboards read: counts and sums by hour and by day, kept in the transaction that writes the rows.
-- Written by src/analytics/roll-up.ts alone. `grain` is the bucket ('hour' or 'day', UTC), `at` its start.
-- A missing model is the empty text, because keys cannot be null.

-- `slice` 'all' has one row a bucket with empty dimensions, so that totals read one row a point.
-- Histograms are the bins of core/histogram.ts, packed by src/analytics/bins.ts.
create table usage_rollups (
  project_id uuid not null,
  grain text not null,
  slice text not null,
  at timestamptz not null,
  provider text not null,
  model text not null,
  operation text not null,
  requests bigint not null,
  errors bigint not null,
  truncated bigint not null,
  latency_n bigint not null,
  latency_sum double precision not null,
  latency_sumsq double precision not null,
  latency_bins bytea not null,
  first_token_bins bytea not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  cost_micro_usd bigint not null,
  unpriced bigint not null,
  primary key (project_id, grain, slice, at, provider, model, operation)
) with (fillfactor = 70);
alter table usage_rollups alter column latency_bins set storage main;
alter table usage_rollups alter column first_token_bins set storage main;

create table error_rollups (
  project_id uuid not null,
  grain text not null,
  at timestamptz not null,
  provider text not null,
  model text not null,
  operation text not null,
  error_type text not null,
  errors bigint not null,
  primary key (project_id, grain, at, provider, model, operation, error_type)
) with (fillfactor = 70);

-- Scores by the hour of their interaction. `levels` counts the five points of the 1 to 5 scale (rounded),
-- `low` is below 3 and `high` from 4 on that scale, `bins` are ten equal parts of [0, 1].
create table score_rollups (
  project_id uuid not null,
  grain text not null,
  name text not null,
  at timestamptz not null,
  model text not null,
  source text not null,
  evaluator text not null,
  n bigint not null,
  value_sum double precision not null,
  value_sumsq double precision not null,
  native_sum double precision not null,
  flagged bigint not null,
  low bigint not null,
  high bigint not null,
  levels bigint[] not null,
  bins bigint[] not null,
  labels jsonb not null,
  primary key (project_id, grain, at, name, model, source, evaluator)
) with (fillfactor = 70);

-- Every chart of quality reads this one name out of ten.
create index score_rollups_overall on score_rollups (project_id, grain, at) where name = 'overall';

-- Interactions with at least one automatic score, and those of them with a flagged one, each counted once.
create table coverage_rollups (
  project_id uuid not null,
  grain text not null,
  at timestamptz not null,
  model text not null,
  evaluated bigint not null,
  flagged bigint not null,
  primary key (project_id, grain, at, model)
) with (fillfactor = 70);

-- The most frequent values of a day; see src/analytics/frequent-values.ts for what is kept.
create table facet_rollups (
  project_id uuid not null,
  facet text not null,
  day date not null,
  counts jsonb not null,
  primary key (project_id, facet, day)
);

-- Rows ever counted per project. Every writer of roll-ups updates this row first, in the order of project ids:
-- it is the lock that makes the others safe and free of deadlocks.
create table activity (
  project_id uuid primary key,
  interactions bigint not null,
  scores bigint not null,
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

-- The evaluations of LLM-Quality-Observer, newest interaction first.
create index scores_overall on scores (project_id, interaction_created_at desc, id desc)
  where name = 'overall' and source in ('rule', 'judge');

create function forget_project_rollups() returns trigger language plpgsql as $$
begin
  delete from usage_rollups where project_id = old.id;
  delete from error_rollups where project_id = old.id;
  delete from score_rollups where project_id = old.id;
  delete from coverage_rollups where project_id = old.id;
  delete from facet_rollups where project_id = old.id;
  delete from activity where project_id = old.id;
  return old;
end $$;
create trigger projects_forget_rollups after delete on projects
  for each row execute function forget_project_rollups();
