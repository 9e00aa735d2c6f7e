-- Search again: households are counted, not persons, so that a family of six that answers is one; and the actor's
-- territories stand in the query as values, so that the index on the territory helps where it is the narrower.

drop function households.search(text, text, text, text[], integer);
drop function households.may_see(text);

create function households.search(of_country text, within text, said text, words text[], most integer)
returns table (household_id uuid, person_id uuid, score real)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  place constant text := case when within = '' then 'true'
    else format('territory collate "C" >= %L and territory collate "C" < %L', within, within || '/') end;
  granted constant text := security.territory_condition('territory') || ' and ' || place;
  matching text;
  scoring text;
  households uuid[];
  persons uuid[];
  scores real[];
  looked_at integer;
  at_most integer;
begin
  if length(said) >= 3 then
    return query execute format(
      'select id, null::uuid, 2::real from households.household
       where country = $1 and source_id collate "C" >= $2 and source_id collate "C" < $2 || U&''\+10FFFF'' and %s
       order by source_id collate "C" limit $3', granted)
      using of_country, said, most;
  end if;
  if cardinality(words) = 0 then
    return;
  end if;
  -- One condition a word: the index answers them together, and any order of names is found.
  select string_agg(format('name_key operator(public.%%>) %L', word), ' and '),
    string_agg(format('public.word_similarity(%L, name_key)', word), ' + ')
  into matching, scoring from unnest(words) as word;
  -- How many persons make so many households is not known before: more are looked at only while there are too few.
  foreach at_most in array array[5 * most, 50 * most, 2147483647] loop
    execute format(
      'with answering as materialized (
         select id, ((%s) / %s)::real as score from population.published_person
         where country = $1 and %s and %s limit $2
       ), found as (
         select membership.household_id, (array_agg(answering.id order by answering.score desc, answering.id))[1] as person_id,
           max(answering.score) as score
         from answering join households.membership on membership.person_id = answering.id and membership.valid_to is null
         group by membership.household_id order by 3 desc, 1 limit $3
       )
       select array_agg(found.household_id), array_agg(found.person_id), array_agg(found.score),
         (select count(*) from answering)
       from found', scoring, cardinality(words), matching, granted)
      into households, persons, scores, looked_at using of_country, at_most, most;
    exit when looked_at < at_most or cardinality(households) >= most;
  end loop;
  return query select * from unnest(households, persons, scores);
end
$$;
comment on function households.search(text, text, text, text[], integer) is 'Households of the actor''s territories, so many at most of each kind: those whose identifier begins with what is said, then those with a member whose names hold every word, spelt about so. Scores from 0 to 1; 2 for an identifier.';
revoke execute on function households.search(text, text, text, text[], integer) from public;
grant execute on function households.search(text, text, text, text[], integer) to socle_app, socle_worker;
