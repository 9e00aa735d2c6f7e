-- Each kind of key has its place in the list: one looks for its like in that place alone, in a plain index of it. Six such indexes
-- are built in a tenth of the time of the one index of all keys, and a row added costs less in them.
drop index population.match_key_keys;
create index match_key_month_day on population.match_key ((keys[1]));
create index match_key_given on population.match_key ((keys[2]));
create index match_key_family on population.match_key ((keys[3]));
create index match_key_phone_name on population.match_key ((keys[4]));
create index match_key_phone_day on population.match_key ((keys[5]));
create index match_key_place on population.match_key ((keys[6]));
comment on column population.match_key.keys is 'Numbers of the keys, each kind in its place, null where there is none: two persons who share one are compared (src/population/duplicates/match-keys.ts).';
-- How often numbers of whatever kind occur helps nobody any more; of the indexes it is known.
alter table population.match_key alter column keys set statistics 0;

-- Keys made before stand in no such order: they are made again, and nobody is compared again for it.
update population.match_key set recorded_at = '-infinity';

create or replace function population.match_candidates(of_country text, wanted integer[], most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sharing text;
begin
  if not security.serves(of_country) then
    return;
  end if;
  select string_agg(format(
      '(select k.person from population.match_key k where k.keys[%1$s] = $1[%1$s] and k.country = $2 and %2$s limit 2000)',
      place, security.territory_condition('(k.territory || '''')')), ' union all ')
    into sharing from generate_series(1, 6) as place where wanted[place] is not null;
  if sharing is null then
    return;
  end if;
  return query execute format('select person from (%s) as sharing group by person order by count(*) desc, person limit $3', sharing)
    using wanted, of_country, most;
end
$$;
comment on function population.match_candidates(text, integer[], integer) is 'Reviewed: persons of the actor''s territories who share a key in its place, for comparing, those who share most first; of more than 2,000 of one key, some. The indexes of keys serve it, which under the policies they could not.';

create or replace function population.settle_match_keys() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  -- While the register is first filled the index is aside.
  select pg_catalog.gin_clean_pending_list(there) from to_regclass('population.person_words') as there where there is not null;
  -- All of it: what is known of the numbers in an index is learnt with the whole table alone.
  analyze population.match_key
$$;
