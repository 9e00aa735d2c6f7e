-- Where persons live, for a citizen who is known by a code: their own page then reads under the policies, there.

create function population.homes_of(persons uuid[]) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select distinct p.territory from population.person p where p.id = any (persons) order by 1
$$;
comment on function population.homes_of(uuid[]) is 'Reviewed: territories in which these persons live, nothing else.';
revoke execute on function population.homes_of(uuid[]) from public;
grant execute on function population.homes_of(uuid[]) to socle_app;
