-- Who shares a telephone or an address with whom: what is hard to believe shows only against the whole register.

create index person_address on population.person (territory, lower(address)) where address is not null;

create function population.sharing_phone(persons uuid[]) returns table (person uuid, other uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select p.id, o.id from population.person p
    cross join lateral (
      select s.id from population.person s where s.phone_index = p.phone_index and s.id <> p.id limit 500
    ) o
  where p.id = any (persons) and p.phone_index is not null
$$;
comment on function population.sharing_phone(uuid[]) is 'Reviewed: persons whose telephone ends like that of each of these, 500 at most each. For functions of modules above, which count them.';
revoke execute on function population.sharing_phone(uuid[]) from public;
grant execute on function population.sharing_phone(uuid[]) to socle_worker;

create function population.with_phone(indexes bytea[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select p.id from population.person p where p.phone_index = any (indexes) limit 500
$$;
comment on function population.with_phone(bytea[]) is 'Reviewed: persons whose telephone has one of these indexes, 500 at most. For functions of modules above, which count them.';
revoke execute on function population.with_phone(bytea[]) from public;

create function population.count_at_address(of_territory text, of_address text, except_persons uuid[]) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*)::int from (
    select from population.person p
    where p.territory = of_territory and p.address is not null and lower(p.address) = lower(of_address)
      and p.id <> all (except_persons)
    limit 500) as found
$$;
comment on function population.count_at_address(text, text, uuid[]) is 'Reviewed: how many others have this address in words in this territory, 500 at most: not who.';
revoke execute on function population.count_at_address(text, text, uuid[]) from public;
grant execute on function population.count_at_address(text, text, uuid[]) to socle_app, socle_worker;

create function population.addresses_of(persons uuid[]) returns table (person uuid, address text)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select p.id, p.address from population.person p where p.id = any (persons) and p.address is not null
$$;
comment on function population.addresses_of(uuid[]) is 'Addresses in words, as far as the actor sees these persons.';
revoke execute on function population.addresses_of(uuid[]) from public;
grant execute on function population.addresses_of(uuid[]) to socle_app, socle_worker;
