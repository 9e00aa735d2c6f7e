-- A move that two persons approved is stopped between its ranges by one, and gone on with or taken back from there.

create table programmes.switch_stop (
  switch_id uuid not null references programmes.switch,
  number integer not null check (number >= 1),
  step text not null check (step in ('stopped', 'resumed')),
  says text check (says ~ '\S' and length(says) <= 1000),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor(),
  primary key (switch_id, number),
  check ((step = 'stopped') = (number % 2 = 1)),
  check ((step = 'stopped') = (says is not null))
);
comment on table programmes.switch_stop is 'When a move was stopped, and when it was left to go on: one after the other. Append-only.';
comment on column programmes.switch_stop.switch_id is 'Move.';
comment on column programmes.switch_stop.number is 'Order, from 1: what is odd stops, what is even lets go on.';
comment on column programmes.switch_stop.step is 'stopped or resumed.';
comment on column programmes.switch_stop.says is 'Why it was stopped, in the words of who did.';
comment on column programmes.switch_stop.recorded_at is 'When.';
comment on column programmes.switch_stop.recorded_by is 'Who.';
select security.append_only('programmes.switch_stop');
grant select, insert (switch_id, number, step, says) on programmes.switch_stop to socle_app;
grant select on programmes.switch_stop to socle_worker;

-- Whatever process ends a range: one that has not heard of stops does not end any while a move is stopped.
create function programmes.refuse_stopped_range() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if (select step from programmes.switch_stop where switch_id = new.switch_id order by number desc limit 1) = 'stopped' then
    raise exception 'move % is stopped: no range of it is carried out', new.switch_id
      using errcode = 'check_violation', constraint = 'switch_stopped';
  end if;
  return new;
end
$$;
comment on function programmes.refuse_stopped_range() is 'Trigger: nothing is moved while a move is stopped.';
create trigger switch_stopped before update of done_at on programmes.switch_range
  for each row execute function programmes.refuse_stopped_range();
