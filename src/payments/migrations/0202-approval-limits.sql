-- Up to which amount a role may approve a run. One member of staff says it, another agrees, and from then on, from its day, it
-- holds: the database refuses an approval beyond it, whoever writes.

create table payments.approval_limit (
  id uuid primary key,
  role text not null check (role ~ '^[a-z]+(_[a-z]+)*$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount >= 0),
  valid_from date not null,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%')
);
comment on table payments.approval_limit is 'Up to which amount a role may approve a payment run, as one member of staff says it; it holds once another agreed.';
comment on column payments.approval_limit.id is 'Made by the caller.';
comment on column payments.approval_limit.role is 'A role of security.role_grant.';
comment on column payments.approval_limit.currency is 'Of the runs for which it holds.';
comment on column payments.approval_limit.amount is 'The largest sum of a run that the role approves, minor units.';
comment on column payments.approval_limit.valid_from is 'From this day, until another of the same role and currency holds.';
comment on column payments.approval_limit.recorded_at is 'When it was said.';
comment on column payments.approval_limit.recorded_by is 'By whom.';

create table payments.approval_limit_agreed (
  limit_id uuid primary key references payments.approval_limit,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%')
);
comment on table payments.approval_limit_agreed is 'Limits to which a second person agreed.';
comment on column payments.approval_limit_agreed.limit_id is 'The limit.';
comment on column payments.approval_limit_agreed.recorded_at is 'When it was agreed.';
comment on column payments.approval_limit_agreed.recorded_by is 'By whom: not by who said it.';

create function payments.check_limit_agreed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from payments.approval_limit l where l.id = new.limit_id and l.recorded_by = new.recorded_by) then
    raise exception 'a limit is said by one person and agreed to by another'
      using errcode = 'check_violation', constraint = 'limit_of_two';
  end if;
  return new;
end
$$;
comment on function payments.check_limit_agreed() is 'Trigger: nobody agrees to a limit of their own.';
revoke execute on function payments.check_limit_agreed() from public;
create trigger limit_of_two before insert on payments.approval_limit_agreed
  for each row execute function payments.check_limit_agreed();

select security.append_only('payments.approval_limit');
select security.append_only('payments.approval_limit_agreed');
grant select on payments.approval_limit, payments.approval_limit_agreed to socle_app, socle_worker;
grant insert (id, role, currency, amount, valid_from) on payments.approval_limit to socle_app;
grant insert (limit_id) on payments.approval_limit_agreed to socle_app;

create view payments.approval_limit_in_force with (security_invoker = true) as
select distinct on (l.role, l.currency) l.role, l.currency, l.amount, l.valid_from
from payments.approval_limit l join payments.approval_limit_agreed a on a.limit_id = l.id
where l.valid_from <= current_date
order by l.role, l.currency, l.valid_from desc, a.recorded_at desc;
comment on view payments.approval_limit_in_force is 'The limit of each role and currency today: the latest begun, and of one day the latest agreed.';
comment on column payments.approval_limit_in_force.role is 'The role.';
comment on column payments.approval_limit_in_force.currency is 'The currency.';
comment on column payments.approval_limit_in_force.amount is 'The largest sum of a run, minor units.';
comment on column payments.approval_limit_in_force.valid_from is 'Since when.';
grant select on payments.approval_limit_in_force to socle_app, socle_worker;

create function payments.approval_limit_of(run uuid, person text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  -- For each purpose the highest limit of the roles held for it; a run is held to the lowest of its purposes.
  select min(highest) from (
    select p.purpose, max(f.amount) as highest
    from (select distinct t.purpose from payments.run_total t where t.run_id = run) p
      join payments.run r on r.id = run
      join payments.budget_line b on b.code = r.budget_line
      join security.roles_over_the_country(person) g on g.programme is null or g.programme = p.purpose
      join payments.approval_limit_in_force f on f.role = g.role and f.currency = b.currency
    group by p.purpose) by_purpose
$$;
comment on function payments.approval_limit_of(uuid, text) is 'Up to which amount somebody may approve a run, by the roles held over the whole country today; null where none of them has a limit.';
revoke execute on function payments.approval_limit_of(uuid, text) from public;
grant execute on function payments.approval_limit_of(uuid, text) to socle_app, socle_worker;

create function payments.check_approval_limit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.amount > payments.approval_limit_of(new.run_id, new.recorded_by) then
    raise exception 'run %: its sum is beyond the limit of the roles of who approves', new.run_id
      using errcode = 'check_violation', constraint = 'approval_limit';
  end if;
  return null;
end
$$;
comment on function payments.check_approval_limit() is 'Trigger: nobody approves a run beyond the limit of their roles.';
revoke execute on function payments.check_approval_limit() from public;
create trigger approval_limit after insert on payments.run_event
  for each row when (new.state = 'approved') execute function payments.check_approval_limit();
