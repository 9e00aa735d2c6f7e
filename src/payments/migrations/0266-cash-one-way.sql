-- A network of cash pays what a run orders of it in one way: by its own till, from orders that it is given, or at our counter, where
-- agents of ours hand the money over. Both at once could pay somebody twice. Which way a network is, one member of staff says and another
-- agrees; by which way the part of a run leaves is settled with its file, as for every part (0240), and never changes.

create table payments.cash_way (
  id uuid primary key,
  provider text not null,
  provider_kind text not null default 'cash' check (provider_kind = 'cash'),
  way text not null check (way in ('own_till', 'counter')),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%'),
  foreign key (provider, provider_kind) references payments.provider (code, kind)
);
comment on table payments.cash_way is 'Which way a network of cash pays, as one member of staff says it; it holds once another agreed.';
comment on column payments.cash_way.id is 'Made by the caller.';
comment on column payments.cash_way.provider is 'The network.';
comment on column payments.cash_way.provider_kind is 'cash: no other provider has two ways.';
comment on column payments.cash_way.way is 'own_till: it pays by itself what it is ordered. counter: agents of ours pay at its points, and it is ordered nothing.';
comment on column payments.cash_way.recorded_at is 'When it was said.';
comment on column payments.cash_way.recorded_by is 'By whom.';

create table payments.cash_way_agreed (
  way_id uuid primary key references payments.cash_way,
  nth bigint generated always as identity,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%')
);
comment on table payments.cash_way_agreed is 'Ways to which a second person agreed: the last of a network holds.';
comment on column payments.cash_way_agreed.way_id is 'What was said.';
comment on column payments.cash_way_agreed.nth is 'Order of agreeing.';
comment on column payments.cash_way_agreed.recorded_at is 'When it was agreed.';
comment on column payments.cash_way_agreed.recorded_by is 'By whom: not by who said it.';

create view payments.cash_way_now with (security_invoker = true) as
select distinct on (w.provider) w.provider, w.way, a.recorded_at as since
from payments.cash_way w join payments.cash_way_agreed a on a.way_id = w.id
order by w.provider, a.nth desc;
comment on view payments.cash_way_now is 'Which way networks of cash are; one that is not here pays by its own till.';
comment on column payments.cash_way_now.provider is 'The network.';
comment on column payments.cash_way_now.way is 'own_till or counter.';
comment on column payments.cash_way_now.since is 'When it was agreed.';

create function payments.check_cash_way_agreed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- Alone: whoever settles how a part leaves, or announces a window, is waited for, and waits.
  perform pg_advisory_xact_lock(hashtextextended('payments.cash_way', 0));
  if exists (select from payments.cash_way w where w.id = new.way_id and w.recorded_by = new.recorded_by) then
    raise exception 'the way of a network is said by one person and agreed to by another'
      using errcode = 'check_violation', constraint = 'way_of_two';
  end if;
  return new;
end
$$;
comment on function payments.check_cash_way_agreed() is 'Trigger: nobody agrees to a way of their own.';
revoke execute on function payments.check_cash_way_agreed() from public;
create trigger way_of_two before insert on payments.cash_way_agreed
  for each row execute function payments.check_cash_way_agreed();

select security.append_only('payments.cash_way');
select security.append_only('payments.cash_way_agreed');
grant select on payments.cash_way, payments.cash_way_agreed, payments.cash_way_now to socle_app, socle_worker;
grant insert (id, provider, way) on payments.cash_way to socle_app;
grant insert (way_id) on payments.cash_way_agreed to socle_app;
call payments.staff_only('cash_way', 'cash_way_agreed');

-- A part has a fourth way -------------------------------------------------------------------------------------------------

alter table payments.run_part drop constraint run_part_leaves_by_check;
alter table payments.run_part
  add constraint run_part_leaves_by_check check (leaves_by in ('run_file', 'own_file', 'wire', 'counter'));
comment on column payments.run_part.leaves_by is 'run_file: in the run''s pain.001. own_file: in a file of the provider''s own form. wire: in batches, to its interface. counter: nowhere, agents of ours hand it over at payment points.';

