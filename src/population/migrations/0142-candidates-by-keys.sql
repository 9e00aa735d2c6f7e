-- Few share a key; a region holds a hundred thousand. The planner knows only of keys that many share, and read the whole region
-- to find those few in it: the territory is now asked of those found, and no index serves it.
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
    security.territory_condition('(k.territory || '''')')) using wanted, of_country, most;
end
$$;
