-- How the gateway handled a call beyond forwarding it: the route it took, the cache, the arm of an
-- experiment it was exposed to, and the dialect of the answer where that is not the caller's.

alter table interactions
  add column route text,
  add column response_dialect text,
  add column cache text check (cache in ('hit', 'miss')),
  add column saved_micro_usd bigint,
  add column experiment_id uuid,
  add column experiment_arm text,
  add column experiment_unit text,
  add column shadow_of uuid;
