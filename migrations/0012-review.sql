-- Keys that stand in web pages, review by people and what is made of it.
-- Review tables are written by src/review alone.

-- A key with `per_minute` is public: it may add feedback and nothing else, from these web origins
-- ('*' is any), so many times a minute.
alter table api_keys add column allowed_origins text[] not null default '{}';
alter table api_keys add column per_minute integer check (per_minute > 0);

create table review_queues (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  instructions text not null,
  -- The score that people give, and the evaluator that it is compared with; null: with none.
  score_name text not null,
  evaluator text,
  scale text not null check (scale in ('binary', 'three', 'five')),
  mode text not null check (mode in ('newest', 'random', 'narrow', 'disagreement')),
  filter jsonb not null,
  -- Others' scores are hidden until one's own is given.
  blind boolean not null,
  people integer not null check (people between 1 and 10),
  -- How many interactions the items were picked from.
  population bigint not null,
  status text not null check (status in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null
);
create index review_queues_list on review_queues (project_id, id desc);

create table review_items (
  queue_id uuid not null references review_queues on delete cascade,
  interaction_id uuid not null,
  interaction_created_at timestamptz not null,
  place integer not null,
  -- With which it was picked from all that was judged; null when it was not picked by chance from all of it.
  sampling_probability double precision check (sampling_probability > 0 and sampling_probability <= 1),
  -- How many people are through with it.
  done integer not null default 0,
  primary key (queue_id, interaction_id)
);
create index review_items_order on review_items (queue_id, place);

create table review_labels (
  id uuid primary key,
  queue_id uuid not null,
  interaction_id uuid not null,
  reviewer text not null,
  verdict text not null check (verdict in ('label', 'not_sure', 'skip')),
  -- On the queue's scale; null without a verdict.
  native double precision,
  note text,
  score_id uuid,
  created_at timestamptz not null,
  unique (queue_id, interaction_id, reviewer),
  foreign key (queue_id, interaction_id) references review_items on delete cascade
);
create index review_labels_recent on review_labels (queue_id, reviewer, created_at desc, id desc);

-- Who looks at what right now.
create table review_claims (
  queue_id uuid not null,
  interaction_id uuid not null,
  reviewer text not null,
  claimed_until timestamptz not null,
  primary key (queue_id, interaction_id, reviewer),
  foreign key (queue_id, interaction_id) references review_items on delete cascade
);

-- What a judge has to reach before it may page anybody.
create table calibration_bars (
  project_id uuid primary key references projects on delete cascade,
  kappa double precision not null check (kappa between 0 and 1),
  min_labels integer not null check (min_labels > 0),
  updated_at timestamptz not null
);

-- What people said about a score's name; feedback of users is another thing.
create index scores_people on scores (project_id, name, interaction_created_at desc, id desc)
  where source = 'human' and evaluator in ('review', 'api');
