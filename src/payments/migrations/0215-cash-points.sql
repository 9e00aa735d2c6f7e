-- Cash at payment points: where they are and how many they can serve, who collects where, from when until when, and what was
-- handed over. A payment at a point is a fact of its own, once for each instruction; the books learn of it by the same files of
-- answers as from any provider (0080), written by us. What nobody collected comes back when the window closes.

create table payments.point (
  id uuid primary key,
  provider text not null,
  provider_kind text not null default 'cash' check (provider_kind = 'cash'),
  code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,19}$'),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  foreign key (provider, provider_kind) references payments.provider (code, kind),
  unique (provider, code)
);
comment on table payments.point is 'Payment points: places where a provider of cash hands over money. What is known of each is in payments.point_terms.';
comment on column payments.point.id is 'UUIDv7, made by the caller.';
comment on column payments.point.provider is 'The network that it belongs to.';
comment on column payments.point.provider_kind is 'cash: only such a provider has points.';
comment on column payments.point.code is 'Its code in that network, given by the network.';
comment on column payments.point.recorded_at is 'When it was recorded.';
comment on column payments.point.recorded_by is 'Who recorded it.';

create table payments.point_terms (
  id bigint generated always as identity primary key,
  point uuid not null references payments.point,
  name text not null check (name ~ '\S' and char_length(name) <= 60),
  territory text collate "C" not null check (territory <> ''),
  longitude numeric(8, 5) check (longitude between -180 and 180),
  latitude numeric(7, 5) check (latitude between -90 and 90),
  opening text not null check (char_length(opening) <= 100),
  agents integer not null check (agents between 1 and 1000),
  per_day integer not null check (per_day between 1 and 1000000),
  closed boolean not null default false,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  check ((longitude is null) = (latitude is null))
);
create index point_terms_in_force on payments.point_terms (point, id desc);
comment on table payments.point_terms is 'What is known of a payment point over time; the last recorded is in force.';
comment on column payments.point_terms.id is 'Order of recording.';
comment on column payments.point_terms.point is 'The point.';
comment on column payments.point_terms.name is 'Name that people know it by.';
comment on column payments.point_terms.territory is 'Path of the territory where it stands.';
comment on column payments.point_terms.longitude is 'Degrees east, WGS 84; null where not known.';
comment on column payments.point_terms.latitude is 'Degrees north, WGS 84; null where not known.';
comment on column payments.point_terms.opening is 'Days and hours, as people read them.';
comment on column payments.point_terms.agents is 'How many people pay there at a time.';
comment on column payments.point_terms.per_day is 'How many payees it can serve in a day.';
comment on column payments.point_terms.closed is 'True from the record that closes it: nobody collects there any more.';
comment on column payments.point_terms.recorded_at is 'When it was recorded.';
comment on column payments.point_terms.recorded_by is 'Who recorded it.';

create view payments.point_now with (security_invoker = true) as
select distinct on (p.id) p.id, p.provider, p.code, t.name, t.territory, t.longitude, t.latitude, t.opening, t.agents, t.per_day,
  t.closed, t.recorded_at, t.recorded_by
from payments.point p join payments.point_terms t on t.point = p.id
order by p.id, t.id desc;
comment on view payments.point_now is 'Payment points as they are.';

create table payments.point_assignment (
  id bigint generated always as identity primary key,
  payee_id uuid not null,
  territory text collate "C" not null,
  point uuid not null references payments.point,
  how text not null check (how in ('nearest', 'chosen')),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor()
);
create index point_assignment_payee on payments.point_assignment (payee_id, id desc) include (point, how);
create index point_assignment_territory on payments.point_assignment (territory);
comment on table payments.point_assignment is 'Where payees collect their cash; of one payee, the last recorded is in force.';
comment on column payments.point_assignment.id is 'Order of recording.';
comment on column payments.point_assignment.payee_id is 'Who collects.';
comment on column payments.point_assignment.territory is 'Where the payee lives: who may see it.';
comment on column payments.point_assignment.point is 'The point.';
comment on column payments.point_assignment.how is 'nearest: the nearest with room. chosen: the payee asked for it, and it stays until the payee asks for another or it closes.';
comment on column payments.point_assignment.recorded_at is 'When it was recorded.';
comment on column payments.point_assignment.recorded_by is 'Who recorded it.';

