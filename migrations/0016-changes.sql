-- What people and pipelines say happened. Everything else that charts mark is derived from the tables that it is in.
create table markers (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  kind text not null check (kind in ('deploy')),
  title text not null,
  at timestamptz not null,
  url text,
  created_by text not null,
  created_at timestamptz not null
);
create index markers_list on markers (project_id, at desc, id desc);
