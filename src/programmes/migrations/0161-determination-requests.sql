-- A determination left to the workers is known from the moment it is asked: who asked waits for it by its id, and is told
-- where it could not begin.
create table programmes.determination_request (
  id uuid primary key,
  country text not null,
  pack text not null,
  month text not null check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  snapshot text,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  refusal jsonb,
  refused_at timestamptz,
  check ((refusal is null) = (refused_at is null))
);
comment on table programmes.determination_request is 'Determinations asked of the workers. The run that comes of one has its id.';
comment on column programmes.determination_request.id is 'Id of the job, and of the run.';
comment on column programmes.determination_request.country is 'Country whose households are to be decided.';
comment on column programmes.determination_request.pack is 'Programme.';
comment on column programmes.determination_request.month is 'Month to decide.';
comment on column programmes.determination_request.snapshot is 'Name of the snapshot to decide on; null where the register is to be frozen.';
comment on column programmes.determination_request.asked_by is 'Who asked.';
comment on column programmes.determination_request.asked_at is 'When.';
comment on column programmes.determination_request.refusal is 'Why no run came of it: a code with its facts.';
comment on column programmes.determination_request.refused_at is 'When it was refused; null while it waits and where it became a run.';
grant select on programmes.determination_request to socle_app;
grant insert, select on programmes.determination_request to socle_worker;
grant update (refusal, refused_at) on programmes.determination_request to socle_worker;
