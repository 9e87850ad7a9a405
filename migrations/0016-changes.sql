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

-- Answers that never change, judged every day: when their verdicts move, the judge did. One set for a rubric.
create table judge_anchors (
  project_id uuid not null references projects on delete cascade,
  rubric text not null,
  dataset_id uuid not null references datasets on delete cascade,
  dataset_version integer not null,
  created_at timestamptz not null,
  created_by text not null,
  judged_at timestamptz,
  -- Why the last round did not get through; null when it did.
  problem text,
  primary key (project_id, rubric)
);

-- Verdicts over anchors: of no interaction, and in no score of traffic.
create table judge_anchor_verdicts (
  project_id uuid not null references projects on delete cascade,
  rubric text not null,
  -- The criterion; the first one of a rubric is its main one.
  name text not null,
  is_main boolean not null,
  item_id uuid not null,
  day date not null,
  evaluator_version text not null,
  value double precision not null check (value between 0 and 1),
  judged_at timestamptz not null,
  primary key (project_id, rubric, name, item_id, day, evaluator_version)
);
create index judge_anchor_verdicts_series on judge_anchor_verdicts (project_id, rubric, judged_at);
