-- Budgets, what they hold and have spent; revisions of prices; re-pricing of the past.

create table budgets (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  scope text not null check (scope in ('project', 'key', 'user', 'model')),
  -- One subject, or * for each one by itself.
  match text not null,
  period text not null check (period in ('day', 'week', 'month', 'total')),
  limit_micro_usd bigint not null check (limit_micro_usd > 0),
  on_exceeded text not null check (on_exceeded in ('block', 'warn')),
  unpriced text not null check (unpriced in ('block', 'allow')),
  enabled boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index budgets_project on budgets (project_id, id desc);

-- A budget's account of one subject in one period. `leased` is what processes may spend without asking, of which
-- some is spent already and not booked yet: spent + leased never exceeds the limit when a lease is given.
create table budget_accounts (
  budget_id uuid not null references budgets on delete cascade,
  subject text not null,
  period timestamptz not null,
  spent_micro_usd bigint not null default 0,
  leased_micro_usd bigint not null default 0 check (leased_micro_usd >= 0),
  level text not null default 'ok',
  primary key (budget_id, period, subject)
) with (fillfactor = 50);

-- The parts of `leased`, by process. A row is only touched by who holds the lock of its account.
create table budget_leases (
  budget_id uuid not null,
  subject text not null,
  period timestamptz not null,
  holder text not null,
  micro_usd bigint not null check (micro_usd >= 0),
  primary key (budget_id, period, subject, holder),
  foreign key (budget_id, period, subject) references budget_accounts on delete cascade
) with (fillfactor = 50);
create index budget_leases_holder on budget_leases (holder);

create table budget_holders (
  holder text primary key,
  seen_at timestamptz not null
) with (fillfactor = 50);

-- Spending by day (UTC) of budgets that are about one subject, for projections.
create table budget_days (
  budget_id uuid not null references budgets on delete cascade,
  day date not null,
  micro_usd bigint not null,
  primary key (budget_id, day)
) with (fillfactor = 50);

create table budget_crossings (
  id uuid primary key,
  project_id uuid not null,
  budget_id uuid not null references budgets on delete cascade,
  subject text not null,
  period timestamptz not null,
  at timestamptz not null,
  level_before text not null,
  level text not null,
  spent_micro_usd bigint not null,
  limit_micro_usd bigint not null
);
create index budget_crossings_project on budget_crossings (project_id, id desc);
create index budget_crossings_budget on budget_crossings (budget_id, id desc);

-- Counts changes to what processes keep in memory: budgets, levels of accounts, and the prices estimates are made with.
create table budget_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into budget_version (version) values (1);

create function bump_budget_version() returns trigger language plpgsql as $$
begin
  update budget_version set version = version + 1;
  return null;
end
$$;
create trigger budgets_changed
  after insert or update or delete on budgets
  for each statement execute function bump_budget_version();
create trigger budget_levels_changed
  after update of level on budget_accounts
  for each statement execute function bump_budget_version();
create trigger prices_changed
  after insert or update or delete on prices
  for each statement execute function bump_budget_version();

-- A changed price keeps its id; costs name the revision that they were made with.
alter table prices add column revision integer not null default 1;

-- What the cache saved is asked over long ranges, and hits are few.
create index interactions_cache_hits on interactions (project_id, created_at) where cache = 'hit';

-- Re-pricing of past calls. `place_*` is the last call that was looked at; it moves with the rows.
create table repricings (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  from_at timestamptz not null,
  to_at timestamptz not null,
  model text,
  status text not null check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  total bigint,
  scanned bigint not null default 0,
  changed bigint not null default 0,
  before_micro_usd bigint not null default 0,
  after_micro_usd bigint not null default 0,
  place_at timestamptz,
  place_id uuid,
  error text
);
create index repricings_project on repricings (project_id, id desc);
create index repricings_open on repricings (id) where status in ('queued', 'running');
