-- Channels, monitors with their series, alerts with their history, silences, and messages on their way.

create table channels (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  kind text not null,
  settings jsonb not null,
  options jsonb not null,
  -- Secret options, sealed with the key of the installation; null without any.
  secrets text,
  enabled boolean not null,
  managed_by text not null check (managed_by in ('api', 'environment')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, name)
);

create table monitors (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  -- The contract's NewMonitor.
  definition jsonb not null,
  enabled boolean not null,
  managed_by text not null check (managed_by in ('api', 'file')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (project_id, name)
);

-- Where looking stands. Points up to `closed_until` will not change any more, and `memory` is the state of
-- sequential detectors there. A changed definition begins anew.
create table monitor_states (
  monitor_id uuid primary key references monitors on delete cascade,
  state text not null,
  state_since timestamptz not null,
  current jsonb,
  checked_at timestamptz not null,
  closed_until timestamptz,
  memory jsonb not null default '{}',
  figures jsonb,
  problem text
) with (fillfactor = 50);

-- What a monitor observed, by the minute: a count, sums for means and rates, packed bins for percentiles. `groups` are
-- counts and sums by session where samples are clustered.
create table monitor_points (
  monitor_id uuid not null references monitors on delete cascade,
  at timestamptz not null,
  n bigint not null,
  sum double precision not null,
  sumsq double precision not null,
  bins bytea,
  groups jsonb,
  primary key (monitor_id, at)
) with (fillfactor = 70);

-- Changes of a monitor's state, for its strip.
create table monitor_changes (
  monitor_id uuid not null references monitors on delete cascade,
  at timestamptz not null,
  state text not null,
  primary key (monitor_id, at)
);

create table alerts (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  source text not null check (source in ('monitor', 'program')),
  monitor_id uuid references monitors on delete set null,
  name text not null,
  subject text not null default '',
  severity text not null,
  state text not null check (state in ('pending', 'firing', 'acknowledged', 'silenced', 'resolved')),
  labels jsonb not null,
  reason jsonb not null,
  -- How it is told: channels, re-notification, escalation, grouping, as the monitor said when it fired.
  notify jsonb not null,
  started_at timestamptz not null,
  fired_at timestamptz,
  ended_at timestamptz,
  changed_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text,
  silence_id uuid,
  escalated_at timestamptz,
  last_notified_at timestamptz,
  runbook_url text,
  updated_at timestamptz not null
);
create index alerts_list on alerts (project_id, started_at desc, id desc);
create index alerts_monitor on alerts (monitor_id, started_at desc);
create unique index alerts_open on alerts (project_id, source, name, subject) where ended_at is null;

create table alert_events (
  id uuid primary key,
  alert_id uuid not null references alerts on delete cascade,
  at timestamptz not null,
  kind text not null,
  actor text,
  details jsonb not null default '{}'
);
create index alert_events_alert on alert_events (alert_id, id);

create table silences (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  matchers jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  recurrence jsonb,
  comment text not null,
  created_by text not null,
  created_at timestamptz not null
);
create index silences_project on silences (project_id, ends_at desc);

-- Messages on their way, written in the transaction of what they tell about. Those of one `sequence_key` go out to a
-- channel one after the other; `dedupe_key` is sent to a channel once.
create table outbox (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  channel_id uuid not null references channels on delete cascade,
  sequence_key text not null,
  dedupe_key text not null,
  alert_id uuid references alerts on delete set null,
  kind text not null,
  message jsonb not null,
  created_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  claimed_until timestamptz,
  delivered_at timestamptz,
  dead_at timestamptz,
  last_error text,
  unique (channel_id, dedupe_key)
) with (fillfactor = 70);
create index outbox_due on outbox (next_attempt_at, id) where delivered_at is null and dead_at is null;
create index outbox_sequence on outbox (channel_id, sequence_key, id) where delivered_at is null and dead_at is null;
create index outbox_project on outbox (project_id, id desc);
create index outbox_alert on outbox (alert_id, id) where alert_id is not null;
