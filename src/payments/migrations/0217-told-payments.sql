-- What became of what is owed, for statements and receipts: of the entitlements named, each attempt to pay it. Answers and runs are for
-- staff who see the whole; pages of a household read through this and not through the tables.
create function payments.told_payments(entitlements uuid[])
returns table (entitlement uuid, payment text, attempt smallint, purpose text, period text, amount bigint, currency text, state text,
  day date, provider text, point text, payee_name text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select l.entitlement_id, payments.end_to_end_id(r.reference, l.position), l.attempt, l.purpose, l.period, l.amount, b.currency,
    case when back.day is not null then 'returned' when paid.day is not null then 'paid'
      when e.state = 'sent' then 'sent' else 'planned' end,
    coalesce(back.day, paid.day, e.recorded_at::date), p.name, o.name, i.payee_name
  from payments.run_line l
    join payments.run r on r.id = l.run_id
    join payments.budget_line b on b.code = r.budget_line
    join payments.instruction i on i.run_id = l.run_id and i.position = l.position
    join payments.provider p on p.code = i.provider
    join lateral (
      select state, recorded_at from payments.run_event where run_id = l.run_id
      order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], state) desc limit 1) e on e.state <> 'cancelled'
    left join payments.cash_payment c on c.run_id = l.run_id and c.position = l.position
    left join payments.point_now o on o.id = c.point
    left join lateral (
      select coalesce(a.day, f.recorded_at::date) as day
      from payments.instruction_outcome x join payments.answer_line a on a.file_id = x.file_id and a.line = x.line
        join payments.answer_file f on f.id = x.file_id
      where x.run_id = l.run_id and x.position = l.position and x.kind in ('return', 'reverse') limit 1) back on true
    left join lateral (
      select c.paid_on as day where c.run_id is not null
      union all
      select coalesce(a.day, f.recorded_at::date)
      from payments.instruction_outcome x join payments.answer_line a on a.file_id = x.file_id and a.line = x.line
        join payments.answer_file f on f.id = x.file_id
      where x.run_id = l.run_id and x.position = l.position and x.kind = 'confirm' limit 1) paid on true
  where l.entitlement_id = any (entitlements)
    -- The predicates of the table: a function that runs as the owner shows no more.
    and l.territory collate "C" >= security.territory_low() and l.territory collate "C" < security.territory_high()
    and (security.range_is_exact() or l.territory ~ security.territory_pattern())
    and (security.every_programme() or security.programme_granted(l.purpose, l.territory))
  order by l.period, l.purpose, l.entitlement_id, l.attempt
$$;
comment on function payments.told_payments(uuid[]) is 'Reviewed: attempts to pay these entitlements within the actor''s territories and programmes, without what is for staff (totals, answers, accounts).';
revoke execute on function payments.told_payments(uuid[]) from public;
grant execute on function payments.told_payments(uuid[]) to socle_app, socle_worker;