create function payments.leaves_by_counter(run uuid, network text) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  -- What payees were told of a window holds, whatever the network becomes.
  select pg_advisory_xact_lock_shared(hashtextextended('payments.cash_way', 0));
  select exists (select from payments.cash_window w where w.run_id = run and w.provider = network)
    or exists (select from payments.cash_way_now n where n.provider = network and n.way = 'counter')
$$;
comment on function payments.leaves_by_counter(uuid, text) is 'Reviewed: whether what a run orders of a provider is handed over at our counter, if its file is made now. Says a word of a network, none of a person.';
revoke execute on function payments.leaves_by_counter(uuid, text) from public;
grant execute on function payments.leaves_by_counter(uuid, text) to socle_app, socle_worker;

create function payments.check_part_of_cash() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from added a where (a.leaves_by = 'counter') <> payments.leaves_by_counter(a.run_id, a.provider)) then
    raise exception 'a part is handed over at our counter where its network is one of our counter, and nowhere else'
      using errcode = 'check_violation', constraint = 'cash_one_way';
  end if;
  return null;
end
$$;
comment on function payments.check_part_of_cash() is 'Trigger: the part of a network leaves by the way that two persons gave the network.';
revoke execute on function payments.check_part_of_cash() from public;
create trigger cash_one_way after insert on payments.run_part referencing new table as added
  for each statement execute function payments.check_part_of_cash();

create function payments.check_window_of_counter() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not coalesce(
    (select p.leaves_by = 'counter' from payments.run_part p where p.run_id = new.run_id and p.provider = new.provider),
    payments.leaves_by_counter(new.run_id, new.provider)) then
    raise exception 'window %: the network pays this run by its own till', new.id
      using errcode = 'check_violation', constraint = 'window_of_counter';
  end if;
  return new;
end
$$;
comment on function payments.check_window_of_counter() is 'Trigger: a window is announced where our counter pays.';
revoke execute on function payments.check_window_of_counter() from public;
create trigger window_of_counter before insert on payments.cash_window
  for each row execute function payments.check_window_of_counter();

create or replace function payments.cash_fault(run uuid, place integer, at_point uuid, today date) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select case
    when i.run_id is null then 'not_the_instruction'
    when exists (select from payments.cash_payment c where c.run_id = run and c.position = place) then 'paid_already'
    when g.leaves_by <> 'counter' then 'paid_by_network'
    when w.id is null then 'no_window'
    when exists (select from payments.cash_closing k where k.window_id = w.id) or today > w.closes_on then 'window_closed'
    when today < w.opens_on then 'window_not_open'
    when not exists (select from payments.run_event e where e.run_id = run and e.state = 'sent') then 'run_not_sent'
    when exists (select from payments.instruction_outcome o where o.run_id = run and o.position = place) then 'answered_already'
    when p.id is null then 'point_of_another_network'
    when p.closed then 'point_closed'
  end
  from (select 1) as one
    left join payments.instruction i on i.run_id = run and i.position = place
    left join payments.run_part g on g.run_id = run and g.provider = i.provider
    left join payments.cash_window w on w.run_id = run and w.provider = i.provider
    left join payments.point_now p on p.id = at_point and p.provider = i.provider
$$;

create function payments.refuse_foreign_answers() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from (select distinct run_id, file_id from added) a
      join payments.answer_file f on f.id = a.file_id
      join payments.run_part p on p.run_id = a.run_id and p.provider = f.provider
    where p.leaves_by = 'counter' and f.format not like 'socle.points.%') then
    raise exception 'what our counter pays is answered by our counter alone'
      using errcode = 'integrity_constraint_violation', constraint = 'counter_answers';
  end if;
  return null;
end
$$;
comment on function payments.refuse_foreign_answers() is 'Trigger: a network says nothing of a payment that it was not ordered; such an answer waits for a person.';
revoke execute on function payments.refuse_foreign_answers() from public;
create trigger counter_answers after insert on payments.instruction_outcome referencing new table as added
  for each statement execute function payments.refuse_foreign_answers();
