-- Whom a merge of two persons touches: the guard of population.person_merge asks.
create function households.merge_takes_two(one uuid, other uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  with household as (
    select household_id from households.membership where person_id in (one, other) and ended_at is null
  ), paid as (
    select payee_id from payments.published_payee_activity where payee_id in (one, other)
    union select payee_id from payments.published_numbered_account where payee_id in (one, other)
    union select person_id from households.recipient where person_id in (one, other)
  )
  select (select count(distinct household_id) > 1 from household) or (select count(*) > 1 from paid)
$$;
comment on function households.merge_takes_two(uuid, uuid) is 'Reviewed: whether two persons belong to two households today, or both are or were paid, wherever that is; nothing else of them is told.';
revoke execute on function households.merge_takes_two(uuid, uuid) from public;
grant execute on function households.merge_takes_two(uuid, uuid) to socle_app, socle_worker;
