-- Looks go down by weight, what is nearest first: each leaves out what all before it saw.

create or replace function households.search(of_country text, within text, said text, persons uuid[], names jsonb, levels real[], most integer,
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
  below real;
  in_all integer := 0;
  looked_at integer;
  at_most integer;
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
  in_all := coalesce(cardinality(households), 0);
  foreach level in array levels loop
    exit when in_all >= most;
    -- How many persons make so many households is not known before, and two of a family often answer: more are looked at only
    -- while there are too few.
    looked_at := 0;
    at_most := most * 9 / 4;
    loop
      select array_agg(p.person_id) as people, array_agg(p.score) as points, count(*)::integer as number into named
      from population.search_persons(of_country, within, names, level, below, looked_at, at_most) as p;
      select array_agg(h.household_id) as ids, array_agg(h.person_id) as people, array_agg(h.score) as points,
        array_agg(h.number) as numbers
      into found from households.homes_found(of_country, within, named.people, named.points) as h;
      households := households || found.ids;
      answering := answering || found.people;
      scores := scores || found.points;
      numbers := numbers || found.numbers;
      select count(distinct id) into in_all from unnest(households) as id;
      looked_at := looked_at + named.number;
      exit when named.number < at_most or in_all >= most;
      at_most := least(1000000, looked_at::numeric * least(20, 0.2 + 1.2 * (most - in_all) / greatest(in_all, 1)));
    end loop;
    -- All that answers in any way was looked at: the levels between have nothing more.
    exit when level = 0 and named.number < at_most;
    below := level;
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
