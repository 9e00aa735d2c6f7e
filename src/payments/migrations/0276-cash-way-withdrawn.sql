-- A way that was said and is not wanted after all: whoever may say one takes it back while nobody agreed to it. And what was said since
-- about the same network takes its place: nobody agrees to a word that its network has left behind.

create table payments.cash_way_withdrawn (
  way_id uuid primary key references payments.cash_way,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%')
);
comment on table payments.cash_way_withdrawn is 'Ways of networks of cash that were taken back before anybody agreed to them.';
comment on column payments.cash_way_withdrawn.way_id is 'What was said.';
comment on column payments.cash_way_withdrawn.recorded_at is 'When it was taken back.';
comment on column payments.cash_way_withdrawn.recorded_by is 'By whom: who said it, or anybody else who may say one.';

create function payments.check_cash_way_withdrawn() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Alone, as whoever agrees: one of the two comes first, and the other sees it.
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way_agreed a where a.way_id = new.way_id) then
    raise exception 'a way that was agreed to is not taken back: another one is said'
      using errcode = 'check_violation', constraint = 'way_agreed';
  end if;
  return new;
end
$$;
comment on function payments.check_cash_way_withdrawn() is 'Trigger: what was agreed to is not taken back.';
revoke execute on function payments.check_cash_way_withdrawn() from public;
create trigger way_agreed before insert on payments.cash_way_withdrawn
  for each row execute function payments.check_cash_way_withdrawn();

create function payments.check_cash_way_stands() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way_withdrawn x where x.way_id = new.way_id) then
    raise exception 'the way was taken back' using errcode = 'check_violation', constraint = 'way_stands';
  end if;
  if exists (
    select from payments.cash_way w join payments.cash_way later on later.provider = w.provider
    where w.id = new.way_id and (later.recorded_at, later.id) > (w.recorded_at, w.id)
      and not exists (select from payments.cash_way_withdrawn x where x.way_id = later.id)) then
    raise exception 'something else was said of the network since' using errcode = 'check_violation', constraint = 'way_stands';
  end if;
  return new;
end
$$;
comment on function payments.check_cash_way_stands() is 'Trigger: agreed to is what was said last, and not taken back.';
revoke execute on function payments.check_cash_way_stands() from public;
create trigger way_stands before insert on payments.cash_way_agreed
  for each row execute function payments.check_cash_way_stands();

select security.append_only('payments.cash_way_withdrawn');
grant select on payments.cash_way_withdrawn to socle_app, socle_worker;
grant insert (way_id) on payments.cash_way_withdrawn to socle_app;
call payments.staff_only('cash_way_withdrawn');
