-- Where thousands share a key (a common name in a city), those compared are the ones that share most keys, and not the first
-- that happen to be found.
create or replace function population.match_candidates(of_country text, wanted integer[], most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not security.serves(of_country) then
    return;
  end if;
  return query execute format(
    'select sharing.person from (
       select k.person, k.keys from population.match_key k where k.keys && $1 and k.country = $2 and %s limit 2000
     ) as sharing
     order by (select count(*) from unnest(sharing.keys) as key where key = any ($1)) desc, sharing.person limit $3',
    security.territory_condition('k.territory')) using wanted, of_country, most;
end
$$;
comment on function population.match_candidates(text, integer[], integer) is 'Reviewed: persons of the actor''s territories who share a key, for comparing, those who share most first; of more than 2,000, some. The index of keys serves it, which under the policies it could not.';