create table payments.cash_window (
  id uuid primary key,
  run_id uuid not null,
  provider text not null,
  provider_kind text not null default 'cash' check (provider_kind = 'cash'),
  opens_on date not null,
  closes_on date not null,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  foreign key (provider, provider_kind) references payments.provider (code, kind),
  foreign key (run_id, provider) references payments.run_group,
  unique (run_id, provider),
  check (closes_on >= opens_on)
);
comment on table payments.cash_window is 'The days on which what a run pays in cash is collected; one for each run and provider of cash.';
comment on column payments.cash_window.id is 'UUIDv7, made by the caller.';
comment on column payments.cash_window.run_id is 'The run.';
comment on column payments.cash_window.provider is 'The network of points.';
comment on column payments.cash_window.provider_kind is 'cash.';
comment on column payments.cash_window.opens_on is 'First day on which money is handed over.';
comment on column payments.cash_window.closes_on is 'Last day.';
comment on column payments.cash_window.recorded_at is 'When it was announced.';
comment on column payments.cash_window.recorded_by is 'Who announced it.';

create table payments.cash_payment (
  run_id uuid not null,
  position integer not null,
  id uuid not null unique,
  point uuid not null references payments.point,
  payee_id uuid not null,
  territory text collate "C" not null,
  amount bigint not null check (amount > 0),
  paid_on date not null,
  proof text not null check (proof in ('national_id', 'passport', 'residence_card', 'family_book', 'other')),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%'),
  recorded_name text not null default current_setting('socle.actor_name', true),
  primary key (run_id, position),
  foreign key (run_id, position) references payments.instruction
);
create index cash_payment_point on payments.cash_payment (point, recorded_at desc);
create index cash_payment_payee on payments.cash_payment (payee_id);
comment on table payments.cash_payment is 'Money handed over at a payment point. Its key is the promise that an instruction is paid once, whoever presses where and however often.';
comment on column payments.cash_payment.run_id is 'The run.';
comment on column payments.cash_payment.position is 'The instruction.';
comment on column payments.cash_payment.id is 'Made by the page that paid: the same press twice is one payment.';
comment on column payments.cash_payment.point is 'Where.';
comment on column payments.cash_payment.payee_id is 'Who received.';
comment on column payments.cash_payment.territory is 'Where the payee lives: who may see it.';
comment on column payments.cash_payment.amount is 'What was handed over, minor units: the whole instruction.';
comment on column payments.cash_payment.paid_on is 'Day, in the country.';
comment on column payments.cash_payment.proof is 'Kind of the document that the agent saw; its number is not kept.';
comment on column payments.cash_payment.recorded_at is 'When.';
comment on column payments.cash_payment.recorded_by is 'The agent: a program hands over nothing.';
comment on column payments.cash_payment.recorded_name is 'Name of the agent, as it was then.';

