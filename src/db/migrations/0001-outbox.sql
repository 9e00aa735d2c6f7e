-- News that travels up: an event is appended in the transaction that made it true, and delivered afterwards to each
-- subscriber, at least once, in order for each key.

comment on schema db is 'Migrations applied, and the outbox: events and their deliveries.';

create table db.event (
  position bigint generated always as identity primary key,
  id uuid not null unique,
  type text not null check (type ~ '^[a-z0-9_.]+$'),
  key text not null,
  payload jsonb not null,
  recorded_at timestamptz not null default now()
);
comment on table db.event is 'Outbox: what happened, appended by the module where it happened. Never changed.';
comment on column db.event.position is 'Order of appending.';
comment on column db.event.id is 'Made by whoever appends; a handler that acts outside the database is idempotent by it.';
comment on column db.event.type is 'What happened: payment_settled.';
comment on column db.event.key is 'What it happened to; events of one key reach a subscriber in order.';
comment on column db.event.payload is 'The facts, by id where they are personal.';
comment on column db.event.recorded_at is 'Time of the transaction that appended it.';

create table db.subscription (
  subscriber text not null,
  type text not null,
  since timestamptz not null default now(),
  primary key (type, subscriber)
);
comment on table db.subscription is 'Who is told of which events. Written by the worker when it starts, from what server.ts wires.';
comment on column db.subscription.subscriber is 'Module or part that listens.';
comment on column db.subscription.type is 'Type of event.';
comment on column db.subscription.since is 'Events appended before are not delivered.';

create table db.delivery (
  subscriber text not null,
  position bigint not null references db.event,
  key text not null,
  type text not null,
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  last_error text,
  dead_at timestamptz,
  primary key (subscriber, position)
);
create index delivery_head on db.delivery (subscriber, key, position);
create index delivery_due on db.delivery (subscriber, due_at, position) where dead_at is null;
comment on table db.delivery is 'Deliveries still to make: removed in the handler''s own transaction. A dead one holds back the later ones of its key until somebody revives it.';
comment on column db.delivery.subscriber is 'To whom.';
comment on column db.delivery.position is 'Which event.';
comment on column db.delivery.key is 'The event''s key.';
comment on column db.delivery.type is 'The event''s type.';
comment on column db.delivery.attempts is 'Attempts that failed.';
comment on column db.delivery.due_at is 'Not before.';
comment on column db.delivery.last_error is 'Why the last attempt failed.';
comment on column db.delivery.dead_at is 'When the last attempt allowed failed; null while there is hope.';

create function db.fan_out() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into db.delivery (subscriber, position, key, type)
  select s.subscriber, a.position, a.key, a.type from appended a join db.subscription s using (type);
  return null;
end
$$;
comment on function db.fan_out() is 'Trigger: one delivery per subscriber of each event appended.';
create trigger fan_out after insert on db.event
  referencing new table as appended for each statement execute function db.fan_out();

grant insert on db.event to socle_app, socle_worker;
grant select on db.event to socle_worker;
grant select, insert on db.subscription to socle_worker;
grant select, update, delete on db.delivery to socle_worker;
grant select on db.delivery to socle_app;
