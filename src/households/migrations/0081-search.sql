-- Search by whole words of names (population 0081), by persons found otherwise, and by identifier. The page is cut here: what
-- the policies ask of each row is asked again of the households on the page, not of a thousand.

drop function households.search(text, text, text, text[], integer);

create function households.place_condition(territory text, within text) returns text
language sql immutable parallel safe
as $$
  select case when within = '' then 'true'
    else format('(%1$s collate "C" >= %2$L and %1$s collate "C" < %3$L)', territory, within, within || '/') end
$$;
comment on function households.place_condition(text, text) is 'SQL that is true for rows within a territory; the first argument is a column as the query names it.';

create function households.homes_found(of_country text, within text, persons uuid[], scores real[])
returns table (household_id uuid, person_id uuid, score real, number text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  -- A person for whom another stands leads to the household of that other, where there is one.
  return query execute format(
    'select h.id, (array_agg(a.person order by a.score desc, m.merged is not null, a.person))[1], max(a.score), h.source_id
     from unnest($2, $3) as a (person, score)
       left join population.published_merge m on m.merged = a.person and %s
       left join households.membership k on k.person_id = m.kept and k.valid_to is null
       left join households.membership o on o.person_id = a.person and o.valid_to is null
       join households.household h on h.id = coalesce(k.household_id, o.household_id)
     where h.country = $1 and %s and %s and %s
     group by h.id', security.territory_condition('m.territory'), security.territory_condition('h.territory'),
    security.file_condition('h.id'), households.place_condition('h.territory', within))
    using of_country, persons, scores;
end
$$;

comment on function households.homes_found(text, text, uuid[], real[]) is 'Reviewed: households of the actor''s territories to which these persons belong, or who stands for them, each with the person of the best score. For households.search.';
revoke execute on function households.homes_found(text, text, uuid[], real[]) from public;

create function households.search(of_country text, within text, said text, persons uuid[], names jsonb, levels real[], most integer,
  after integer, up_to integer)
returns table (household_id uuid, person_id uuid, place integer, total integer, closed integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  -- What was found: arrays side by side.
  households uuid[] := '{}';
  answering uuid[] := '{}';
  scores real[] := '{}';
  numbers text[] := '{}';
  named record;
  found record;
  level real;
  at_most bigint;
begin
  if not security.serves(of_country) then
    return;
  end if;
  if cardinality(persons) > 0 then
    select array_agg(h.household_id), array_agg(h.person_id), array_agg(h.score), array_agg(h.number)
    into households, answering, scores, numbers
    from households.homes_found(of_country, within, persons, array_fill(3::real, array[cardinality(persons)])) as h;
  end if;
  if length(said) >= 3 then
    execute format(
      'select $4 || array_agg(id), $5 || array_agg(null::uuid), $6 || array_agg(2::real), $7 || array_agg(source_id) from (
         select h.id, h.source_id from households.household h
         where h.country = $1 and h.source_id collate "C" >= $2 and h.source_id collate "C" < $2 || U&''\+10FFFF'' and %s and %s and %s
         order by h.source_id collate "C" limit $3) as numbered', security.territory_condition('h.territory'),
      security.file_condition('h.id'), households.place_condition('h.territory', within))
      into households, answering, scores, numbers using of_country, said, most, households, answering, scores, numbers;
  end if;
  foreach level in array levels loop
    exit when cardinality(households) >= most;
    -- How many persons make so many households is not known before: more are looked at only while there are too few.
    at_most := most + most / 3;
    loop
      select array_agg(p.person_id) as people, array_agg(p.score) as points, count(*) as looked_at into named
      from population.search_persons(of_country, within, names, level, at_most::integer) as p;
      select array_agg(h.household_id) as ids, array_agg(h.person_id) as people, array_agg(h.score) as points,
        array_agg(h.number) as numbers, count(*) as in_all
      into found from households.homes_found(of_country, within, named.people, named.points) as h;
      exit when named.looked_at < at_most or found.in_all >= most or at_most = 2147483647;
      at_most := least(2147483647, at_most * least(50, 1 + 1.3 * most / greatest(found.in_all, 1)));
    end loop;
    households := households || found.ids;
    answering := answering || found.people;
    scores := scores || found.points;
    numbers := numbers || found.numbers;
    -- All that answers in any way was looked at: the levels between have nothing more.
    exit when level = 0 and named.looked_at < at_most;
  end loop;
  return query
    with best as materialized (
      select f.household, (array_agg(f.person order by f.score desc, f.person))[1] as person, max(f.score) as score,
        max(f.number) as number, f.household = any (security.closed_files()) as is_closed
      from unnest(households, answering, scores, numbers) as f (household, person, score, number) group by f.household
    ), counted as (
      select (count(*) filter (where not best.is_closed))::int as total, (count(*) filter (where best.is_closed))::int as closed
      from best
    ), ordered as (
      select best.household, best.person,
        row_number() over (order by best.score desc, best.number, best.household)::int as place
      from best where not best.is_closed
    )
    select o.household, o.person, o.place, c.total, c.closed
    from counted c left join ordered o on o.place > after and o.place <= up_to
    order by o.place;
end
$$;
comment on function households.search(text, text, text, uuid[], jsonb, real[], integer, integer, integer) is 'Reviewed: households of the actor''s territories, a page of them with how many there are: those of persons found by a number, a document or a telephone, then those whose identifier begins with what is said, then those with a member whose names answer, the nearest first and no further than there are so many. Files closed to the actor are counted apart and never named. At least one row.';
revoke execute on function households.search(text, text, text, uuid[], jsonb, real[], integer, integer, integer) from public;
grant execute on function households.search(text, text, text, uuid[], jsonb, real[], integer, integer, integer) to socle_app, socle_worker;