create table payments.cash_closing (
  window_id uuid primary key references payments.cash_window,
  file_id uuid not null unique references payments.answer_file,
  paid integer not null check (paid >= 0),
  unclaimed integer not null check (unclaimed >= 0),
  unclaimed_amount bigint not null check (unclaimed_amount >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor()
);
comment on table payments.cash_closing is 'Windows that are closed: what nobody collected came back by the file named here, and went back to the budget line.';
comment on column payments.cash_closing.window_id is 'The window.';
comment on column payments.cash_closing.file_id is 'The answers that say what was paid and what came back.';
comment on column payments.cash_closing.paid is 'Payments handed over at points while it was open.';
comment on column payments.cash_closing.unclaimed is 'Payments that nobody collected.';
comment on column payments.cash_closing.unclaimed_amount is 'Their sum, minor units.';
comment on column payments.cash_closing.recorded_at is 'When it was closed.';
comment on column payments.cash_closing.recorded_by is 'By whom.';

create table payments.cash_restore (
  window_id uuid not null references payments.cash_window,
  purpose text not null,
  transfer uuid not null unique references payments.transfer,
  primary key (window_id, purpose)
);
comment on table payments.cash_restore is 'What the closing of a window put back on the budget line, by purpose.';
comment on column payments.cash_restore.window_id is 'The window.';
comment on column payments.cash_restore.purpose is 'What for.';
comment on column payments.cash_restore.transfer is 'The transfer, from returned to the budget line.';

do $$
declare
  name text;
begin
  foreach name in array array['point', 'point_terms', 'point_assignment', 'cash_window', 'cash_payment', 'cash_closing', 'cash_restore'] loop
    perform security.append_only(format('payments.%I', name)::regclass);
    execute format('grant select on payments.%I to socle_app, socle_worker', name);
  end loop;
end
$$;
grant select on payments.point_now to socle_app, socle_worker;
call payments.staff_only('point', 'point_terms', 'cash_window', 'cash_closing', 'cash_restore');
select security.protect('payments.point_assignment');
select security.protect_file('payments.point_assignment', 'payee_id');
select security.protect('payments.cash_payment');
select security.protect_file('payments.cash_payment', 'payee_id');
grant insert (id, provider, code) on payments.point to socle_app, socle_worker;
grant insert (point, name, territory, longitude, latitude, opening, agents, per_day, closed) on payments.point_terms to socle_app, socle_worker;
grant insert (payee_id, territory, point, how) on payments.point_assignment to socle_app, socle_worker;
grant insert (id, run_id, provider, opens_on, closes_on) on payments.cash_window to socle_app, socle_worker;
grant insert (run_id, position, id, point, payee_id, territory, amount, paid_on, proof) on payments.cash_payment to socle_app, socle_worker;
grant insert (window_id, file_id, paid, unclaimed, unclaimed_amount) on payments.cash_closing to socle_worker;
grant insert (window_id, purpose, transfer) on payments.cash_restore to socle_worker;

-- Guards ------------------------------------------------------------------------------------------------------------------

create function payments.check_cash_payment() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  fault text;
begin
  -- Shared, so that points pay side by side; whoever closes the window or takes answers of the run holds it alone.
  perform pg_advisory_xact_lock_shared(hashtextextended('payments.run ' || new.run_id, 0));
  fault := payments.cash_fault(new.run_id, new.position, new.point, new.paid_on);
  if fault is null and not exists (
    select from payments.instruction i
    where (i.run_id, i.position, i.payee_id, i.territory, i.amount) = (new.run_id, new.position, new.payee_id, new.territory, new.amount)) then
    fault := 'not_the_instruction';
  end if;
  if fault is not null then
    raise exception 'payment % of run %: %', new.position, new.run_id, fault
      using errcode = 'integrity_constraint_violation', constraint = 'cash_payment_allowed';
  end if;
  return new;
end
$$;
comment on function payments.check_cash_payment() is 'Trigger: money is handed over in an open window of a run that has left, once, at a point of the network that carries it.';

create function payments.cash_fault(run uuid, place integer, at_point uuid, today date) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select case
    when i.run_id is null then 'not_the_instruction'
    when exists (select from payments.cash_payment c where c.run_id = run and c.position = place) then 'paid_already'
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
    left join payments.cash_window w on w.run_id = run and w.provider = i.provider
    left join payments.point_now p on p.id = at_point and p.provider = i.provider
$$;
comment on function payments.cash_fault(uuid, integer, uuid, date) is 'Reviewed: why an instruction may not be paid at a point on a day; null where it may. Says a word of an instruction that the caller names.';
revoke execute on function payments.cash_fault(uuid, integer, uuid, date), payments.check_cash_payment() from public;
grant execute on function payments.cash_fault(uuid, integer, uuid, date) to socle_app, socle_worker;
create trigger cash_payment_allowed before insert on payments.cash_payment
  for each row execute function payments.check_cash_payment();

create function payments.refuse_cash_back() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from added a join payments.cash_payment c on c.run_id = a.run_id and c.position = a.position
    where a.kind <> 'confirm') then
    raise exception 'what was handed over at a payment point does not come back'
      using errcode = 'integrity_constraint_violation', constraint = 'cash_stays_paid';
  end if;
  return null;
