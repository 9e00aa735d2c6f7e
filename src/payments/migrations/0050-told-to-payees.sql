-- What a payee is told of the own payments: how much, for when, how far it has come. Runs, their totals and who approved them are for
-- staff, so a citizen reads through this and not through the tables.

create function payments.told_to_payees(payees uuid[], most integer)
returns table (run uuid, state text, state_at timestamptz, amount bigint, currency text, periods text[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select i.run_id, e.state, e.recorded_at, i.amount, b.currency,
    array(select distinct l.period from payments.run_line l where l.run_id = i.run_id and l.position = i.position order by 1)
  from payments.instruction i
    join payments.run r on r.id = i.run_id
    join payments.budget_line b on b.code = r.budget_line
    join lateral (
      select state, recorded_at from payments.run_event where run_id = i.run_id
      order by array_position(array['drafted', 'approved', 'file_made', 'sent', 'cancelled'], state) desc limit 1) e on true
  where i.payee_id = any (payees)
    -- The predicate of security.protect: a function that runs as the owner shows no more than the table would.
    and i.territory collate "C" >= security.territory_low() and i.territory collate "C" < security.territory_high()
    and (security.range_is_exact() or i.territory ~ security.territory_pattern())
  order by i.run_id desc, i.position limit most
$$;
comment on function payments.told_to_payees(uuid[], integer) is 'Reviewed: payments of these payees within the actor''s territories, without what is for staff (run, totals, names).';
revoke execute on function payments.told_to_payees(uuid[], integer) from public;
grant execute on function payments.told_to_payees(uuid[], integer) to socle_app;
