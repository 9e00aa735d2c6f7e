-- What is asked of a worker waits for one: on a new installation, or after an upgrade that brings a job, none may have started yet.
create or replace function db.fan_out() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into db.delivery (subscriber, position, key, type)
  select s.subscriber, a.position, a.key, a.type from appended a join db.subscription s using (type)
  union
  select 'jobs', a.position, a.key, a.type from appended a where a.type like 'job.%';
  return null;
end
$$;
comment on function db.fan_out() is 'Trigger: one delivery per subscriber of each event appended; a job asked for is one to the jobs, known or not.';
