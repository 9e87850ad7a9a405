-- Runs of `lqo doctor`: what was checked, when, and what was found. The newest 200 of a project are kept.
create table doctor_runs (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  started_by text not null check (started_by in ('schedule', 'person')),
  groups text[] not null,
  status text not null check (status in ('ok', 'warn', 'fail')),
  checks jsonb not null
);
create index doctor_runs_list on doctor_runs (project_id, started_at desc, id desc);
