-- The same search, so that what was looked at is not looked at again: persons whose names answer better, found before, are left
-- out, and a second look begins where the first ended.

drop function population.search_persons(text, text, jsonb, real, integer);

create function population.name_condition(asked jsonb, least_weight real) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select coalesce(string_agg(format('(%s)', way.condition), ' or '), 'false')
  from (
    select string_agg(format('(%s)', coalesce(term.condition, 'false')), ' and ') as condition
    from jsonb_array_elements(asked) with ordinality as ways (terms, place),
      jsonb_array_elements(ways.terms) as terms (answers),
      lateral (
        select string_agg(answer.condition, ' or ') as condition
        from (
          select format('string_to_array(p.name_key, '' '') && %L::text[]', array_agg(a ->> 'folded'))
          from jsonb_array_elements(terms.answers) as a
          where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') = 0 having count(*) > 0
          union all
          select format('string_to_array(p.name_key, '' '') @> %L::text[] and strpos(p.name_key, %L) > 0',
            string_to_array(a ->> 'folded', ' '), a ->> 'folded')
          from jsonb_array_elements(terms.answers) as a
          where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') > 0
        ) as answer (condition)
      ) as term
    group by ways.place
  ) as way
$$;
comment on function population.name_condition(jsonb, real) is 'SQL over population.person p: true where in one of the ways asked every part has an answer of at least this weight.';

create function population.name_score(asked jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select format('greatest(%s)', string_agg(way.score, ', '))
  from (
    select format('((%s) / %s)', string_agg(term.score, ' + '), count(*)) as score
    from jsonb_array_elements(asked) with ordinality as ways (terms, place),
      jsonb_array_elements(ways.terms) as terms (answers),
      lateral (
        select format('greatest((select max((%L::jsonb ->> word)::real) from unnest(string_to_array(p.name_key, '' '')) as word)%s)',
          jsonb_object_agg(a ->> 'folded', (a ->> 'weight')::real),
          string_agg(format(', case when strpos(p.name_key, %L) > 0 then %s end', a ->> 'folded', a ->> 'weight'), '')
            filter (where position(' ' in a ->> 'folded') > 0)) as score
        from jsonb_array_elements(terms.answers) as a
      ) as term
    group by ways.place
  ) as way
$$;
comment on function population.name_score(jsonb) is 'SQL over population.person p: how well its names answer, from 0 to 1.';
revoke execute on function population.name_condition(jsonb, real), population.name_score(jsonb) from public;

create function population.search_persons(of_country text, within text, asked jsonb, least_weight real, below real, after integer,
  most integer)
returns table (person_id uuid, score real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
-- By bitmaps alone, whose rows come in the order in which they lie: however many are asked for, the first are the same.
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off set max_parallel_workers_per_gather = 0
as $$
begin
  if not security.serves(of_country) or jsonb_array_length(asked) = 0 then
    return;
  end if;
  return query execute format(
    'with answering as materialized (
       select p.id, p.name_key from population.person p
       where (%s) and not (%s) and p.country = $1 and %s and %s limit $2 offset $3
     )
     select p.id, (%s)::real from answering p',
    population.name_condition(asked, least_weight),
    case when below is null then 'false' else population.name_condition(asked, below) end,
    security.territory_condition('p.territory'),
    case when within = '' then 'true'
      else format('p.territory collate "C" >= %L and p.territory collate "C" < %L', within, within || '/') end,
    case when least_weight >= 1 then '1' else population.name_score(asked) end)
    using of_country, most, after;
end
$$;
comment on function population.search_persons(text, text, jsonb, real, real, integer, integer) is 'Reviewed: persons of the actor''s territories whose names hold, in one of the ways asked, an answer of at least this weight for every part, and not all of at least the weight below, where it is given; with a score from 0 to 1. So many at most after the first, in no order that means anything but the same within a transaction''s view. For the functions of modules above, that run as the owner: files closed to the actor are theirs to hide.';
revoke execute on function population.search_persons(text, text, jsonb, real, real, integer, integer) from public;
