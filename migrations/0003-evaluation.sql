-- What evaluation did, so that every replica tells the same after any restart.

-- One row for every run that had work in a project; kept for 30 days.
create table evaluation_runs (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  trigger text not null check (trigger in ('interval', 'arrival', 'manual')),
  evaluator text not null,
  evaluator_version text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  evaluated integer not null,
  failed integer not null,
  low_quality integer not null,
  -- Means of `overall`: 0 to 1 and 1 to 5; null when nothing was evaluated.
  average_score double precision,
  average_native double precision
);
create index evaluation_runs_list on evaluation_runs (project_id, finished_at desc, id desc);
create index evaluation_runs_age on evaluation_runs (finished_at);

-- Counts that outlive the rows above.
create table evaluation_totals (
  project_id uuid primary key references projects on delete cascade,
  runs bigint not null,
  evaluated bigint not null,
  failed bigint not null
);

-- The clock of automatic evaluation: one row for the whole installation.
create table evaluation_schedule (
  only_row boolean primary key default true check (only_row),
  last_run_at timestamptz,
  next_run_at timestamptz
);

-- Room on each page: claiming a row then writes no index.
alter table evaluation_queue set (fillfactor = 45);
create index evaluation_queue_project on evaluation_queue (project_id, next_attempt_at, interaction_id) where set_aside_at is null;
create index evaluation_queue_set_aside on evaluation_queue (project_id, set_aside_at desc, interaction_id desc) where set_aside_at is not null;
