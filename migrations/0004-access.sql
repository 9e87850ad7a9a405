-- Counts changes to what decides who may do what. Processes keep keys and projects in memory and
-- read this one number every second to learn whether they are stale.
create table access_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);
insert into access_version (version) values (1);

create function bump_access_version() returns trigger language plpgsql as $$
begin
  update access_version set version = version + 1;
  return null;
end
$$;

-- last_used_at changes all the time and decides nothing, so it is not among the columns.
create trigger api_keys_changed
  after insert or delete or update of project_id, prefix, key_hash, scopes, expires_at, revoked_at on api_keys
  for each statement execute function bump_access_version();
create trigger projects_changed
  after insert or delete or update of slug, name, is_demo on projects
  for each statement execute function bump_access_version();

create index sessions_user on sessions (user_id);
create index audit_log_project on audit_log (project_id, id desc);