end
$$;
comment on function payments.refuse_cash_back() is 'Trigger: an instruction paid at a point is not returned or reversed by anybody''s answer; such an answer waits for a person.';
revoke execute on function payments.refuse_cash_back() from public;
create trigger cash_stays_paid after insert on payments.instruction_outcome referencing new table as added
  for each statement execute function payments.refuse_cash_back();

create function payments.check_cash_closing() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  closed payments.cash_window;
begin
  select * into closed from payments.cash_window where id = new.window_id;
  if exists (
    select from payments.cash_payment c join payments.instruction i on i.run_id = c.run_id and i.position = c.position
    where c.run_id = closed.run_id and i.provider = closed.provider and not exists (
      select from payments.instruction_outcome o where (o.run_id, o.position, o.kind) = (c.run_id, c.position, 'confirm'))) then
    raise exception 'window %: what was handed over is not in the books', new.window_id
      using errcode = 'check_violation', constraint = 'cash_closing';
  end if;
  if exists (
    select from (
        select l.purpose, sum(l.amount) as total
        from payments.instruction_outcome o join payments.run_line l on (l.run_id, l.position) = (o.run_id, o.position)
        where o.file_id = new.file_id and o.kind = 'return' group by 1) back
      full join (
        select r.purpose, t.amount as total
        from payments.cash_restore r join payments.transfer t on t.id = r.transfer and t.kind = 'restore'
        where r.window_id = new.window_id) put using (purpose)
    where back.total is distinct from put.total) then
    raise exception 'window %: what came back is not what went back to the budget line', new.window_id
      using errcode = 'check_violation', constraint = 'cash_closing';
  end if;
  return null;
end
$$;
comment on function payments.check_cash_closing() is 'Constraint trigger, at commit: a window closes with all that was handed over confirmed, and with what came back on the budget line again.';
revoke execute on function payments.check_cash_closing() from public;
create constraint trigger cash_closing after insert on payments.cash_closing
  deferrable initially deferred for each row execute function payments.check_cash_closing();

create function payments.check_cash_restore() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if (tg_when = 'BEFORE') = exists (select from payments.cash_closing k where k.window_id = new.window_id) then
    raise exception 'window %: money is put back by the transaction that closes it', new.window_id
      using errcode = 'check_violation', constraint = 'cash_restored';
  end if;
  return new;
end
$$;
comment on function payments.check_cash_restore() is 'Triggers, at once and at commit: nothing is put back beside a closing.';
revoke execute on function payments.check_cash_restore() from public;
create trigger not_yet_closed before insert on payments.cash_restore for each row execute function payments.check_cash_restore();
create constraint trigger cash_restored after insert on payments.cash_restore
  deferrable initially deferred for each row execute function payments.check_cash_restore();

-- What a closing put back on the budget line is not put back a second time when a later run pays it again.
create or replace function payments.came_back(run uuid) returns table (budget_line text, purpose text, amount bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select r.budget_line, p.purpose, sum(p.amount)::bigint
  from payments.run_line l
    join payments.run_line p on p.entitlement_id = l.entitlement_id and p.attempt < l.attempt
    join payments.run r on r.id = p.run_id
  where l.run_id = run and l.attempt > 1
    and exists (
      select from payments.instruction_outcome o
      where o.run_id = p.run_id and o.position = p.position and o.kind in ('return', 'reverse')
        and not exists (select from payments.cash_closing k where k.file_id = o.file_id))
    -- An approval in between has put it back already.
    and not exists (
      select from payments.run_line q join payments.run_event e on e.run_id = q.run_id and e.state = 'approved'
      where q.entitlement_id = l.entitlement_id and q.attempt > p.attempt and q.attempt < l.attempt)
  group by 1, 2
$$;
