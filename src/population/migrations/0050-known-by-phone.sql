-- Before anybody is known, who has a telephone: ids and where they live, nothing else. What the citizen's page then reads is under
-- the policies again.

create function population.known_by_phone(indexes bytea[]) returns table (person uuid, territory text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select p.id, p.territory from population.person p where p.phone_index = any (indexes) order by p.id limit 20
$$;
comment on function population.known_by_phone(bytea[]) is 'Reviewed: ids and territories of those whose telephone has one of these indexes, for a code to be sent to it.';
revoke execute on function population.known_by_phone(bytea[]) from public;
grant execute on function population.known_by_phone(bytea[]) to socle_app;
